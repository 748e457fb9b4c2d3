"""Certificates: proof of one completed enrolment, frozen when issued, verifiable by anyone."""

import hashlib
import html
import logging
import re
import secrets
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    type_coerce,
    update,
)

from database import Instant, metadata, whatever_is_kept, written
from lessons.model import canonical
from people.directory import Person
from people.personal_data import PersonalData, row_as_json
from progress.completion.enrolments import Enrolment
from progress.completion.rules import valid_until
from progress.record.chains import Event
from quizzes.content import Course
from words import Words

log = logging.getLogger(__name__)

TEMPLATE = "certificate-1"
"""The template of new certificates. Templates never change, because older certificates use them: add a new one."""

PAGE = "/verify"
"""Path of the page on which anybody can check a certificate by its number."""

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
    Column("status_index", Integer, index=True),
    UniqueConstraint("person_key", "course_id", "cycle"),
)

status_indexes = Table(
    "status_indexes",
    metadata,
    Column("status_index", Integer, primary_key=True, autoincrement=False),
)
"""All places ever given to a certificate: none is given twice."""

CLOCK_SET_BACK = timedelta(days=1)
"""Tolerance for a time of issue that is earlier than its event. Time never runs backwards in a chain: after the clock
was set back, an event has the time of the one before it."""
STATUS_LIST = 131_072
"""Places in a status list of badges: the minimum in W3C Bitstring Status List 1.0."""
_DRAWN = 32
"""Places drawn at a time, to see which are free and how full the list is."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter in it looks like a digit."""
_GROUPS = (5, 5, 5, 5, 6)
_BETWEEN = r"[\s._+=>-]"
"""Characters allowed between those of a number: hyphens, blanks, and the marks of quoted or wrapped lines in mail."""
_NUMBER = re.compile(
    rf"(?<![^\W_])K{_BETWEEN}*X(?P<number>(?:{_BETWEEN}*[{_ALPHABET}OIL]){{{sum(_GROUPS)}}})(?![^\W_])"
)
_TAKEN_FOR_A_DIGIT = str.maketrans("OIL", "011")
_LOOKS_LIKE = str.maketrans("АВЕКМНОРСТХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXABEZHIKMNOPTYX")
"""Cyrillic and Greek capitals that keyboards and text recognition put in place of Latin ones."""
_ENCODED_HYPHEN = re.compile("-2D(?=[0-9A-Z]{5,6}(?![0-9A-Z]))")
"""A hyphen as older filters of Proofpoint write it: before a whole group of a number, which is longer than what
follows 2D inside one."""
_ENCODED_AT_MOST = 3
"""Times that an address may have been put into another one."""


class NotConfirmedError(Exception):
    """The certificate `number` cannot be read in the register, or the record says otherwise."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Certificate:
    """The words and figures of the day of issue. Later changes elsewhere alter none of them."""

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
    """Name of the template's file, without its suffix; None means `TEMPLATE`."""
    printed: str | None = None
    """The printed words as JSON, without the holder's name and unit; None for the oldest certificates."""
    status_index: int | None = None
    """Its place in the status lists of badges, counted through all of them; None until it is stored."""

    @property
    def is_erased(self) -> bool:
        """True if its holder's name was erased. It stays valid by its number."""
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


def number_in(text: str) -> str | None:
    """The first certificate number in `text`, as stored; None if there is none.

    It may be alone, in an address or in a sentence, in any form that people and mail filters give it: in small
    letters, with other hyphens or none, with blanks, with O for 0, percent-encoded, inside another address.
    """
    found = _NUMBER.search(_normalised(text))
    return None if found is None else _grouped(re.sub(_BETWEEN, "", found["number"]).translate(_TAKEN_FOR_A_DIGIT))


def decoded(text: str) -> str:
    """`text` without the encodings of an address that was put into another one."""
    for _ in range(_ENCODED_AT_MOST):
        text = unquote(html.unescape(text))
    return text


def _normalised(text: str) -> str:
    """`text` in capital letters, without invisible characters, with every hyphen replaced by "-"."""
    text = unicodedata.normalize("NFKC", decoded(text)).upper().translate(_LOOKS_LIKE)
    text = "".join("-" if _is_hyphen(each) else each for each in text if unicodedata.category(each) != "Cf")
    return _ENCODED_HYPHEN.sub("-", text)


def _is_hyphen(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character in "\N{MINUS SIGN}\N{HYPHEN BULLET}"


@dataclass(frozen=True)
class Issue:
    """The parts of a new certificate that no enrolment has, generated before the transaction begins."""

    issuer: str
    number: str
    salt: str
    at: datetime
    day: date
    """The day of `at` in the company's time zone."""
    status_index: int | None = None
    """Place in the status lists of badges, drawn in the transaction that stores the certificate."""


def new_issue(issuer: str, at: datetime, day: date) -> Issue:
    return Issue(issuer, new_number(), secrets.token_hex(16), at, day)


class StatusIndexes:
    """Random places in the status lists of badges, none of them twice."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        last = connection.execute(select(func.max(status_indexes.c.status_index))).scalar()
        self._list = (last or 0) // STATUS_LIST
        self._free: list[int] = []
        self._given: set[int] = set()

    def new(self) -> int:
        """A free place in the newest list, or in the next one if about half of the newest is taken."""
        while not self._free:
            drawn = {self._list * STATUS_LIST + secrets.randbelow(STATUS_LIST) for _ in range(_DRAWN)}
            free = drawn - self._given - self._kept(drawn)
            if len(free) > _DRAWN // 2:
                self._free = list(free)
            else:
                self._list += 1
        place = self._free.pop()
        self._given.add(place)
        return place

    def _kept(self, indexes: Collection[int]) -> set[int]:
        index = status_indexes.c.status_index
        return set(self._connection.execute(select(index).where(index.in_(indexes))).scalars())


def frozen(person: Person, enrolment: Enrolment, course: Course, issue: Issue, language: str) -> Certificate:
    """The certificate of a passed enrolment."""
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
        status_index=issue.status_index,
    )
    words = printed_words(certificate, course.commitment(language))
    return replace(certificate, template=TEMPLATE, printed=canonical(words))


def printed_words(certificate: Certificate, commitment: str = "") -> dict[str, Any]:
    """The words that `TEMPLATE` prints, by the names that it has for them. The holder's name and unit are not among
    them, because they can be erased."""
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
            "has completed the course {course} (version {version}) and has signed a commitment to follow it at work",
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
        "path": PAGE,
        "qralt": t("QR code that leads to the check of certificate {number}", number=certificate.number),
    }


def words_of(certificate: Certificate) -> dict[str, Any]:
    """Return the printed words, as frozen on the day of issue; in today's words for certificates older than that."""
    return dict(orjson.loads(certificate.printed)) if certificate.printed else printed_words(certificate)


def as_event(certificate: Certificate) -> dict[str, Any]:
    """The body of the event that issues the certificate, without course and cycle. The holder is in it as a salted
    hash, so that the name can be erased and the chain still verifies."""
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
        **({"status_index": certificate.status_index} if certificate.status_index is not None else {}),
    }


def is_as_issued(certificate: Certificate, event: Event, *, is_erased: bool) -> bool:
    """True if the certificate agrees with the event that issued it. The holder's name may have been erased since; a
    certificate from before there were status lists got its place in them later."""
    body = {"course": certificate.course_id, "cycle": certificate.cycle, **as_event(certificate)}
    expected = dict(event.body)
    if is_erased and certificate.is_erased:
        del body["holder_sha256"], expected["holder_sha256"]
    if "status_index" not in expected:
        body.pop("status_index", None)
    issued = written(certificate.issued_at)
    return body == expected and issued <= event.written_at < written(certificate.issued_at + CLOCK_SET_BACK)


def is_titled(title: str, language: str, course: Mapping[str, Any]) -> bool:
    """True if the course, as an edition with the right hash has it, had this title. No event has titles."""
    titles = course["course"]["title"]
    return title in ([titles[language]] if language in titles else titles.values())


def is_from_issuer(certificate: Certificate) -> bool:
    """True if the company is the one in the printed words, whose hash the event has. The oldest certificates have no
    printed words."""
    return not certificate.printed or bool(orjson.loads(certificate.printed)["issuer"] == certificate.issuer)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def keep(connection: Connection, *issued: Certificate) -> None:
    connection.execute(insert(certificates), [vars(certificate) for certificate in issued])
    given = [each.status_index for each in issued if each.status_index is not None]
    if given:
        connection.execute(insert(status_indexes), [{"status_index": each} for each in given])


def find(connection: Connection, number: str) -> Certificate | None:
    """The certificate with the first number in the text `number`, as `number_in` reads it; raises `NotConfirmedError`
    if its row makes no sense."""
    wanted = number_in(number)
    if wanted is None:
        return None
    found, unreadable = read(connection, certificates.c.number == wanted)
    if unreadable:
        raise NotConfirmedError(wanted)
    return found[0] if found else None


def read(connection: Connection, which: ColumnElement[bool]) -> tuple[list[Certificate], list[str]]:
    """The certificates for which `which` is true, and the numbers of those whose rows make no sense. The latter are
    logged as errors, and do not keep the others from being read."""
    found, unreadable = [], []
    with whatever_is_kept(connection):
        rows = connection.execute(select(*_AS_STORED).where(which)).all()
    for row in rows:
        try:
            found.append(_from_stored(row))
        except (ValueError, TypeError):
            log.error("The certificate %s cannot be read: its row in the register makes no sense.", row.number)
            unreadable.append(row.number)
    return found, unreadable


_AS_STORED = [
    type_coerce(each, Text).label(each.name) if isinstance(each.type, Instant | Date) else each
    for each in certificates.c
]
"""All columns, with days and timestamps as stored: a tampered row may hold none."""


def _from_stored(row: Row[Any]) -> Certificate:
    values = dict(row._mapping)
    values["issued_at"] = datetime.fromisoformat(values["issued_at"])
    for name in ("valid_from", "valid_until"):
        # PostgreSQL returns days, SQLite their text.
        values[name] = values[name] if isinstance(values[name], date) else date.fromisoformat(values[name])
    return Certificate(**values)


def of_person(connection: Connection, person_key: str) -> list[Certificate]:
    """A person's certificates, the newest first; raises `NotConfirmedError` if the row of one makes no sense."""
    found, unreadable = read(connection, certificates.c.person_key == person_key)
    if unreadable:
        raise NotConfirmedError(unreadable[0])
    return sorted(found, key=lambda each: each.issued_at, reverse=True)


def _stored_about(connection: Connection, person_key: str) -> tuple[Certificate, ...]:
    return tuple(of_person(connection, person_key))


def _as_data(held: tuple[Certificate, ...]) -> list[dict[str, Any]]:
    return [
        {**row_as_json(vars(each)), "printed": orjson.loads(each.printed) if each.printed else None} for each in held
    ]


def _forget(connection: Connection, person_key: str, _: datetime) -> None:
    """Leave the certificates valid by their number. Without the salt, the hash in the event says nothing even to
    somebody who guesses the name."""
    unnamed = update(certificates).where(certificates.c.person_key == person_key)
    connection.execute(unnamed.values(name="", unit="", salt=""))


CERTIFICATES = PersonalData(
    "certificates",
    (certificates,),
    _stored_about,
    _as_data,
    _forget,
    withheld={"certificates.printed": "it is shown as data and not as text"},
)
