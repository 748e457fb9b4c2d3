"""A certificate: proof of one certified enrolment, frozen when issued, verifiable by anyone."""

import hashlib
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from cast import DUE, NOW
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import update
from studying import Study

import settings
from database import Database
from installation import Installation
from lessons.model import canonical
from people import directory
from people.access import Principal
from people.directory import Person
from progress.completion import certificates
from progress.completion.certificates import Certificate, find, new_issue, new_number, number_in, of_person
from progress.completion.enrolments import Enrolment
from progress.documents import certificate_pdf
from progress.record.chains import Kind
from quizzes.content import Content, Course

FORM = re.compile(r"KX(-[0-9A-HJKMNP-TV-Z]{5}){4}-[0-9A-HJKMNP-TV-Z]{6}")


def held(study: Study, who: Principal) -> Certificate:
    with study.database.reading() as connection:
        return of_person(connection, who.key)[0]


def issued(course: Course, language: str) -> Certificate:
    person = Person("0f", "1", "Žofie Řehořová-Ďásková", "z@example.com", "Zákaznický servis", None, "cs")
    enrolment = Enrolment("0f", course.id, 1, NOW, DUE, NOW, score=90, pass_mark=80, content_sha256=course.sha256)
    issue = replace(new_issue("Ukázková společnost", NOW, NOW.date()), number="KX-01234-56789-ABCDE-FGHJK-MNPQRS")
    return certificates.frozen(person, enrolment, course, issue, language)


@pytest.fixture
def certificate(course: Course) -> Certificate:
    return issued(course, "cs")


def test_certificate_expires_one_year_after_completion(assigned: Study, learner: Principal) -> None:
    enrolment = assigned.certify(learner)
    assert (enrolment.valid_from, enrolment.valid_until) == (date(2026, 3, 2), date(2027, 3, 2))
    assert held(assigned, learner).valid_until == date(2027, 3, 2)


def test_a_certificate_says_what_was_achieved(assigned: Study, learner: Principal, course: Course) -> None:
    enrolment = assigned.certify(learner, right=9)
    found = held(assigned, learner)
    assert (found.name, found.unit) == ("Lenka Šťastná", "Sklad")
    assert (found.score, found.pass_mark) == (90, 80)
    assert (found.course_title, found.course_version) == ("Ochrana informací zákazníků", course.entry.version)
    assert (found.content_sha256, found.commitment_sha256) == (course.sha256, course.commitment_sha256)
    assert (found.number, found.issued_at) == (enrolment.certificate_no, enrolment.completed_at)


def test_a_later_change_of_name_or_unit_alters_no_certificate(assigned: Study, learner: Principal) -> None:
    assigned.certify(learner)
    before = held(assigned, learner)
    people = directory.people
    with assigned.database.writing() as connection:
        changed = update(people).where(people.c.person_key == learner.key).values(name="Lenka Nová", unit="Obchod")
        connection.execute(changed)
    assert held(assigned, learner) == before


def test_the_record_holds_the_holder_as_a_salted_hash(assigned: Study, learner: Principal) -> None:
    assigned.certify(learner)
    event = assigned.chain(learner)[-1]
    found = held(assigned, learner)
    holder = canonical([found.salt, found.name, found.unit])
    assert event.kind is Kind.CERTIFIED
    assert event.body["holder_sha256"] == hashlib.sha256(holder.encode()).hexdigest()
    assert event.body["certificate_no"] == found.number


def test_each_cycle_has_its_own_certificate_the_newest_first(assigned: Study, learner: Principal) -> None:
    assigned.certify(learner)
    assigned.later(days=340)
    assigned.assign(learner, due_on=DUE + timedelta(days=365))
    newest = assigned.certify(learner)
    with assigned.database.reading() as connection:
        found = of_person(connection, learner.key)
    assert [each.cycle for each in found] == [2, 1]
    assert found[0].number == newest.certificate_no


def test_a_certificate_is_found_by_its_number_alone(assigned: Study, learner: Principal) -> None:
    assigned.certify(learner)
    found = held(assigned, learner)
    with assigned.database.reading() as connection:
        assert find(connection, found.number) == found
        assert find(connection, found.number.lower().replace("-", " ")) == found
        assert find(connection, new_number()) is None
        assert find(connection, "' OR 1=1 --") is None


def test_only_a_passed_enrolment_is_certified(course: Course, certificate: Certificate) -> None:
    person = Person("0f", "1", certificate.name, "", "", None, "cs")
    failed = Enrolment("0f", course.id, 1, NOW, DUE, NOW, content_sha256=course.sha256)
    with pytest.raises(ValueError, match="passed"):
        certificates.frozen(person, failed, course, new_issue("", NOW, NOW.date()), "cs")


def test_a_number_has_130_random_bits_and_no_letter_that_looks_like_a_digit() -> None:
    numbers = {new_number() for _ in range(200)}
    assert len(numbers) == 200
    assert all(FORM.fullmatch(number) for number in numbers)


@given(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26), st.randoms(use_true_random=False))
def test_a_number_is_understood_however_it_is_typed(characters: str, chance: Random) -> None:
    number = number_in(f"KX{characters}")
    assert number is not None
    assert FORM.fullmatch(number)
    looks_like = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(chance.choice(looks_like.get(each, each + each.lower())) for each in number[2:])
    assert number_in(f"  kx{typed} ".replace("-", chance.choice(["-", "", " "]))) == number


@given(st.text())
def test_what_is_no_number_is_never_taken_for_one(typed: str) -> None:
    number = number_in(typed)
    assert number is None or FORM.fullmatch(number)


@pytest.mark.parametrize(
    "typed", ["", "KX", "KX-123", "XK-01234-56789-ABCDE-FGHJK-MNPQRS", "KX-U1234-56789-ABCDE-FGHJK-MNPQRS"]
)
def test_a_mistyped_number_finds_nothing(typed: str) -> None:
    assert number_in(typed) is None


def test_a_certificate_is_dated_by_the_companys_own_calendar(content: Content, database: Database) -> None:
    """Half past eleven in the evening in UTC is the next day in Prague."""
    read = settings.read({"KODEX_TIME_ZONE": "Europe/Prague", "KODEX_SECRET": "x" * 32})
    late = NOW.replace(hour=23, minute=30)
    assert Installation(read, database, content).today(late) == date(2026, 3, 3)


# The document


def text_of(pdf: bytes) -> str:
    """With single spaces, as a reader sees it."""
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


def test_the_document_says_what_the_certificate_says(certificate: Certificate) -> None:
    said = text_of(certificate_pdf.draw(certificate, f"https://kodex.example/verify/{certificate.number}"))
    for words in (
        certificate.name,
        certificate.course_title,
        certificate.issuer,
        certificate.number,
        certificate.unit,
    ):
        assert words in said
    for words in ("90 %", "80 %", "2. března 2026", "2. března 2027", "1.0"):
        assert words in said


def test_the_document_speaks_the_language_of_the_commitment(course: Course) -> None:
    english = issued(course, "en")
    said = text_of(certificate_pdf.draw(english, "https://kodex.example/verify/x"))
    title, commitment = course.entry.title["en"], course.entry.commitment["en"]
    for words in ("Certificate of completion", "90%", "2 March 2027", title, commitment, english.name):
        assert words in said


@pytest.mark.parametrize(
    "name", ["Žluťoučký Kůň", "Łukasz Dąbrowski", "Søren Ødegård", "Zoltán Szabó", "Nguyễn Thị Hương"]
)
def test_the_document_writes_every_name_as_it_is_written(certificate: Certificate, name: str) -> None:
    said = text_of(certificate_pdf.draw(replace(certificate, name=name), "https://kodex.example/verify/x"))
    assert name in said


def test_the_same_certificate_gives_the_same_document(certificate: Certificate) -> None:
    first, second = (certificate_pdf.draw(certificate, "https://kodex.example/verify/x") for _ in range(2))
    assert first == second


def test_the_document_can_be_read_aloud(certificate: Certificate) -> None:
    """Tagged, with its language and its title: PDF/UA."""
    pdf = PdfReader(io.BytesIO(certificate_pdf.draw(certificate, "https://kodex.example/verify/x")))
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    assert str(pdf.root_object["/Lang"]).startswith("cs")
    assert pdf.metadata is not None
    assert pdf.metadata.title
