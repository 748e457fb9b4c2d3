"""Typesetting of a template as a tagged PDF: the same data always have the same bytes."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import typst

_FONTS = Path(__file__).resolve().parent / "fonts"
Standard = Literal["ua-1", "a-2b"]
KEPT: Standard = "a-2b"
STANDARDS: tuple[Standard, ...] = ("ua-1", KEPT)
"""Accessible to screen readers (PDF/UA-1), and fit for archives (PDF/A-2b)."""

_ENDS_IN_RETURN = re.compile(rb"(?<=\r)\nendstream\nendobj\n")
_ENTRY = re.compile(rb"(\d{10})( \d{5} n\r\n)")
"""Offset of an object in the cross-reference table."""


def typeset(template: Path, data: dict[str, str], at: datetime) -> bytes:
    """Return the PDF by both standards if possible; `at` is its timestamp.

    The standards refuse a letter that none of our typefaces has. A person with such a letter in their name still gets
    a document, tagged as well, with a box in its place.
    """
    try:
        return _compiled(template, data, at, STANDARDS)
    except typst.TypstError:
        return _compiled(template, data, at, ())


def _compiled(template: Path, data: dict[str, str], at: datetime, standards: Sequence[Standard]) -> bytes:
    document = typst.compile(
        str(template),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=data,
        pdf_standards=[*standards],
        timestamp=int(at.timestamp()),
    )
    return _with_whole_line_ends(document)


def _with_whole_line_ends(document: bytes) -> bytes:
    """Return the PDF with a separate line end after each stream that ends in a carriage return.

    With the line feed that typst writes after it, a reader takes that carriage return for the line end, and finds the
    stream shorter than declared.
    """
    added = [found.start() for found in _ENDS_IN_RETURN.finditer(document)]
    if not added:
        return document
    body, at, end = document.rpartition(b"startxref\n")
    begin = int(end.split(b"\n", 1)[0])

    def moved(offset: int) -> int:
        return offset + bisect_left(added, offset)

    table = _ENTRY.sub(lambda entry: b"%010d" % moved(int(entry[1])) + entry[2], body[begin:])
    parts = [body[start:stop] for start, stop in pairwise([0, *added, begin])]
    return b"\r".join(parts) + table + at + end.replace(b"%d" % begin, b"%d" % moved(begin), 1)


@cache
def _fonts() -> typst.Fonts:
    """Return our own fonts only, read once: reading them takes longer than setting a page.

    Some fonts of typst or of the system have a few letters of a script and cannot join them: a name would become
    another name.
    """
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)])


def boxed(*texts: str) -> str:
    """Return the letters of `texts` that none of our typefaces has, each once. They are drawn as boxes."""
    return "".join(letter for letter in dict.fromkeys("".join(texts)) if not _has(letter))


@lru_cache(maxsize=10_000)
def _has(letter: str) -> bool:
    """True if one of our typefaces has `letter`: the archive standard refuses it otherwise."""
    try:
        typst.compile(
            b"#sys.inputs.letter",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"letter": letter},
            pdf_standards=[KEPT],
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True
