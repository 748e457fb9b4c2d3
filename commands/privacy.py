"""Erasure of one person, and retention of everybody's data by schedule."""

from typing import Annotated

import typer

from commands.console import bar, counted, fail, opened, say, t
from database import rewriting
from installation import Installation, now
from people import naming
from people.directory import by_employee_id
from progress.personal import erasure, retention
from progress.personal.erasure import TellingReasonError, UnknownPersonError
from progress.personal.retention import Due
from progress.reports.lrs import deliveries
from progress.reports.lrs.xapi import Actor, Namer

BY = "people erase"

app = typer.Typer()


@app.command(help=t("Erase somebody’s name and everything else about them in the directory."))
def erase(
    employee_id: Annotated[str, typer.Argument(help=t("Their employee number."))],
    reason: Annotated[str, typer.Option(help=t("The reason, without names: it is stored for good."))],
    yes: Annotated[bool, typer.Option("--yes", help=t("Do not ask for confirmation."))] = False,
) -> None:
    installation = opened()
    with installation.database.reading() as connection:
        person = by_employee_id(connection, employee_id)
    if person is None or person.erased_at is not None:
        fail(_unknown(employee_id))
    if not reason.strip() or naming.tells(reason, person):
        fail(_telling())
    say(
        t(
            "Erased for good: name, e-mail, unit, manager, dates, numbers, roles, sessions, password, deputies, "
            "leave, remarks, pledges."
        )
    )
    say(
        t(
            "Kept under a pseudonym: the record with its answers, the enrolments, the certificates, which are as "
            "valid as before and without a name, and the reason: “{reason}”.",
            reason=reason.strip(),
        )
    )
    say(t("People who report to this person will report to this person’s manager."))
    if person.has_access(installation.today(now())):
        say(t("This person has not left: they lose their access, and the next import brings them back as new."))
    if not yes and not typer.confirm(t("Erase {name}?", name=person.name)):
        fail(t("Nothing was changed."))
    try:
        left = erasure.erase(installation.database, employee_id, reason, BY, now())
    except UnknownPersonError:
        fail(_unknown(employee_id))
    except TellingReasonError:
        fail(_telling())
    say(
        t(
            "Erased. This person is now {id}; verification passed: {events}.",
            id=left.employee_id,
            events=t.plural("{n} event", "{n} events", left.events),
        )
    )
    say(
        t.plural(
            "{n} certificate stays, without a name and as valid as before.",
            "{n} certificates stay, without a name and as valid as before.",
            left.certificates,
        )
    )
    say(t.plural("{n} person has another manager.", "{n} people have another manager.", left.reports))
    _say_what_the_log_holds(is_empty=left.is_log_empty)
    with installation.database.reading() as connection:
        is_known_elsewhere = deliveries.has_delivered(connection)
    if is_known_elsewhere:
        say(
            t(
                "A learning record store knows this person as {pseudonym}, or by the employee number where it was "
                "sent that. Ask there to have the statements deleted.",
                pseudonym=Namer("", Actor.PSEUDONYM).person(left.person_key).pseudonym,
            )
        )
    say(t("Backups contain the name until they are overwritten, and so do files exported earlier."))


def _unknown(employee_id: str) -> str:
    return t("There is nobody with the employee number {id}.", id=employee_id)


def _telling() -> str:
    return t("The reason is stored for good and must not be empty or reveal who it is about. Nothing was changed.")


@app.command("retention", help=t("Data past its retention period, by kind."))
def keep_to_schedule(
    apply: Annotated[bool, typer.Option("--apply", help=t("Erase and delete; without it, only count."))] = False,
) -> None:
    installation = opened()
    at = now()
    today = installation.today(at)
    with installation.database.snapshot() as connection:
        found = retention.due(connection, installation.retention, installation.gate.limits, at, today)
    _say_due(installation, found)
    if not apply:
        say(t("Nothing was changed; --apply does it."))
        return
    with bar(t("People"), len(found.leavers)) as progress:
        for employee_id in counted(found.leavers, progress):
            retention.erase_leaver(installation.database, employee_id, at)
    deleted = retention.forget_traces(
        installation.database, installation.retention, installation.gate.limits, at, today
    )
    say(t.plural("{n} person was erased.", "{n} people were erased.", len(found.leavers)))
    say(t.plural("{n} row was deleted.", "{n} rows were deleted.", deleted))
    _say_what_the_log_holds(is_empty=rewriting.empty_log(installation.database))


def _say_what_the_log_holds(*, is_empty: bool) -> None:
    if not is_empty:
        say(
            t(
                "Somebody is reading the database, so its log still contains the erased data. Run “manage.py people "
                "retention --apply” in a moment, or stop Kodex first."
            )
        )


def _say_due(installation: Installation, found: Due) -> None:
    schedule = installation.retention
    leavers = t.plural("{n} month", "{n} months", schedule.leavers)
    standing_in = t.plural("{n} month", "{n} months", schedule.deputies)
    say(t("People who left more than {months} ago, to be erased: {n}", months=leavers, n=len(found.leavers)))
    say(t("Deputies whose time ended more than {months} ago: {n}", months=standing_in, n=found.deputies))
    away = t.plural("{n} month", "{n} months", schedule.leave)
    say(t("Periods of leave that ended more than {months} ago: {n}", months=away, n=found.leave))
    sent = t.plural("{n} month", "{n} months", schedule.remarks)
    say(t("Remarks that were sent more than {months} ago: {n}", months=sent, n=found.remarks))
    noted = t.plural("{n} month", "{n} months", schedule.notes)
    say(
        t(
            "Pledges and other notes that people made for themselves more than {months} ago: {n}",
            months=noted,
            n=found.notes,
        )
    )
    told = t.plural("{n} month", "{n} months", schedule.reminders)
    say(t("Lines in the ledger of reminders from more than {months} ago: {n}", months=told, n=found.reminders))
    say(t("Sessions that are over: {n}", n=found.sessions))
    say(t("One-time links that have expired: {n}", n=found.links))
    say(t("Sign-ins at a provider that were not finished: {n}", n=found.sign_ins))
    say(t("Counts of failed sign-ins that no longer block anybody: {n}", n=found.throttles))
    if found.undated:
        say(t("People who left on an unknown date, and are kept: {n}", n=found.undated))
    say(t("The record, answers included, is kept: a chain is never rewritten. Erasure takes the name from it."))
