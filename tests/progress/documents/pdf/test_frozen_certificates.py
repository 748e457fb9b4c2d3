"""A certificate's document never changes, whatever changes around it."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from drawn_documents import text_of
from issuing import ADDRESS, issued
from sqlalchemy import update
from studying import Study
from surroundings import HOME

from people import directory
from people.access import Principal
from progress.completion import certificates
from progress.completion.certificates import Certificate, of_person
from progress.documents import certificate_pdf
from progress.personal import erasure
from quizzes.content import Course
from words import Words

DOCUMENTS = HOME / "progress" / "documents"
RELEASED = {
    "templates/certificate-1.typ": "d7722f58fa1588468f6d5f878086b92f9a40206484702d6180668e255b78cfdf",
    "templates/typesetting-1.typ": "b9e89774a841f267f99f9e220e2e4285a367767c896aaf20e0b551f88a6c3262",
}
"""What a certificate was ever issued with, and what that rests on, by SHA-256. To change how certificates look, add a
template with the next number; one in here never changes."""


def held(study: Study, who: Principal) -> Certificate:
    with study.database.reading() as connection:
        return of_person(connection, who.key)[0]


# Frozen


@pytest.mark.parametrize("file", RELEASED)
def test_a_released_template_never_changes(file: str) -> None:
    assert hashlib.sha256((DOCUMENTS / file).read_bytes()).hexdigest() == RELEASED[file]


def test_every_template_is_released() -> None:
    found = {file.relative_to(DOCUMENTS).as_posix() for file in (DOCUMENTS / "templates").glob("*.typ")}
    assert found == set(RELEASED)
    assert f"templates/{certificates.TEMPLATE}.typ" in found


def test_a_new_name_and_unit_change_no_document(assigned: Study, learner: Principal) -> None:
    assigned.certify(learner)
    before = certificate_pdf.draw(held(assigned, learner), ADDRESS)
    people = directory.people
    with assigned.database.writing() as connection:
        changed = update(people).where(people.c.person_key == learner.key).values(name="Lenka Nová", unit="Obchod")
        connection.execute(changed)
    assert certificate_pdf.draw(held(assigned, learner), ADDRESS) == before


def test_a_new_title_commitment_pass_mark_or_validity_changes_no_document(
    assigned: Study, learner: Principal, outsider: Principal
) -> None:
    assigned.certify(learner)
    kept = held(assigned, learner)
    before = certificate_pdf.draw(kept, ADDRESS)
    course = assigned.course
    other = {
        "title": {"cs": "Nový název", "en": "New title"},
        "commitment": {"cs": "Nový závazek.", "en": "A new commitment."},
        "pass_mark": 60,
        "valid_months": 24,
        "version": "2.0",
    }
    assigned.course = replace(course, entry=course.entry.model_copy(update=other))
    assigned.assign(outsider)
    assigned.certify(outsider)
    assert held(assigned, learner) == kept
    assert certificate_pdf.draw(held(assigned, learner), ADDRESS) == before
    new = text_of(certificate_pdf.draw(held(assigned, outsider), ADDRESS))
    assert all(words in new for words in ("Nový název", "Nový závazek.", "60 %", "2. března 2028", "2.0"))


def test_a_new_translation_changes_no_document(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = issued(course)
    before = certificate_pdf.draw(certificate, ADDRESS)
    monkeypatch.setattr(Words, "__call__", lambda *_, **__: "jinak")
    assert certificate_pdf.draw(certificate, ADDRESS) == before
    assert "jinak" in text_of(certificate_pdf.draw(issued(course), ADDRESS))


def test_a_new_template_changes_no_document(course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    certificate = issued(course)
    before = certificate_pdf.draw(certificate, ADDRESS)
    templates = DOCUMENTS / "templates"
    for file in templates.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "certificate-2.typ").write_text('#set document(title: "x", date: auto)\nA new one', "utf-8")
    monkeypatch.setattr(certificates, "TEMPLATE", "certificate-2")
    monkeypatch.setattr(certificate_pdf, "_TEMPLATES", tmp_path)
    assert certificate_pdf.draw(certificate, ADDRESS) == before
    assert "A new one" in text_of(certificate_pdf.draw(issued(course), ADDRESS))


def test_a_certificate_names_the_company_as_it_was_called_and_draws_nothing_else_of_it(course: Course) -> None:
    """Its logo is not on it: what is drawn is given the certificate alone."""
    certificate = issued(course)
    assert certificate.printed is not None
    assert json.loads(certificate.printed)["issuer"] == "Ukázková společnost"
    renamed = replace(certificate, issuer="Nová společnost")
    assert certificate_pdf.draw(renamed, ADDRESS) == certificate_pdf.draw(certificate, ADDRESS)


def test_what_is_printed_cannot_be_altered_unnoticed(assigned: Study, learner: Principal) -> None:
    assigned.certify(learner)
    certificate = held(assigned, learner)
    event = assigned.chain(learner)[-1].body
    assert certificate.printed is not None
    assert event["template"] == certificate.template == "certificate-1"
    assert event["printed_sha256"] == hashlib.sha256(certificate.printed.encode()).hexdigest()


def test_erasure_leaves_nobodys_name_in_what_is_printed(assigned: Study, learner: Principal) -> None:
    assigned.certify(learner)
    erasure.erase(assigned.database, learner.person.employee_id, "podle lhůty", "tests", assigned.now)
    kept = held(assigned, learner)
    assert kept.printed is not None
    assert not any(word in kept.printed for word in ("Lenka", "Šťastná", learner.person.unit, learner.person.email))


def test_one_from_before_words_were_kept_is_drawn_in_the_words_of_today(course: Course) -> None:
    certificate = issued(course)
    old = replace(certificate, template=None, printed=None)
    said = text_of(certificate_pdf.draw(old, ADDRESS))
    for words in (old.name, old.course_title, old.issuer, old.number, "90 %", "2. března 2027"):
        assert words in said
    assert not {"template", "printed_sha256"} & set(certificates.as_event(old))
