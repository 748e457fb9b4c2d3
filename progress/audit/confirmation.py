"""Certificates held against the record: what its events do not say is not drawn, signed or confirmed."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from database import whatever_is_kept
from lessons.model import digest
from people import security_log
from progress.audit.verification import as_kept, differing_enrolments, first_break, is_sealed
from progress.completion import enrolments, validity
from progress.completion.certificates import Certificate, NotConfirmedError, is_as_issued, is_from_issuer, is_titled
from progress.completion.editions import editions
from progress.completion.enrolments import Enrolment
from progress.completion.validity import Validity
from progress.record import chains
from progress.record.chains import Kept, Kind, events
from progress.record.checkpoints import sealed_heads

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Certificates whose holders' chains are held in memory together."""
_NONSENSE = (ValueError, KeyError, TypeError, AttributeError)
"""What comes of rows that nobody who keeps to the rules has written."""


@dataclass(frozen=True)
class _Holder:
    """What is stored of one person's progress, as rows."""

    events: Sequence[Row[Any]]
    sealed: Sequence[Row[Any]]
    enrolments: Sequence[Row[Any]]


def confirmed(connection: Connection, certificate: Certificate, today: date, zone: ZoneInfo) -> Validity:
    """Where a certificate stands by the events of its holder; raises `NotConfirmedError` where they and the register
    disagree. `connection` has to be a snapshot."""
    stands = confirmed_among(connection, [certificate], today, zone).get(certificate.number)
    if stands is None:
        raise NotConfirmedError(certificate.number)
    return stands


def confirmed_among(
    connection: Connection, asked: Sequence[Certificate], today: date, zone: ZoneInfo
) -> dict[str, Validity]:
    """The same of many, by number, without those about which the register and the record disagree: each of them is an
    error in the log, by its number."""
    stands: dict[str, Validity] = {}
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        with whatever_is_kept(connection):
            holders, courses = _holders(connection, part), _courses(connection, part)
        for certificate in part:
            holder = holders[certificate.person_key]
            try:
                fault, taken = _held_against(certificate, holder, courses.get(certificate.content_sha256))
            except _NONSENSE:
                fault, taken = "what the events say makes no sense", []
            if fault:
                _note(certificate, fault)
            else:
                stands |= validity.of([certificate], taken, today, zone)
    return stands


def _note(certificate: Certificate, fault: str) -> None:
    number = certificate.number
    log.error("The certificate %s is not confirmed: %s.", number, fault)
    security_log.note(
        "certificate not confirmed", person=certificate.person_key, result="refused", number=number, reason=fault
    )


def _held_against(certificate: Certificate, holder: _Holder, course: str | None) -> tuple[str, list[Enrolment]]:
    """What the register and the record disagree in, nothing where they agree; and the enrolments that the events tell
    of."""
    if first_break(holder.events) is not None:
        return "an event of its holder was altered or is missing", []
    if not all(is_sealed(holder.events, head) for head in holder.sealed):
        return "an event of its holder is not the one that a checkpoint has sealed", []
    chain = [chains.kept(row.person_key, row.seq, row.kind, row.at, row.body) for row in holder.events]
    issued = [each for each in chain if _issues(each, certificate.number)]
    if len(issued) != 1:
        return "no event tells that it was issued" if not issued else "several events tell that it was issued", []
    is_erased = any(each.kind is Kind.ERASED for each in chain)
    if not is_as_issued(certificate, issued[0], is_erased=is_erased):
        return "it is not as it was issued", []
    if not _is_called_so(certificate, course):
        return "its course or its company had another name", []
    key = (certificate.course_id, certificate.cycle)
    told = enrolments.told(chain)
    if told[key]["certificate_no"] != certificate.number:
        return "what it rests on does not count any more", []
    kept = [row for row in holder.enrolments if (row.course_id, row.cycle) == key]
    if any(differing_enrolments(kept, {key: told[key]})):
        return "its enrolment is not what the events say", []
    return "", list(enrolments.fold(chain).values())


def _issues(event: Kept, number: str) -> bool:
    return event.kind is Kind.CERTIFIED and bool(event.body["certificate_no"] == number)


def _is_called_so(certificate: Certificate, course: str | None) -> bool:
    """Whether course and company had these names."""
    if course is None:
        return False
    body = json.loads(course)
    if digest(body) != certificate.content_sha256:
        return False
    return is_titled(certificate.course_title, certificate.language, body) and is_from_issuer(certificate)


def _holders(connection: Connection, asked: Iterable[Certificate]) -> dict[str, _Holder]:
    keys = {each.person_key for each in asked}
    by_person = [
        _by_person(connection.execute(select(*columns).where(table.c.person_key.in_(keys)).order_by(*order)).all())
        for table, columns, order in (
            (events, as_kept(events), (events.c.person_key, events.c.seq)),
            (sealed_heads, sealed_heads.c, (sealed_heads.c.person_key,)),
            (enrolments.enrolments, as_kept(enrolments.enrolments), (enrolments.enrolments.c.person_key,)),
        )
    ]
    return {key: _Holder(*(found.get(key, ()) for found in by_person)) for key in keys}


def _by_person(rows: Iterable[Row[Any]]) -> Mapping[str, Sequence[Row[Any]]]:
    return {key: list(own) for key, own in groupby(rows, key=lambda row: row.person_key)}


def _courses(connection: Connection, asked: Iterable[Certificate]) -> Mapping[str, str]:
    """The editions of the courses that were completed, by SHA-256."""
    named = {each.content_sha256 for each in asked}
    rows = connection.execute(select(editions.c.sha256, editions.c.body).where(editions.c.sha256.in_(named)))
    return {row.sha256: row.body for row in rows}
