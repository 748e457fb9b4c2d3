"""Certificates: proof of one certified enrolment, frozen when issued, verifiable by anyone."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Date, Integer, Table, Text, UniqueConstraint, insert, select

from database import Instant, metadata
from lessons.model import canonical
from people.directory import Person
from progress.enrolments import Enrolment
from progress.rules import valid_until
from quizzes.content import Course
from words import Words

TEMPLATE = "certificate-1"
"""The template of today. One that was issued with stays as it is; what is to look otherwise is a new one."""

certificates = Table(
    "certificates",
    metadata,
    Column("number", Text, primary_key=True),
    Column("person_key", Text, nullable=False, index=True),
    Column("course_id", Text, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("course_title", Text, nullable=False),
    Column("course_version", Text, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("commitment_sha256", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("score", Integer, nullable=False),
    Column("pass_mark", Integer, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("template", Text),
    Column("printed", Text),
    UniqueConstraint("person_key", "course_id", "cycle"),
)

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter in it is taken for a digit."""
_GROUPS = (5, 5, 5, 5, 6)


@dataclass(frozen=True)
class Certificate:
    """What was certified, in the words and figures of that day. A later change elsewhere alters none of it."""

    number: str
    person_key: str
    course_id: str
    cycle: int
    name: str
    unit: str
    salt: str
    issuer: str
    course_title: str
    course_version: str
    content_sha256: str
    commitment_sha256: str
    language: str
    score: int
    pass_mark: int
    issued_at: datetime
    valid_from: date
    valid_until: date
    template: str | None = None
    """Which template draws it, by its file's name without the ending; none for the one of today."""
    printed: str | None = None
    """The words that it is printed with, as JSON, without the holder's name and unit."""

    @property
    def is_erased(self) -> bool:
        """Whether its holder's name was erased: it stays valid by its number, and names nobody."""
        return not self.name


def new_number() -> str:
    """KX and 130 random bits, in groups that can be read aloud."""
    characters = "".join(secrets.choice(_ALPHABET) for _ in range(sum(_GROUPS)))
    return _grouped(characters)


def _grouped(characters: str) -> str:
    groups, start = ["KX"], 0
    for length in _GROUPS:
        groups.append(characters[start : start + length])
        start += length
    return "-".join(groups)


def normal_number(written: str) -> str | None:
    """The number as it is kept, however it was typed: in lower case, without hyphens, with O for 0."""
    characters = written.upper().replace("-", "").replace(" ", "")
    if not characters.startswith("KX"):
        return None
    rest = characters[2:].translate(str.maketrans("OIL", "011"))
    if len(rest) != sum(_GROUPS) or not set(rest) <= set(_ALPHABET):
        return None
    return _grouped(rest)


@dataclass(frozen=True)
class Issue:
    """What a new certificate gets beside what was achieved: drawn and read before the transaction begins."""

    issuer: str
    number: str
    salt: str
    at: datetime
    day: date
    """The day of `at` where the company is."""


def new_issue(issuer: str, at: datetime, day: date) -> Issue:
    return Issue(issuer, new_number(), secrets.token_hex(16), at, day)


def frozen(person: Person, enrolment: Enrolment, course: Course, issue: Issue, language: str) -> Certificate:
    """The certificate of an enrolment that is passed."""
    if enrolment.score is None or enrolment.pass_mark is None or enrolment.content_sha256 is None:
        raise ValueError("only a passed enrolment is certified")
    certificate = Certificate(
        number=issue.number,
        person_key=person.key,
        course_id=course.id,
        cycle=enrolment.cycle,
        name=person.name,
        unit=person.unit,
        salt=issue.salt,
        issuer=issue.issuer,
        course_title=course.title(language),
        course_version=enrolment.course_version or course.entry.version,
        content_sha256=enrolment.content_sha256,
        commitment_sha256=course.commitment_sha256,
        language=language,
        score=enrolment.score,
        pass_mark=enrolment.pass_mark,
        issued_at=issue.at,
        valid_from=issue.day,
        valid_until=valid_until(issue.day, course.entry.valid_months),
    )
    words = printed_words(certificate, course.commitment(language))
    return replace(certificate, template=TEMPLATE, printed=canonical(words))


def printed_words(certificate: Certificate, commitment: str = "") -> dict[str, Any]:
    """What the template of today prints, in the words of today. The holder's name and unit are not in it: they can
    be erased."""
    t = Words.of(certificate.language)
    score = t(
        "{score} ({pass_mark} needed)",
        score=t.percent(certificate.score),
        pass_mark=t.percent(certificate.pass_mark),
    )
    return {
        "lang": certificate.language,
        "title": t("Certificate"),
        "issuer": certificate.issuer,
        "heading": t("Certificate of completion"),
        "sentence": t(
            "Completed the course {course}, version {version}, and signed the commitment to act by it.",
            course=certificate.course_title,
            version=certificate.course_version,
        ),
        "commitment": t("“{commitment}”", commitment=t.set(commitment)) if commitment else "",
        "score": [t("Score"), score],
        "completed": [t("Completed"), t.date(certificate.valid_from)],
        "until": [t("Valid until"), t.date(certificate.valid_until)],
        "language": [t("Language"), t.language_name(certificate.language)],
        "unit": t("Unit"),
        "number": [t("Certificate number"), certificate.number],
        "verify": t("Check validity"),
        "qralt": t("QR code that leads to the check of certificate {number}", number=certificate.number),
    }


def as_event(certificate: Certificate) -> dict[str, Any]:
    """What the record says of a certificate. The holder stands in it as a salted hash, so that a name can be
    erased from the directory and the chain still verifies."""
    holder = canonical([certificate.salt, certificate.name, certificate.unit])
    printed = certificate.printed
    frozen = {"template": certificate.template, "printed_sha256": _sha256(printed)} if printed is not None else {}
    return {
        "certificate_no": certificate.number,
        "holder_sha256": _sha256(holder),
        "course_version": certificate.course_version,
        "content_sha256": certificate.content_sha256,
        "commitment_sha256": certificate.commitment_sha256,
        "language": certificate.language,
        "score": certificate.score,
        "pass_mark": certificate.pass_mark,
        "valid_from": certificate.valid_from.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        **frozen,
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def keep(connection: Connection, *issued: Certificate) -> None:
    connection.execute(insert(certificates), [vars(certificate) for certificate in issued])


def find(connection: Connection, number: str) -> Certificate | None:
    normal = normal_number(number)
    if normal is None:
        return None
    row = connection.execute(select(certificates).where(certificates.c.number == normal)).first()
    return Certificate(**row._mapping) if row else None


def of_person(connection: Connection, person_key: str) -> list[Certificate]:
    """The newest first."""
    rows = connection.execute(
        select(certificates).where(certificates.c.person_key == person_key).order_by(certificates.c.issued_at.desc())
    )
    return [Certificate(**row._mapping) for row in rows]
