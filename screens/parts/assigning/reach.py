"""Preview of a rule: whom it reaches, before it is made; then the rule made, and its work done in the background."""

from dataclasses import dataclass

import streamlit as st
from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from database import UnknownOutcomeError
from people import security_log
from people.access import Act, require
from progress.assigning import applying, rules
from progress.assigning.applying import Moment, Reached
from progress.assigning.rules import AssignmentRule, UnfitRuleError, WantedRule
from screens.parts import page, progress
from screens.parts.assigning import form, given
from screens.parts.assigning.form import RuleWish
from screens.parts.page import Told
from screens.parts.session import Visit
from web import background
from web.background import Job, Report, StoppedError
from words import Words, sentence

_SHOWN = "assigning_shown"
_JOB = "assigning_job"
_DONE = "assigning_done"
_REFUSED = "assigning_refused"


@dataclass(frozen=True)
class ReachPreview:
    """Whom a rule reaches: how many, and the first of them by name."""

    wish: RuleWish
    wanted: WantedRule
    replaces: int | None
    kept: int
    """People who have the course by the rule that is replaced; they keep it."""
    total: int
    counts: dict[str, int]
    new: list[Reached]
    on_leave: list[Reached]
    others: list[Reached]
    """Reached by another rule of the course too."""


def draw(visit: Visit, wish: RuleWish) -> None:
    """Draw the button that works the preview out, and the preview while it is of what stands in the form."""
    t = visit.words
    for refused in st.session_state.pop(_REFUSED, ()):
        page.complaint(t.say(refused))
    shown: ReachPreview | None = st.session_state.get(_SHOWN)
    is_current = shown is not None and shown.wish == wish
    if st.button(t("Show whom it reaches"), type="secondary" if is_current else "primary", key="look_at_rule"):
        with st.spinner(t("The directory is being read…")):
            _look(visit, wish)
        st.rerun()
    if shown is None:
        st.caption(t("Nothing is assigned and no letter is sent before you confirm what you see here."))
    elif not is_current:
        st.caption(t("The form has changed since. Look again."))
    else:
        _preview(visit, shown)


def _look(visit: Visit, wish: RuleWish) -> None:
    try:
        with visit.database.snapshot() as connection:
            wanted = form.wanted(connection, wish, visit.today)
            rules.check(connection, visit.content, wanted, visit.today)
            replaced = _replaced(connection)
            found = applying.preview(connection, wanted, visit.today, replaced.number if replaced else None)
            kept = applying.touched_by_end(connection, replaced, visit.today) if replaced else []
    except UnfitRuleError as error:
        st.session_state[_REFUSED] = error.reasons
        st.session_state.pop(_SHOWN, None)
        return
    except ValidationError:
        st.session_state[_REFUSED] = (sentence("A list is too long, or a value of the rule makes no sense."),)
        st.session_state.pop(_SHOWN, None)
        return
    counts = {kind: len(people) for kind, people in vars(found).items()}
    some = (each[: given.MOST_NAMES] for each in (found.new, found.on_leave, found.of_other_rules))
    st.session_state[_SHOWN] = ReachPreview(
        wish, wanted, replaced.number if replaced else None, len(kept), found.total, counts, *some
    )


def _replaced(connection: Connection) -> AssignmentRule | None:
    """Return the rule that the form changes. Raises `UnfitRuleError` if it is gone."""
    number: int | None = st.session_state.get(given.REPLACED)
    return None if number is None else rules.numbered(connection, number)


def _preview(visit: Visit, shown: ReachPreview) -> None:
    t = visit.words
    new = shown.counts["new"]
    left_out = [
        (_held(t, shown), shown.counts["held"]),
        (t("have the course already and have not finished it"), shown.counts["open"]),
        (t("are exempt"), shown.counts["exempt"]),
        (t("are on leave; they get it when they are back"), shown.counts["on_leave"]),
        (t("get it once the rule starts"), shown.counts["later"]),
    ]
    table = [[t("People whom the rule reaches"), t.number(shown.total)]]
    table += [[label, f"\N{MINUS SIGN}\N{NO-BREAK SPACE}{t.number(n)}"] for label, n in left_out if n]
    table.append([t("Get the course now"), t.number(new)])
    page.heading(t("Whom it reaches"))
    with st.container(key="rule_reach"):
        page.rows(table, has_figures=True)
    if shown.new:
        page.said(given.names(visit, shown.new, new))
    if shown.on_leave:
        page.said(t("On leave: {names}.", names=given.names(visit, shown.on_leave, shown.counts["on_leave"])))
    if n := shown.counts["of_other_rules"]:
        said = t.plural(
            "{n} person is reached by another rule of this course too; the first rule that assigns it counts.",
            "{n} people are reached by another rule of this course too; the first rule that assigns it counts.",
            n,
        )
        page.said(f"{said} {given.names(visit, shown.others, n)}")
    if shown.replaces is not None:
        st.markdown(_replaces(t, shown.replaces, shown.kept))
    _confirm(visit, shown, new)


def _held(t: Words, shown: ReachPreview) -> str:
    if shown.wanted.terms.recurrence is None:
        return t("have a valid certificate; they do not get it again")
    return t("have a valid certificate; they get it again as the rule says")


def _replaces(t: Words, number: int, kept: int) -> str:
    if not kept:
        return t("Rule {number} ends and this one takes its place.", number=number)
    return t.plural(
        "Rule {number} ends and this one takes its place. {n} person has the course by it and keeps it, with "
        "its due date.",
        "Rule {number} ends and this one takes its place. {n} people have the course by it and keep it, with "
        "its due dates.",
        kept,
        number=number,
    )


def _confirm(visit: Visit, shown: ReachPreview, new: int) -> None:
    t = visit.words
    label = _label(t, shown, new)
    if not st.button(label, type="primary", key="make_rule"):
        return
    require(visit.principal, Act.ASSIGN)
    # Taken away first: a second press finds nothing to make.
    st.session_state.pop(_SHOWN, None)
    try:
        rule = _make(visit, shown)
    except UnfitRuleError as error:
        st.session_state[_REFUSED] = error.reasons
    except UnknownOutcomeError:
        st.session_state[_REFUSED] = (page.UNKNOWN_OUTCOME,)
    except SQLAlchemyError:
        st.session_state[_REFUSED] = (page.NOT_SAVED,)
    else:
        form.clear()
        st.session_state.pop(given.REPLACED, None)
        moment = Moment(visit.now, visit.zone)
        st.session_state[_JOB] = background.start(lambda report: _assign(visit, rule, moment, report), new)
    st.rerun()


def _label(t: Words, shown: ReachPreview, new: int) -> str:
    if new:
        return t.plural("Assign it to {n} person", "Assign it to {n} people", new)
    return t("Make the rule") if shown.replaces is None else t("Change the rule")


def _make(visit: Visit, shown: ReachPreview) -> AssignmentRule:
    """Make the rule in one transaction, checked again. Raises `UnfitRuleError`."""
    by, now = visit.principal.key, visit.now

    def work(connection: Connection) -> AssignmentRule:
        rules.check(connection, visit.content, shown.wanted, visit.today)
        if shown.replaces is not None:
            return rules.replace(connection, shown.replaces, shown.wanted, by, now)
        return rules.add(connection, shown.wanted, by, now)

    rule = visit.database.write(work)
    security_log.note("assignment rule made", person=by, rule=rule.number)
    return rule


def _assign(visit: Visit, rule: AssignmentRule, moment: Moment, report: Report) -> Told:
    for part in applying.apply(visit.database, visit.content, moment, rule.number):
        report(part.new)
    with visit.database.reading() as connection:
        begun = applying.begun_by(connection, rule.number)
    done = sentence("Rule {number} is made. People who got the course: {n}.", number=rule.number, n=begun)
    return Told("made", done, is_done=True)


def take_outcome() -> None:
    """Store what came of a job that has ended."""
    job: Job[Told] | None = st.session_state.get(_JOB)
    if job is None or not job.has_ended:
        return
    del st.session_state[_JOB]
    try:
        st.session_state[_DONE] = job.result.result()
    except (SQLAlchemyError, UnknownOutcomeError, StoppedError):
        reason = sentence(
            "The rule is made, but not everybody has the course yet. The next daily run assigns the rest."
        )
        st.session_state[_DONE] = Told("made", reason)


def say_outcome(visit: Visit) -> bool:
    """Draw the bar of a job that goes on, or what came of it. Returns whether one goes on."""
    job: Job[Told] | None = st.session_state.get(_JOB)
    if job is not None:
        progress.show(visit, job, _how_far, "assigned")
        return True
    done: Told | None = st.session_state.pop(_DONE, None)
    if done is not None:
        page.tell(visit.words, done)
    return False


def _how_far(t: Words, done: int, total: int) -> str:
    return t("{n} {of_total} people have the course", n=t.number(done), of_total=t.out_of(total))
