"""Certificates checked against the record: one that its events don't bear out is not drawn, signed or confirmed."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Connection, Row, select

from lessons.model import digest
from people.sign_in import security_log
from progress.audit.person_check import heads, is_sealed
from progress.completion import enrolments, validity
from progress.completion.certificates import Certificate, is_as_issued
from progress.completion.editions import editions
from progress.completion.enrolments import UNREADABLE, Enrolment, Key
from progress.completion.fold import fold
from progress.completion.validity import Validity
from progress.record import chains
from progress.record.chains import Event, Kind, events, first_fault

log = logging.getLogger(__name__)

CERTIFICATES_AT_A_TIME = 100
"""The chains of their holders are in memory together."""


class NotConfirmedError(Exception):
    """The register of certificates and the record disagree about the certificate `number`."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class _Holder:
    chain: Sequence[Event]
    sealed: Sequence[Row[Any]]
    """Rows of `sealed_heads`."""
    enrolments: Mapping[Key, Enrolment | None]
    """As stored; None for one that cannot be read."""


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
    for start in range(0, len(asked), CERTIFICATES_AT_A_TIME):
        part = asked[start : start + CERTIFICATES_AT_A_TIME]
        holders, courses = _holders(connection, part), _courses(connection, part)
        for certificate in part:
            holder = holders[certificate.person_key]
            try:
                fault, taken = _held_against(certificate, holder, courses.get(certificate.content_sha256))
            except UNREADABLE:
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
        return "its course or its company was called otherwise", []
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
    """Whether course and company had these names. No event holds them, but the hash of the course's edition, which
    has its titles, and of the printed words, which name the company."""
    if course is None:
        return False
    body = json.loads(course)
    if digest(body) != certificate.content_sha256:
        return False
    titles = body["course"]["title"]
    in_its_language = titles.get(certificate.language)
    if certificate.course_title not in ([in_its_language] if in_its_language else titles.values()):
        return False
    return not certificate.printed or bool(json.loads(certificate.printed)["issuer"] == certificate.issuer)


def _holders(connection: Connection, asked: Iterable[Certificate]) -> dict[str, _Holder]:
    keys = {each.person_key for each in asked}

    def among(person_key: Column[str]) -> ColumnElement[bool]:
        return person_key.in_(keys)

    chain_of = {chain[0].person_key: chain for chain in chains.of(connection, among(events.c.person_key), options={})}
    sealed_of = dict(heads(connection, among, {}))
    enrolments_of = dict(enrolments.stored(connection, among(enrolments.enrolments.c.person_key), {}))
    return {key: _Holder(chain_of.get(key, ()), sealed_of.get(key, ()), enrolments_of.get(key, {})) for key in keys}


def _courses(connection: Connection, asked: Iterable[Certificate]) -> Mapping[str, str]:
    """The editions of the courses that were completed, by SHA-256."""
    named = {each.content_sha256 for each in asked}
    rows = connection.execute(select(editions.c.sha256, editions.c.body).where(editions.c.sha256.in_(named)))
    return {row.sha256: row.body for row in rows}
