"""Certificates checked against the record: one that its events don't bear out is not drawn, signed or confirmed."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Connection, Row, select

from database import whatever_is_kept
from lessons.model import digest
from people import security_log
from progress.audit.person_check import heads, is_sealed
from progress.completion import enrolments, validity
from progress.completion.certificates import Certificate, NotConfirmedError, is_as_issued, is_from_issuer, is_titled
from progress.completion.editions import editions
from progress.completion.enrolments import UNREADABLE, CycleKey, Enrolment
from progress.completion.fold import fold
from progress.completion.validity import Validity
from progress.record import chains
from progress.record.chains import Event, Kind, events, first_fault

log = logging.getLogger(__name__)

CERTIFICATES_AT_A_TIME = 100
"""The chains of their holders are in memory together."""


@dataclass(frozen=True)
class _Holder:
    chain: Sequence[Event]
    sealed: Sequence[Row[Any]]
    """Rows of `sealed_heads`."""
    enrolments: Mapping[CycleKey, Enrolment | None]
    """As stored; None for one that cannot be read."""


def confirmed(connection: Connection, certificate: Certificate, today: date, zone: ZoneInfo) -> Validity:
    """The validity of a certificate by its holder's events; raises `NotConfirmedError` if they and the register
    disagree. `connection` has to be a snapshot."""
    found = confirmed_among(connection, [certificate], today, zone).get(certificate.number)
    if found is None:
        raise NotConfirmedError(certificate.number)
    return found


def confirmed_among(
    connection: Connection, asked: Sequence[Certificate], today: date, zone: ZoneInfo
) -> dict[str, Validity]:
    """The validity of many, by number. Certificates about which the register and the record disagree are left out and
    logged as errors."""
    found: dict[str, Validity] = {}
    for start in range(0, len(asked), CERTIFICATES_AT_A_TIME):
        part = asked[start : start + CERTIFICATES_AT_A_TIME]
        with whatever_is_kept(connection):
            holders, courses = _holders(connection, part), _courses(connection, part)
        for certificate in part:
            holder = holders[certificate.person_key]
            try:
                fault, taken = _compared(certificate, holder, courses.get(certificate.content_sha256))
            except UNREADABLE:
                fault, taken = "what the events say makes no sense", []
            if fault:
                _note(certificate, fault)
            else:
                found |= validity.of([certificate], taken, today, zone)
    return found


def _note(certificate: Certificate, fault: str) -> None:
    number = certificate.number
    log.error("The certificate %s is not confirmed: %s.", number, fault)
    security_log.note(
        "certificate not confirmed", person=certificate.person_key, result="refused", number=number, reason=fault
    )


def _compared(certificate: Certificate, holder: _Holder, course: str | None) -> tuple[str, list[Enrolment]]:
    """The point on which the register and the record disagree, empty if they agree; and the holder's enrolments by
    the events."""
    chain = holder.chain
    if first_fault(chain) is not None:
        return "an event of its holder was altered or is missing", []
    if not all(is_sealed(chain, head) for head in holder.sealed):
        return "an event of its holder is not the one that a checkpoint has sealed", []
    issued = [each for each in chain if _issues(each, certificate.number)]
    if len(issued) != 1:
        return "no event tells that it was issued" if not issued else "several events tell that it was issued", []
    is_erased = any(each.kind is Kind.ERASED for each in chain)
    if not is_as_issued(certificate, issued[0], is_erased=is_erased):
        return "it is not as it was issued", []
    if not _is_called_so(certificate, course):
        return "its course or its company had another name", []
    key = (certificate.course_id, certificate.cycle)
    folded = fold(chain)
    if folded[key].certificate_no != certificate.number:
        return "what it rests on does not count any more", []
    if holder.enrolments.get(key) != folded[key]:
        return "its enrolment is not what the events say", []
    return "", list(folded.values())


def _issues(event: Event, number: str) -> bool:
    return event.kind is Kind.CERTIFIED and bool(event.body["certificate_no"] == number)


def _is_called_so(certificate: Certificate, course: str | None) -> bool:
    """True if course and company had these names."""
    if course is None:
        return False
    body = json.loads(course)
    if digest(body) != certificate.content_sha256:
        return False
    return is_titled(certificate.course_title, certificate.language, body) and is_from_issuer(certificate)


def _holders(connection: Connection, asked: Iterable[Certificate]) -> dict[str, _Holder]:
    keys = {each.person_key for each in asked}

    def among(person_key: Column[str]) -> ColumnElement[bool]:
        return person_key.in_(keys)

    chain_of = {chain[0].person_key: chain for chain in chains.of(connection, among(events.c.person_key), options={})}
    sealed_of = dict(heads(connection, among, {}))
    enrolments_of = dict(enrolments.stored(connection, among(enrolments.enrolments.c.person_key), {}))
    return {key: _Holder(chain_of.get(key, ()), sealed_of.get(key, ()), enrolments_of.get(key, {})) for key in keys}


def _courses(connection: Connection, asked: Iterable[Certificate]) -> Mapping[str, str]:
    """The editions of the completed courses, as JSON, by SHA-256."""
    named = {each.content_sha256 for each in asked}
    rows = connection.execute(select(editions.c.sha256, editions.c.body).where(editions.c.sha256.in_(named)))
    return {row.sha256: row.body for row in rows}
