"""Rules by which courses are assigned: add, list, preview, end, apply."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy import Connection

from commands.console import bar, fail, opened, say, t
from commands.options import typed_day, with_options
from installation import Installation, now
from people.access import Role
from progress.assigning import applying, pausing, rule_words, rules
from progress.assigning.applying import Moment, Reached, RulePreview
from progress.assigning.audience import MOST_LISTED, Audience
from progress.assigning.rules import AssignmentRule, UnfitRuleError, WantedRule
from progress.assigning.terms import Anchor, Recurrence, Terms

app = typer.Typer(help=t("Rules by which courses are assigned."), no_args_is_help=True)

BY_ADD = "manage.py rule add"
BY_END = "manage.py rule end"
BY_APPLY = "manage.py rule apply"

Number = Annotated[int, typer.Argument(help=t("The number of the rule."))]


@dataclass(frozen=True)
class AudienceOptions:
    everybody: Annotated[bool, typer.Option("--everybody", help=t("Everybody who has access."))] = False
    unit: Annotated[list[str] | None, typer.Option(help=t("A unit; can be repeated."))] = None
    below: Annotated[bool, typer.Option("--below", help=t("Also everybody who reports to these units."))] = False
    role: Annotated[list[Role] | None, typer.Option(help=t("People who hold this role; can be repeated."))] = None
    person: Annotated[list[str] | None, typer.Option(help=t("An employee number; can be repeated."))] = None
    file: Annotated[Path | None, typer.Option(help=t("A file with an employee number on each line."))] = None
    starters: Annotated[
        int | None,
        typer.Option(min=0, help=t("Only people who began at most so many days before the rule, or since.")),
    ] = None
    language: Annotated[list[str] | None, typer.Option(help=t("Only people of this language; can be repeated."))] = (
        None
    )
    except_unit: Annotated[list[str] | None, typer.Option(help=t("Without this unit; can be repeated."))] = None
    except_person: Annotated[
        list[str] | None, typer.Option(help=t("Without this employee number; can be repeated."))
    ] = None


@dataclass(frozen=True)
class TermsOptions:
    due: Annotated[str, typer.Option(help=t("The due date."))] = ""
    within: Annotated[int | None, typer.Option(min=1, max=730, help=t("Or the number of days until it is due."))] = (
        None
    )
    start: Annotated[str, typer.Option(help=t("The day on which the rule starts; today unless given."))] = ""
    grace: Annotated[
        int, typer.Option(min=0, max=365, help=t("Days that people who get it later have at least."))
    ] = 14
    again: Annotated[
        Anchor | None, typer.Option(help=t("What the next round is counted from; without it there is none."))
    ] = None
    months: Annotated[int, typer.Option(min=1, max=120, help=t("Months between two rounds."))] = 12
    opens: Annotated[int, typer.Option(min=0, max=365, help=t("Days before its due date that a round opens."))] = 30
    day: Annotated[str, typer.Option(help=t("The day of the year for “--again day”, as 12-31."))] = ""


@app.command("add", help=t("Add a rule; without --yes, only say whom it would reach."))
@with_options
def add(
    course: Annotated[str, typer.Argument(help=t("The id of the course."))],
    audience: AudienceOptions,
    terms: TermsOptions,
    yes: Annotated[bool, typer.Option("--yes", help=t("Add it."))] = False,
) -> None:
    installation = opened()
    at = now()
    today = installation.today(at)
    try:
        with installation.database.snapshot() as connection:
            wanted = WantedRule(course, _audience(connection, audience, today), _terms(terms, today))
            rules.check(connection, installation.content, wanted, today)
            found = applying.preview(connection, wanted, today)
    except UnfitRuleError as error:
        fail(*error.lines(t), t("Nothing was changed."))
    except ValidationError:
        fail(t("The day of the year or another value of the rule makes no sense."), t("Nothing was changed."))
    _say_preview(found)
    if not yes:
        say(t("Nothing was changed; --yes adds the rule."))
        return
    rule = installation.database.write(lambda connection: rules.add(connection, wanted, BY_ADD, at))
    say(t("This is rule {number}. “manage.py rule apply” assigns the course.", number=rule.number))


def _audience(connection: Connection, options: AudienceOptions, today: date) -> Audience:
    listed = [*(options.person or []), *(_in_file(options.file) if options.file else [])]
    if len(listed) > MOST_LISTED:
        fail(t("A list holds {n} people at most. Nothing was changed.", n=t.number(MOST_LISTED)))
    narrowed = options.starters is not None or bool(options.language)
    named = bool(options.unit or options.role or listed)
    return Audience(
        everybody=options.everybody or (narrowed and not named),
        units=tuple(options.unit or ()),
        with_all_below=options.below,
        roles=tuple(options.role or ()),
        people=rules.keys_of(connection, listed, today),
        starters_within=options.starters,
        languages=tuple(options.language or ()),
        except_units=tuple(options.except_unit or ()),
        except_people=rules.keys_of(connection, options.except_person or [], today),
    )


def _in_file(file: Path) -> list[str]:
    try:
        return [line.strip() for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError):
        fail(t("{file} cannot be read as text. Nothing was changed.", file=str(file)))


def _terms(options: TermsOptions, today: date) -> Terms:
    month, _, day = options.day.partition("-")
    recurrence = options.again and Recurrence(
        anchor=options.again,
        months=options.months,
        opens_before=options.opens,
        day=(int(month), int(day)) if month.isdecimal() and day.isdecimal() else None,
    )
    return Terms(
        starts_on=typed_day(options.start) if options.start else today,
        due_on=typed_day(options.due) if options.due else None,
        within_days=options.within,
        grace_days=options.grace,
        recurrence=recurrence,
    )


@app.command("list", help=t("List the rules."))
def list_(
    ended: Annotated[bool, typer.Option("--all", help=t("Also rules that have ended."))] = False,
) -> None:
    installation = opened()
    with installation.database.reading() as connection:
        found = [rule for rule in rules.all_of_them(connection) if ended or rule.is_open]
    for rule in found:
        say("; ".join((f"{rule.number} {rule.course_id}", *_in_words(rule))))
    if not found:
        say(t("There are no rules."))


def _in_words(rule: AssignmentRule) -> Iterator[str]:
    yield rule_words.for_whom(t, rule.audience)
    yield rule_words.terms(t, rule.terms)
    yield t("made on {day} by “{by}”", day=t.date(rule.made_at.date()), by=rule.made_by)
    if rule.ended_at is not None:
        yield t("ended on {day} by “{by}”", day=t.date(rule.ended_at.date()), by=rule.ended_by or "")


@app.command("preview", help=t("Say whom a rule reaches today."))
def preview(number: Number) -> None:
    installation = opened()
    rule = _rule(installation, number)
    with installation.database.snapshot() as connection:
        found = applying.preview(connection, rule, installation.today(now()))
    _say_preview(found)


def _rule(installation: Installation, number: int) -> AssignmentRule:
    try:
        with installation.database.reading() as connection:
            return rules.numbered(connection, number)
    except UnfitRuleError as error:
        fail(*error.lines(t), t("Nothing was changed."))


def _say_preview(found: RulePreview) -> None:
    for each in found.new:
        say(_named(each))
    say(
        t.plural(
            "{n} person would be assigned the course.", "{n} people would be assigned the course.", len(found.new)
        )
    )
    if n := len(found.open):
        say(t.plural("{n} person already has the course.", "{n} people already have the course.", n))
    if n := len(found.held):
        until = t.date(min(each.day for each in found.held if each.day))
        say(
            t.plural(
                "{n} person is certified, until {day}.",
                "{n} people are certified, the first until {day}.",
                n,
                day=until,
            )
        )
    if n := len(found.exempt):
        say(t.plural("{n} person is exempt.", "{n} people are exempt.", n))
    if n := len(found.later):
        say(t.plural("{n} person gets it once the rule starts.", "{n} people get it once the rule starts.", n))
    if n := len(found.on_leave):
        say(
            t.plural(
                "{n} person is on leave and gets it afterwards:", "{n} people are on leave and get it afterwards:", n
            )
        )
        for each in found.on_leave:
            say(f"{each.person.employee_id} {each.person.name}, {each.person.unit}")
    if n := len(found.of_other_rules):
        say(
            t.plural(
                "{n} person is reached by another rule of this course too; the first rule that assigns it counts.",
                "{n} people are reached by another rule of this course too; the first rule that assigns it counts.",
                n,
            )
        )


def _named(each: Reached) -> str:
    person = each.person
    due = t("due on {day}", day=t.date(each.day)) if each.day else ""
    return ", ".join(filter(None, (f"{person.employee_id} {person.name}", person.unit, due)))


@app.command("end", help=t("End a rule; without --yes, only say whom that touches."))
def end(number: Number, yes: Annotated[bool, typer.Option("--yes", help=t("End it."))] = False) -> None:
    installation = opened()
    rule = _rule(installation, number)
    at = now()
    with installation.database.snapshot() as connection:
        touched = applying.touched_by_end(connection, rule, installation.today(at))
    for each in touched:
        say(_named(each))
    say(
        t.plural(
            "{n} person has the course by this rule and keeps it.",
            "{n} people have the course by this rule and keep it.",
            len(touched),
        )
    )
    if not yes:
        say(t("Nothing was changed; --yes ends the rule."))
        return
    try:
        installation.database.write(lambda connection: rules.end(connection, number, BY_END, at))
    except UnfitRuleError as error:
        fail(*error.lines(t), t("Nothing was changed."))
    say(t("Rule {number} has ended; it assigns nothing any more.", number=number))


@app.command("apply", help=t("Assign what the open rules say, and move due dates by leave. Run it daily."))
def apply(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("Only count; change nothing."))] = False,
) -> None:
    installation = opened()
    moment = Moment(now(), installation.settings.time_zone)
    if dry_run:
        _say_what_is_lacking(installation, moment)
        return
    new = dict[int, int]()
    with bar(t("People"), 0) as progress:
        for part in applying.apply(installation.database, installation.content, moment):
            new[part.rule.number] = new.get(part.rule.number, 0) + part.new
            progress.advance(progress.task_ids[0], part.new)
    for number, n in new.items():
        say(
            t.plural(
                "Rule {number}: {n} person was assigned the course.",
                "Rule {number}: {n} people were assigned the course.",
                n,
                number=number,
            )
        )
    if not new:
        say(t("No rule had anything to assign."))
    moved = sum(len(some) for some in pausing.move_due_dates(installation.database, moment, BY_APPLY))
    say(t.plural("{n} due date was moved because of leave.", "{n} due dates were moved because of leave.", moved))


def _say_what_is_lacking(installation: Installation, moment: Moment) -> None:
    with installation.database.snapshot() as connection:
        for rule in rules.open_ones(connection):
            n = len(applying.preview(connection, rule, moment.today).new)
            say(
                t.plural(
                    "Rule {number}: {n} person would be assigned the course.",
                    "Rule {number}: {n} people would be assigned the course.",
                    n,
                    number=rule.number,
                )
            )
    say(t("Nothing was changed."))
