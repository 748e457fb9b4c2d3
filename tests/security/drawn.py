"""What a PDF of ours shows, and where on its pages; and what it would do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream, DictionaryObject

SLACK = 2
"""Points by which a letter's own shape may stand out, and not the letter."""
ACTS = ("/JS", "/JavaScript", "/Launch", "/URI", "/AA", "/OpenAction")


@dataclass(frozen=True)
class Margins:
    """Points from the edges within which everything has to stand."""

    sides: float
    ends: float


def acts_in(pdf: PdfReader) -> set[str]:
    """Every action in the document, and every address that it leads to."""
    found: set[str] = set()
    for number in range(1, pdf.trailer["/Size"]):  # type: ignore[operator]
        held = pdf.get_object(number)
        if isinstance(held, DictionaryObject):
            found |= {key for key in ACTS if key in held}
    return found


def squeezed(pdf: PdfReader) -> str:
    """The text without its spaces, those without width included."""
    text = "".join(page.extract_text() for page in pdf.pages)
    return "".join(text.replace("\u200b", "").split())


def beyond(pdf: PdfReader, margins: Margins) -> list[tuple[int, float, float, float]]:
    """(page, left, right, height) of every run of letters that stands outside."""
    found = []
    for number, page in enumerate(pdf.pages, 1):
        width, height = map(float, page.mediabox[2:])
        for left, right, at in _runs(page):
            is_in_line = left >= margins.sides - SLACK and right <= width - margins.sides + SLACK
            if not (is_in_line and margins.ends - SLACK <= at <= height - margins.ends + SLACK):
                found.append((number, left, right, at))
    return found


def _runs(page: PageObject) -> Iterator[tuple[float, float, float]]:
    """(left, right, height) of every run of letters, in the few operators that a document of ours is made of."""
    widths = {name: _widths(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}  # type: ignore[index]
    x, y, above = 0.0, 0.0, []
    font, size, line = "", 0.0, (0.0, 0.0)
    content = page.get_contents()
    assert isinstance(content, ContentStream)
    for operands, operator in content.operations:
        match operator:
            case b"q":
                above.append((x, y))
            case b"Q":
                x, y = above.pop()
            case b"cm":
                x, y = x + float(operands[4]), y + float(operands[5])
            case b"Tf":
                font, size = operands[0], float(operands[1])
            case b"Tm":
                line = float(operands[4]), float(operands[5])
            case b"TJ":
                advance = sum(_advance(part, widths[font]) for part in operands[0])
                left = x + line[0]
                yield left, left + advance * size / 1000, y - line[1]


def _advance(part: Any, widths: dict[int, float]) -> float:
    if isinstance(part, int | float):
        return -float(part)
    codes = part if isinstance(part, bytes) else part.original_bytes
    return sum(widths.get(int.from_bytes(codes[at : at + 2]), 0.0) for at in range(0, len(codes), 2))


def _widths(font: DictionaryObject) -> dict[int, float]:
    listed = font["/DescendantFonts"][0].get_object()["/W"]  # type: ignore[index]
    numbers = [float(each) for each in listed]
    return {
        code: width
        for first, last, width in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
        for code in range(int(first), int(last) + 1)
    }
