"""All kinds of data about people, each declared next to its table."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from lessons.cards import CardKind
from lessons.model import canonical
from people import deputies, directory, history, leave
from people.personal_data import PersonalData, row_as_json
from people.sign_in import accounts, identity_system, passwords
from progress.completion import certificates, enrolments
from progress.completion.enrolments import Enrolment
from progress.personal import notes
from progress.record import chains, checkpoints
from progress.record.chains import Event, Kind
from progress.remarks import remarks
from progress.reminding import ledger
from progress.reports import export_log


def _enrolments_of(connection: Connection, person_key: str) -> tuple[Enrolment, ...]:
    """Return the latest first, without the answers, which the events have."""
    taken = sorted(enrolments.of_person(connection, person_key), key=lambda each: each.assigned_at, reverse=True)
    return tuple(
        replace(
            each,
            checks={},
            attempt=None,
            met=(),
            prior=each.prior and replace(each.prior, questions=(), responses={}),
        )
        for each in taken
    )


def _enrolments_as_data(taken: tuple[Enrolment, ...]) -> list[dict[str, Any]]:
    rows = (row_as_json(enrolments.as_row(each)) for each in taken)
    return [{name: value for name, value in row.items() if name != "state"} for row in rows]


ENROLMENTS = PersonalData(
    "enrolments",
    (enrolments.enrolments,),
    _enrolments_of,
    _enrolments_as_data,
    withheld={"enrolments.state": "it repeats the events"},
)


def _events_of(connection: Connection, person_key: str) -> tuple[Event, ...]:
    """Return the chain as its learner may see it.

    Whether an answer was right is left out while that would give the answer away: of a dilemma until it has been
    answered again, at the end of its lesson; of a question before the lesson until the test is passed.
    """
    chain = chains.chain(connection, person_key)
    is_open, is_before_the_test = _open_dilemmas(chain), _before_the_test(chain)
    return tuple(_without_verdict(event) if is_open(event) or is_before_the_test(event) else event for event in chain)


def _without_verdict(event: Event) -> Event:
    return replace(event, written_body=canonical({**event.body, "right": None}))


def _open_dilemmas(chain: Iterable[Event]) -> Callable[[Event], bool]:
    checks = [event for event in chain if event.kind is Kind.CHECKED]
    answered = {(event.body["course"], event.body["cycle"], event.body["card"]) for event in checks}

    def is_open(event: Event) -> bool:
        if event.kind is not Kind.CHECKED:
            return False
        lesson, _, part = event.body["card"].rpartition("/")
        second = (event.body["course"], event.body["cycle"], f"{lesson}/{CardKind.ANSWER.value}")
        return part == CardKind.DILEMMA and second not in answered

    return is_open


def _before_the_test(chain: Iterable[Event]) -> Callable[[Event], bool]:
    passed = {
        (event.body["course"], event.body["cycle"])
        for event in chain
        if event.kind in {Kind.ATTEMPT_FINISHED, Kind.PRIOR_FINISHED} and event.body["passed"]
    }

    def is_before(event: Event) -> bool:
        return event.kind is Kind.PRIOR_ANSWERED and (event.body["course"], event.body["cycle"]) not in passed

    return is_before


def _events_as_data(chain: tuple[Event, ...]) -> list[dict[str, Any]]:
    return [
        {
            "seq": each.seq,
            "at": each.written_at,
            "kind": each.kind.value,
            "body": each.body,
            "previous_hash": each.previous_hash,
            "hash": each.hash,
        }
        for each in chain
    ]


EVENTS = PersonalData(
    "events",
    (chains.events,),
    _events_of,
    _events_as_data,
    withheld={"events.body": "it is shown as data and not as text"},
)

PERSONAL_DATA: tuple[PersonalData[Any], ...] = (
    directory.PERSON,
    accounts.ROLES,
    deputies.DEPUTY_PERIODS,
    leave.LEAVE,
    history.PLACEMENTS,
    checkpoints.SEALED_HEADS,
    accounts.SESSIONS,
    identity_system.ACCOUNT,
    passwords.PASSWORD_CHANGED_AT,
    passwords.ONE_TIME_LINKS,
    export_log.EXPORTS,
    remarks.REMARKS,
    notes.NOTES,
    ledger.REMINDERS,
    ENROLMENTS,
    certificates.CERTIFICATES,
    EVENTS,
)
"""In the order of the file of My record. The person comes first: an erasure goes from the last to the first and needs
their name until then."""
