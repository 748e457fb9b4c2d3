"""Records: whether the record as a whole holds, its checkpoints and keys, and the evidence for an audit."""

import streamlit as st

from people.access import Act, require
from progress.audit import verification_history
from progress.audit.verification_history import Verification
from progress.record import chains, checkpoints
from progress.record.signing import Key
from screens.parts import exported, page
from screens.parts.records import evidence, seals, verifying
from screens.parts.session import Visit, current
from words import Words


def opening(visit: Visit, last: Verification | None, *, is_sealed: bool) -> None:
    """What is known of the record, and what to do next."""
    t = visit.words
    if verifying.is_under_way():
        title, text = t("The record is being verified"), t("It goes on if you leave; what comes of it will be here.")
    elif last is not None and last.findings:
        title = t.plural(
            "{n} thing in the record does not hold", "{n} things in the record do not hold", last.findings
        )
        text = t(
            "Change nothing in the database. Tell whoever runs Kodex, and keep the checkpoints that you have: they "
            "show since when it was right."
        )
    elif last is not None:
        title = t("Everything in the record held when it was last verified")
        text = t("Verified on this screen on {moment}.", moment=_moment(visit, last)) + " " + _limit(t, last)
    elif is_sealed:
        title, text = t("The record has not been verified here yet"), t("Press “Verify the record” below.")
    elif visit.may(Act.SEAL):
        title, text = (
            t("The record has not been sealed yet"),
            t("Seal a checkpoint below, and keep its file elsewhere."),
        )
    else:
        title, text = t("The record has not been sealed yet"), t("Ask human resources to seal a checkpoint.")
    page.opening(t("Records"), title, text)


def _limit(t: Words, last: Verification) -> str:
    if last.elsewhere:
        return t("It agrees with a checkpoint that was kept elsewhere.")
    return t("To know that nothing was removed either, verify it against a checkpoint that you kept yourself.")


def _moment(visit: Visit, last: Verification) -> str:
    return visit.words.moment(last.at, visit.zone)


def status(visit: Visit, events: int, people: int, last: Verification | None, key: Key) -> None:
    t = visit.words
    table = [[t("Events"), t.number(events)], [t("People with a record"), t.number(people)]]
    table += seals.last(visit, events, key)
    if last is None:
        table.append([t("Verified on this screen"), t("not yet")])
    else:
        held = t.plural("{n} thing did not hold", "{n} things did not hold", last.findings)
        came = held if last.findings else t("everything held")
        table.append([t("Verified on this screen"), f"{_moment(visit, last)}, {came}"])
    with st.container(key="told_status"):
        page.rows(table)


def records(visit: Visit) -> None:
    t = visit.words
    require(visit.principal, Act.VERIFY)
    with visit.database.reading() as connection:
        events, people = chains.size(connection)
        last = verification_history.last(connection)
        is_sealed = bool(checkpoints.newest(connection, 1))
    if not events:
        page.opening(
            t("Records"),
            t("Nothing is recorded yet"),
            t("The record begins when a course is assigned to somebody. Then it can be verified and sealed here."),
        )
        return
    opening(visit, last, is_sealed=is_sealed)
    key = visit.installation.key
    status(visit, events, people, last, key)
    verifying.draw(visit, key, last)
    seals.draw(visit, key)
    evidence.draw(visit)
    exported.draw(visit)


records(current())
