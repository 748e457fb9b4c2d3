"""The certificate's document: kept for decades (PDF/A-2b), read aloud (PDF/UA-1), right for every name."""

import hashlib
import io
import json
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from conftest import HOME, NOW, Study, unavailable
from issuing import ADDRESS, NAMES, issued
from pikepdf import Array, Dictionary, Name, Pdf
from preserved import lacks
from pypdf import PdfReader
from sqlalchemy import update

from people import directory
from people.access import Asker, Principal
from progress.completion import certificates
from progress.completion.certificates import Certificate, of_person
from progress.documents import certificate_pdf, typesetting
from progress.personal import erasure, my_record, my_record_pdf
from progress.personal.my_record_words import RecordWords
from progress.personal.overview_words import Wording
from quizzes.content import Content, Course
from words import LANGUAGES, Words

RELEASED = {
    "templates/certificate-1.typ": "d7722f58fa1588468f6d5f878086b92f9a40206484702d6180668e255b78cfdf",
    "templates/typesetting-1.typ": "b9e89774a841f267f99f9e220e2e4285a367767c896aaf20e0b551f88a6c3262",
}
"""What a certificate was ever issued with, and what that rests on, by SHA-256. To change how certificates look, add a
template with the next number; one in here never changes."""


def held(study: Study, who: Principal) -> Certificate:
    with study.database.reading() as connection:
        return of_person(connection, who.key)[0]


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


# Frozen


@pytest.mark.parametrize("file", RELEASED)
def test_a_released_template_never_changes(file: str) -> None:
    assert hashlib.sha256((HOME / "progress" / file).read_bytes()).hexdigest() == RELEASED[file]


def test_every_template_is_released() -> None:
    found = {file.relative_to(HOME / "progress").as_posix() for file in (HOME / "progress/templates").glob("*.typ")}
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
    templates = HOME / "progress" / "documents" / "templates"
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


# The standards


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_certificate_keeps_both_standards(course: Course, name: str, language: str) -> None:
    assert lacks(certificate_pdf.draw(issued(course, name, name, language), ADDRESS)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_my_record_keeps_both_standards(
    assigned: Study, learner: Principal, content: Content, zone: ZoneInfo, language: str
) -> None:
    assigned.certify(learner)
    kept = my_record.gather(assigned.database, Asker(learner, assigned.now, zone))
    own = RecordWords(kept, Wording(Words.of(language), content, assigned.now.date(), zone))
    assert lacks(my_record_pdf.draw(own, "Ukázková společnost")) == []


def _without_structure(pdf: Pdf) -> None:
    del pdf.Root["/StructTreeRoot"]


def _with_script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))


def _without_letters(pdf: Pdf) -> None:
    for font in pdf.pages[0].Resources.Font.values():
        del font["/ToUnicode"]


def _without_shapes(pdf: Pdf) -> None:
    for font in pdf.pages[0].Resources.Font.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        for key in {"/FontFile2", "/FontFile3"} & set(descriptor.keys()):
            del descriptor[key]


def _without_profile(pdf: Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def _without_words_for_pictures(pdf: Pdf) -> None:
    for held_there in pdf.objects:
        if isinstance(held_there, Dictionary) and held_there.get("/S") == Name.Figure:
            del held_there["/Alt"]


def _with_another_title(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = "Another"


def _with_a_link(pdf: Pdf) -> None:
    action = pdf.make_indirect(Dictionary(S=Name.URI, URI="https://evil.example"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], F=4, A=action)
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


def _without_language(pdf: Pdf) -> None:
    del pdf.Root["/Lang"]


def _with_paint_beside_the_structure(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 9 9 re f")


SPOILED: list[tuple[Callable[[Pdf], None], str]] = [
    (_without_structure, "no structure"),
    (_with_script, "/OpenAction in the catalogue"),
    (_without_letters, "does not say which letters"),
    (_without_shapes, "is not embedded"),
    (_without_profile, "0 output intents"),
    (_without_words_for_pictures, "a picture without words"),
    (_with_another_title, "/Title is not alike"),
    (_with_a_link, "/URI in an object"),
    (_without_language, "no language"),
    (_with_paint_beside_the_structure, "f outside the structure"),
]


@pytest.mark.parametrize(("spoil", "fault"), SPOILED, ids=[spoil.__name__ for spoil, _ in SPOILED])
def test_what_breaks_a_standard_is_found(course: Course, spoil: Callable[[Pdf], None], fault: str) -> None:
    """The check itself can fail."""
    spoiled = io.BytesIO()
    with Pdf.open(io.BytesIO(certificate_pdf.draw(issued(course), ADDRESS))) as pdf:
        spoil(pdf)
        pdf.save(spoiled, fix_metadata_version=False)
    assert any(fault in line for line in lacks(spoiled.getvalue())), lacks(spoiled.getvalue())


def test_a_name_in_letters_that_no_typeface_has_costs_the_claim_and_not_the_document(course: Course) -> None:
    document = certificate_pdf.draw(issued(course, "山田 太郎"), ADDRESS)
    assert "conformance" not in document.decode("latin-1")
    with Pdf.open(io.BytesIO(document)) as pdf:
        assert pdf.Root.MarkInfo.Marked is True
        assert pdf.docinfo["/Title"] == "Osvědčení – 山田 太郎"


# Typefaces


BUNDLED = {"IBMPlexSans", "IBMPlexSansArabic", "SourceSerif4", "LibertinusSerif", "DejaVuSerif"}
NO_TYPEFACE = {
    "Thai": "สมชาย ใจดี",
    "Devanagari": "राहुल शर्मा",
    "Lao": "ສົມພອນ",
    "Bengali": "রাহুল",
    "Cherokee": "ᏣᎳᎩ",
    "Chinese": "山田 太郎",
    "mathematical letters": "𝐀𝐧𝐧𝐚",
}
"""Scripts that typst brings a typeface along for which has a few of their letters and cannot join them, or none."""


def fonts_of(document: bytes) -> set[str]:
    with Pdf.open(io.BytesIO(document)) as pdf:
        named = [str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()]
    return {re.sub(r"^/[A-Z]{6}\+|-.*", "", name) for name in named}


@pytest.mark.parametrize("name", [*NAMES.values(), *NO_TYPEFACE.values()], ids=[*NAMES, *NO_TYPEFACE])
def test_no_typeface_is_used_but_those_that_are_bundled(course: Course, name: str) -> None:
    assert fonts_of(certificate_pdf.draw(issued(course, name), ADDRESS)) <= BUNDLED


@pytest.mark.parametrize("name", NO_TYPEFACE.values(), ids=NO_TYPEFACE.keys())
def test_letters_that_no_typeface_has_are_boxes_and_are_named(course: Course, name: str) -> None:
    document = certificate_pdf.draw(issued(course, name), ADDRESS)
    assert "conformance" not in document.decode("latin-1")
    letters = {letter for letter in name if letter != " "}
    assert set(typesetting.boxed(f"Jan {name}")) == letters
    assert NO_GLYPH in glyphs_of(document)


NO_GLYPH = b"\0\0"
"""A typeface's first glyph is the box."""


def glyphs_of(document: bytes, font: str = "") -> list[bytes]:
    """What the first page is set with, two bytes a glyph; by the typeface of that name alone, if one is given."""
    found: list[bytes] = []
    with Pdf.open(io.BytesIO(document)) as pdf:
        page = pdf.pages[0]
        current = ""
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            if operator == "Tf":
                current = str(page.Resources.Font[str(instruction.operands[0])].BaseFont)
            elif operator in {"Tj", "TJ"} and font in current:
                shown = instruction.operands[0]
                for part in [shown] if operator == "Tj" else shown:
                    if isinstance(part, pikepdf.String):
                        found += [bytes(part)[at : at + 2] for at in range(0, len(bytes(part)), 2)]
    return found


def test_arabic_letters_are_joined(course: Course) -> None:
    """The same letter first, in the middle, last and alone is another glyph each time."""
    letter = "\N{ARABIC LETTER MEEM}"
    document = certificate_pdf.draw(issued(course, 3 * letter, letter), ADDRESS)
    assert len({*glyphs_of(document, "Arabic")}) == 4


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_name_that_can_be_drawn_has_no_box(course: Course, name: str) -> None:
    assert typesetting.boxed(name) == ""
    assert NO_GLYPH not in glyphs_of(certificate_pdf.draw(issued(course, name), ADDRESS))


# Names from right to left


@pytest.mark.parametrize("script", ["Arabic", "Hebrew"])
def test_a_name_from_right_to_left_is_set_in_a_typeface_that_has_it(course: Course, script: str) -> None:
    """In the order in which it is read, with its letters joined as Arabic joins them."""
    name = NAMES[script]
    document = certificate_pdf.draw(issued(course, name), ADDRESS)
    said = text_of(document)
    assert sorted(name.replace(" ", "")) == sorted(letter for letter in said if letter in set(name) and letter != " ")
    with Pdf.open(io.BytesIO(document)) as pdf:
        fonts = {str(font.BaseFont).split("+")[-1] for font in pdf.pages[0].Resources.Font.values()}
    assert any(("Arabic" if script == "Arabic" else "Libertinus") in font for font in fonts)


def test_the_first_letter_of_a_name_from_right_to_left_stands_rightmost(course: Course, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        unavailable("pdftotext", "install the package poppler-utils")
    first, last = "יעל", "דוד"
    file = tmp_path / "certificate.pdf"
    file.write_bytes(certificate_pdf.draw(issued(course, f"{first} {last}"), ADDRESS))
    run = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True)
    at = {word: float(left) for left, word in re.findall(r'<word xMin="([\d.]+)".*?>(.*)</word>', run.stdout)}
    # It tells letters as they stand, from left to right.
    assert at[first[::-1]] > at[last[::-1]]


# The same bytes


def test_the_same_certificate_gives_the_same_bytes_at_any_time_and_in_any_process(course: Course) -> None:
    certificate = issued(course)
    here = hashlib.sha256(certificate_pdf.draw(certificate, ADDRESS)).hexdigest()
    script = (
        "import hashlib, pickle, sys; from progress import certificate_pdf;"
        "drawn = certificate_pdf.draw(*pickle.load(sys.stdin.buffer)); print(hashlib.sha256(drawn).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], input=pickle.dumps((certificate, ADDRESS)), cwd=HOME, capture_output=True
    )
    assert run.stdout.decode().strip() == here, run.stderr.decode()


def test_the_document_is_dated_by_the_certificate(course: Course) -> None:
    later = replace(issued(course), issued_at=NOW + timedelta(days=1))
    with pikepdf.open(io.BytesIO(certificate_pdf.draw(later, ADDRESS))) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260303090000")
