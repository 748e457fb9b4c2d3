"""Certificates: proof of one certified enrolment, frozen when issued, verifiable by anyone."""

import hashlib
import html
import json
import re
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Column, Connection, Date, Integer, Table, Text, UniqueConstraint, func, insert, select, update

from database import Instant, metadata, written
from lessons.model import canonical
from people.directory import Person
from people.personal_data import PersonalData, row_as_json
from progress.completion.enrolments import Enrolment
from progress.completion.rules import valid_until
from progress.record.chains import Event
from quizzes.content import Course
from words import Words

TEMPLATE = "certificate-1"
"""The template of today. One that was issued with stays as it is; what is to look otherwise is a new one."""

PAGE = "/verify"
"""Where anybody checks a certificate by its number, at the address of the installation."""

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
"""All that were ever given to a certificate: none is given twice."""

CLOCK_SET_BACK = timedelta(days=1)
"""How much earlier than its event a certificate may say that it was issued: time never runs backwards in a chain, so
that after a clock was set back the event bears the moment of the one before it."""
STATUS_LIST = 131_072
"""Places of a status list of badges: the fewest that the standard (W3C Bitstring Status List 1.0) allows."""
_DRAWN = 32
"""Places that are drawn at a time, to see which are free and how full the list is."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter in it is taken for a digit."""
_GROUPS = (5, 5, 5, 5, 6)
_BETWEEN = r"[\s._+=>-]"
"""What may stand between the characters of a number: hyphens and blanks, and what a letter puts where it quotes or
breaks a line."""
_NUMBER = re.compile(
    rf"(?<![^\W_])K{_BETWEEN}*X(?P<number>(?:{_BETWEEN}*[{_ALPHABET}OIL]){{{sum(_GROUPS)}}})(?![^\W_])"
)
_TAKEN_FOR_A_DIGIT = str.maketrans("OIL", "011")
_LOOKS_LIKE = str.maketrans("АВЕКМНОРСТХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXABEZHIKMNOPTYX")
"""Cyrillic and Greek capitals that a keyboard or a reading machine puts for Latin ones."""
_ENCODED_AT_MOST = 3
"""Times that an address was put into another one."""


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
    status_index: int | None = None
    """Its place in the status lists of badges, counted through all of them; it has one as soon as it is kept."""

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


def number_in(text: str) -> str | None:
    """The first certificate number in `text`, as it is kept; none where there is none.

    It may stand alone, in an address or in a sentence, however people and mail filters deliver it: in small letters,
    with other hyphens or none, with blanks, with O for 0, percent-encoded, wrapped into another address.
    """
    found = _NUMBER.search(_plain(text))
    return None if found is None else _grouped(re.sub(_BETWEEN, "", found["number"]).translate(_TAKEN_FOR_A_DIGIT))


def decoded(text: str) -> str:
    """Without the encodings of an address that was put into another one."""
    for _ in range(_ENCODED_AT_MOST):
        text = unquote(html.unescape(text))
    return text


def _plain(text: str) -> str:
    """In capital letters, without what is not seen, with each hyphen as the plain one."""
    text = unicodedata.normalize("NFKC", decoded(text)).upper().translate(_LOOKS_LIKE)
    return "".join("-" if _is_hyphen(each) else each for each in text if unicodedata.category(each) != "Cf")


def _is_hyphen(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character in "\N{MINUS SIGN}\N{HYPHEN BULLET}"


@dataclass(frozen=True)
class Issue:
    """What a new certificate gets beside what was achieved: drawn and read before the transaction begins."""

    issuer: str
    number: str
    salt: str
    at: datetime
    day: date
    """The day of `at` where the company is."""
    status_index: int | None = None
    """Its place in the status lists of badges, drawn in the transaction that keeps it."""


def new_issue(issuer: str, at: datetime, day: date) -> Issue:
    return Issue(issuer, new_number(), secrets.token_hex(16), at, day)


class StatusIndexes:
    """Hands out places in the status lists of badges, at random and none twice."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        last = connection.execute(select(func.max(status_indexes.c.status_index))).scalar()
        self._list = (last or 0) // STATUS_LIST
        self._free: list[int] = []
        self._given: set[int] = set()

    def new(self) -> int:
        """A place in the newest list, or in the next one where more than about half of that is taken."""
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
        status_index=issue.status_index,
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
        "path": PAGE,
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
        **({"status_index": certificate.status_index} if certificate.status_index is not None else {}),
    }


def is_as_issued(certificate: Certificate, event: Event, *, is_erased: bool) -> bool:
    """Whether it says what the event says that issued it. The holder's name can be erased, and with it what its hash
    rests on; one from before there were status lists got its place in them afterwards."""
    said = {"course": certificate.course_id, "cycle": certificate.cycle, **as_event(certificate)}
    expected = dict(event.body)
    if is_erased and certificate.is_erased:
        del said["holder_sha256"], expected["holder_sha256"]
    if "status_index" not in expected:
        said.pop("status_index", None)
    issued = written(certificate.issued_at)
    return said == expected and issued <= event.written_at < written(certificate.issued_at + CLOCK_SET_BACK)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def keep(connection: Connection, *issued: Certificate) -> None:
    connection.execute(insert(certificates), [vars(certificate) for certificate in issued])
    given = [each.status_index for each in issued if each.status_index is not None]
    if given:
        connection.execute(insert(status_indexes), [{"status_index": each} for each in given])


def find(connection: Connection, number: str) -> Certificate | None:
    """The certificate whose number is in `number`, as `number_in` reads it."""
    wanted = number_in(number)
    if wanted is None:
        return None
    row = connection.execute(select(certificates).where(certificates.c.number == wanted)).first()
    return Certificate(**row._mapping) if row else None


def of_person(connection: Connection, person_key: str) -> list[Certificate]:
    """The newest first."""
    rows = connection.execute(
        select(certificates).where(certificates.c.person_key == person_key).order_by(certificates.c.issued_at.desc())
    )
    return [Certificate(**row._mapping) for row in rows]


def _stored_about(connection: Connection, person_key: str) -> tuple[Certificate, ...]:
    return tuple(of_person(connection, person_key))


def _as_data(held: tuple[Certificate, ...]) -> list[dict[str, Any]]:
    return [
        {**row_as_json(vars(each)), "printed": json.loads(each.printed) if each.printed else None} for each in held
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
