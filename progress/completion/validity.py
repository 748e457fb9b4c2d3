"""Validity of certificates, decided only here: valid, expiring, expired, superseded or revoked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from progress.completion import certificates, enrolments
from progress.completion.certificates import Certificate
from progress.completion.enrolments import Enrolment
from progress.completion.rules import EXPIRING_BEFORE
from words import Words


class State(StrEnum):
    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    """There is a newer certificate of the same course."""
    REVOKED = "revoked"


@dataclass(frozen=True)
class Validity:
    """The state of a certificate, and the day since when or until when. The reason for a revocation is not in it:
    that is for the holder, not for everybody who has the number."""

    state: State
    on: date

    @property
    def is_valid(self) -> bool:
        return self.state in {State.VALID, State.EXPIRING}

    def said(self, t: Words) -> str:
        """In words, for a table or the middle of a sentence."""
        day = t.date(self.on)
        match self.state:
            case State.VALID:
                return t("valid until {day}", day=day)
            case State.EXPIRING:
                return t("valid until {day}, expires soon", day=day)
            case State.EXPIRED:
                return t("expired on {day}", day=day)
            case State.SUPERSEDED:
                return t("replaced by a newer one on {day}", day=day)
            case State.REVOKED:
                return t("revoked on {day}", day=day)


def of(
    held: Sequence[Certificate], taken: Sequence[Enrolment], today: date, zone: ZoneInfo
) -> Mapping[str, Validity]:
    """By number: the validity of all certificates of one person, whose enrolments are all in `taken`."""
    revoked = {
        each.certificate_no: each.revoked_at.astimezone(zone).date()
        for each in taken
        if each.certificate_no is not None and each.revoked_at is not None
    }
    return {each.number: _validity(each, taken, revoked, today) for each in held}


def of_person(connection: Connection, person_key: str, today: date, zone: ZoneInfo) -> Mapping[str, Validity]:
    """By number. `connection` has to be a snapshot."""
    return of(
        certificates.of_person(connection, person_key), enrolments.of_person(connection, person_key), today, zone
    )


def _validity(
    certificate: Certificate, taken: Sequence[Enrolment], revoked: Mapping[str, date], today: date
) -> Validity:
    if certificate.number in revoked:
        return Validity(State.REVOKED, revoked[certificate.number])
    until = certificate.valid_until
    if until < today:
        return Validity(State.EXPIRED, until)
    newer = [
        each.valid_from
        for each in taken
        if each.course_id == certificate.course_id and each.cycle > certificate.cycle
        if each.valid_from is not None and each.certificate_no not in revoked
    ]
    if newer:
        return Validity(State.SUPERSEDED, min(newer))
    return Validity(State.EXPIRING if until < today + EXPIRING_BEFORE else State.VALID, until)
