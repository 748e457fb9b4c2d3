"""Hostile strings in the documents that people take along: they are text there, none of it is cut, nothing runs."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import width
from cast import NOW, TODAY
from drawn import Margins, acts_in, beyond, squeezed
from hostile import BASES, MARK, strings
from pypdf import PdfReader

from people import deputies, directory, history, leave
from people.access import Role
from people.deputies import DeputyPeriod
from people.directory import DirectoryEntry, Person
from people.personal_data import PersonalData
from people.sign_in import accounts, identity_system, passwords
from people.sign_in.accounts import HeldRole, StoredSession
from progress.completion.certificates import CERTIFICATES, Certificate
from progress.documents import certificate_pdf
from progress.personal import my_record, my_record_pdf
from progress.personal.my_record import MyRecord
from progress.personal.my_record_words import RecordWords
from progress.personal.notes import NOTES, PLEDGE, Note, NotePlace
from progress.personal.overview_words import Wording
from progress.personal.owners import ENROLMENTS, EVENTS
from progress.record import chains, checkpoints
from progress.record.chains import NO_EVENTS, Kind
from progress.remarks.remarks import REMARKS, Remark, Reported
from progress.reminding.ledger import REMINDERS, LetterKey, LetterState, Reminder
from progress.reports import export_log
from progress.reports.export_log import Extent, HandedOut
from quizzes.content import Content
from words import Words

MM = 72 / 25.4
OF_CERTIFICATE = Margins(sides=30 * MM, ends=20 * MM)
OF_RECORD = Margins(sides=22 * MM, ends=10 * MM)
NUMBER = "KX-AN236-8Q0ZR-51TVW-XE7YH-2KJ9M"
ADDRESS = f"https://kodex.example.com/verify/{NUMBER}"
MANY = 2000
SHORT = [text[-400:] for text in strings(len(BASES))]
TOGETHER = 6
"""How many stand in one record, each in several places."""
IN_EITHER_DIRECTION = MARK[0]
LONGEST_KEPT = 254
"""The longest name or unit that the directory takes from any side."""


def certificate(name: str, unit: str = "Sklad", title: str = "Kurz", language: str = "cs") -> Certificate:
    day = date(2026, 3, 2)
    return Certificate(
        number=NUMBER,
        person_key="0" * 32,
        course_id="customer-privacy",
        cycle=1,
        name=name,
        unit=unit,
        salt="",
        issuer="Ukázková společnost",
        course_title=title,
        course_version="1.0",
        content_sha256="",
        commitment_sha256="",
        language=language,
        score=90,
        pass_mark=80,
        issued_at=NOW,
        valid_from=day,
        valid_until=day,
    )


def told(texts: Sequence[str], content: Content, zone: ZoneInfo, language: str = "cs") -> RecordWords:
    """A record in which all that anybody else can have written is one of the texts, in turn."""
    turn = cycle(texts)

    def named(key: str) -> Person:
        return Person(key, next(turn), next(turn), next(turn), next(turn), None, "cs", external_id=next(turn))

    person, reader = named("1" * 32), named("2" * 32)
    course = {"course": "customer-privacy", "cycle": 1}
    bodies: list[tuple[Kind, dict[str, Any]]] = [
        (Kind.ASSIGNED, {**course, "due_on": "2026-03-31", "by": reader.key}),
        (Kind.CERTIFIED, {**course, "certificate_no": NUMBER, "valid_until": "2027-03-02"}),
        (Kind.CORRECTED, {**course, "reason": next(turn), "voids": [], "by": reader.key}),
        (Kind.READ, {"by": reader.key, "as": "hr"}),
    ]
    account = {name: next(turn) for name in ("user_name", "given_name", "family_name", "email_type")}
    stored: dict[PersonalData[Any], object] = {
        directory.PERSON: DirectoryEntry(person, reader),
        ENROLMENTS: (),
        CERTIFICATES: (certificate(person.name, person.unit, next(turn)),),
        accounts.ROLES: (HeldRole(Role.EMPLOYEE), HeldRole(Role.HR, next(turn), NOW, next(turn))),
        leave.LEAVE: (),
        deputies.DEPUTY_PERIODS: (DeputyPeriod(person, reader, TODAY, TODAY),),
        accounts.SESSIONS: (StoredSession(NOW, NOW, next(turn)),),
        identity_system.ACCOUNT: account,
        passwords.PASSWORD_CHANGED_AT: None,
        passwords.ONE_TIME_LINKS: (),
        export_log.EXPORTS: (export_log.LoggedExport(1, NOW, person.key, person, handed_out(turn)),),
        EVENTS: tuple(chains.following(NO_EVENTS, person.key, bodies, NOW)),
        history.PLACEMENTS: (),
        REMARKS: (Remark("r", NOW, "c", Reported.CARD, "p", "0", language, next(turn), next(turn), NOW, None, {}),),
        NOTES: (Note(NotePlace("c", 1, PLEDGE), None, None, next(turn), NOW, {}),),
        REMINDERS: (refused_letter(person, next(turn)),),
        checkpoints.SEALED_HEADS: (),
    }
    record = MyRecord(NOW, stored, {reader.key: reader}, {})
    return RecordWords(record, Wording(Words.of(language), content, TODAY, zone))


def refused_letter(person: Person, said: str) -> Reminder:
    """A letter that a mail server refused in these words."""
    key = LetterKey(person.key, "assigned", "customer-privacy", 1, TODAY)
    return Reminder(key, LetterState.REFUSED, NOW, 1, "", NOW, said, TODAY, 1)


def handed_out(turn: Iterator[str]) -> HandedOut:
    """An export that was narrowed to one of the texts."""
    of = Extent(units=(next(turn),), manager=next(turn), deputy_for=(next(turn),))
    return HandedOut(
        export_log.ExportKind.TEAM,
        of,
        {"search": next(turn), "unit": next(turn)},
        next(turn),
        "csv",
        1,
        "0" * 64,
        next(turn),
    )


def read(document: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(document))


@pytest.mark.wide
def test_a_certificate_is_whole_whatever_stands_in_it() -> None:
    for text, unit, title in zip(SHORT, SHORT[1:] + SHORT, SHORT[2:] + SHORT, strict=False):
        pdf = read(certificate_pdf.draw(certificate(text, unit, title), ADDRESS))
        assert acts_in(pdf) == set(), text
        assert beyond(pdf, OF_CERTIFICATE) == [], text
        assert "/MarkInfo" in pdf.root_object, text
        said = squeezed(pdf)
        assert (said.count(IN_EITHER_DIRECTION), said.count(NUMBER)) == (3, 1), text


@pytest.mark.wide
def test_a_record_is_whole_whatever_stands_in_it(content: Content, zone: ZoneInfo) -> None:
    for start in range(0, len(SHORT), TOGETHER):
        texts = SHORT[start : start + TOGETHER]
        own = told(texts, content, zone)
        pdf = read(my_record_pdf.draw(own, "Ukázková společnost"))
        assert acts_in(pdf) == set(), texts
        assert beyond(pdf, OF_RECORD) == [], texts
        assert "/MarkInfo" in pdf.root_object, texts
        cells = "".join(cell for section in own.sections() for row in section.rows for cell in row)
        said = squeezed(pdf)
        # The name stands above the sections once more.
        assert said.count(IN_EITHER_DIRECTION) == cells.count(MARK) + 1, texts
        assert said.count(NUMBER) == 2, texts


def test_the_file_of_a_record_says_them_letter_by_letter(content: Content, zone: ZoneInfo) -> None:
    """As JSON writes them and as a program reads them again."""
    for text in strings(MANY):
        own = told([text], content, zone)
        written = json.dumps(my_record.as_data(own.record, TODAY, own.events.in_words), ensure_ascii=False)
        data = json.loads(written.encode())
        assert (data["person"]["name"], data["account"]["user_name"], data["readings"][0]["by"]["name"]) == 3 * (
            text,
        )


@pytest.mark.parametrize("letters", width.sample(["W", "ř", "word "], "word "))
def test_ten_thousand_letters_are_all_there(letters: str, content: Content, zone: ZoneInfo) -> None:
    often = 10_000 // len(letters)
    own = told(["Jana"], content, zone)
    anybody = own.record.of(directory.PERSON).person
    empty: dict[PersonalData[Any], object] = {ENROLMENTS: (), CERTIFICATES: ()}

    def drawn(name: str) -> tuple[PdfReader, PdfReader]:
        entry = DirectoryEntry(replace(anybody, name=name), None)
        stored = {**own.record.stored, **empty, directory.PERSON: entry}
        named = replace(own, record=replace(own.record, stored=stored))
        record = my_record_pdf.draw(named, "Ukázková společnost")
        return read(record), read(certificate_pdf.draw(certificate(name), ADDRESS))

    without = [squeezed(pdf).count(letters.strip()) for pdf in drawn("")]
    record, of_course = drawn(letters * often)
    assert beyond(record, OF_RECORD) == []
    assert beyond(of_course, OF_CERTIFICATE) == []
    found = [squeezed(pdf).count(letters.strip()) for pdf in (record, of_course)]
    assert found == [without[0] + 2 * often, without[1] + often]


@pytest.mark.parametrize("word", width.sample(["W", "ř", "Johana ", "Anna-Marie-"], "W"))
def test_the_longest_names_that_are_kept_leave_a_certificate_on_one_page(word: str) -> None:
    longest = (word * LONGEST_KEPT)[:LONGEST_KEPT].strip()
    pdf = read(certificate_pdf.draw(certificate(longest, longest), ADDRESS))
    assert len(pdf.pages) == 1
    assert beyond(pdf, OF_CERTIFICATE) == []


@pytest.mark.parametrize("language", width.languages())
def test_a_certificates_number_stays_in_one_line_wherever_that_line_would_end(
    content: Content, zone: ZoneInfo, language: str
) -> None:
    """The number is copied from there: a hyphen that Czech says again after a break would be another number."""
    own = told(["Jana"], content, zone, language)
    for length in range(1, 100, 25):
        (first, *_, last) = own.record.events
        voided = {**first.body, "voids": []}
        corrected = [
            (Kind.CORRECTED, {**voided, "reason": f"{'i' * seq} {NUMBER}"}) for seq in range(length, length + 25)
        ]
        stored = {
            **own.record.stored,
            EVENTS: (*chains.following(NO_EVENTS, first.person_key, corrected, NOW), last),
        }
        moved = replace(own, record=replace(own.record, stored=stored))
        pages = read(my_record_pdf.draw(moved, "Ukázková společnost")).pages
        lines = [line for page in pages for line in page.extract_text().splitlines()]
        assert len([line for line in lines if NUMBER in line]) == 26
