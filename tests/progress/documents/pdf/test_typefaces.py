"""Typefaces: every name is written right, in the direction of its letters."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from drawn_documents import text_of
from issuing import ADDRESS, NAMES, issued
from pikepdf import Pdf
from surroundings import unavailable

from progress.documents import certificate_pdf, typesetting
from quizzes.content import Course

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
