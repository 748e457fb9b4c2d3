"""Status lists of badges: each certificate has a place of its own, whose bit is set once it is revoked.

Many certificates share a list (W3C Bitstring Status List 1.0), so that a request for it does not reveal whose badge
is checked. The place is drawn at random, is stored in the event that issues the certificate, and is never used again.
"""

import base64
import gzip
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, or_, select

from progress.audit import confirmation
from progress.completion import certificates
from progress.completion.certificates import STATUS_LIST, NotConfirmedError, status_indexes
from progress.completion.enrolments import enrolments
from progress.completion.validity import State
from progress.record.chains import events


def newest(connection: Connection) -> int:
    """Return the number of the last status list, from 0."""
    last = connection.execute(select(func.max(status_indexes.c.status_index))).scalar()
    return (last or 0) // STATUS_LIST


def revoked(connection: Connection, number: int, today: date, zone: ZoneInfo) -> frozenset[int]:
    """Return the places in the list `number` whose certificates are revoked, according to their holders' events.

    Raises `NotConfirmedError` if the register disagrees about any of them. `connection` has to be a snapshot.
    """
    found, unreadable = certificates.read(connection, _perhaps_revoked(number))
    if unreadable:
        raise NotConfirmedError(unreadable[0])
    stands = confirmation.confirmed_among(connection, found, today, zone)
    for certificate in found:
        if certificate.number not in stands:
            raise NotConfirmedError(certificate.number)
    return frozenset(
        certificate.status_index % STATUS_LIST
        for certificate in found
        if certificate.status_index is not None and stands[certificate.number].state is State.REVOKED
    )


def _perhaps_revoked(number: int) -> ColumnElement[bool]:
    """The condition that a certificate is in the list, and that an event or the register has a revocation for its
    holder."""
    # Words that stand in the statement itself: an index over these rows alone is not taken for a parameter.
    by_event = select(events.c.person_key).where(events.c.kind == literal_column("'revoked'"))
    by_register = select(enrolments.c.person_key).where(enrolments.c.revoked_at.is_not(None))
    row = certificates.certificates.c
    return and_(
        row.status_index >= number * STATUS_LIST,
        row.status_index < (number + 1) * STATUS_LIST,
        or_(row.person_key.in_(by_event), row.person_key.in_(by_register)),
    )


def encoded(places: Iterable[int]) -> str:
    """Return a list with the bits at `places` set, compressed as the standard requires: the first place is the
    highest bit of its byte."""
    whole = bytearray(STATUS_LIST // 8)
    for place in places:
        whole[place // 8] |= 0x80 >> place % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(whole), mtime=0)).decode().rstrip("=")
