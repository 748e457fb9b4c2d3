"""Sets a template as a tagged PDF: the same data give the same bytes."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

import typst

_FONTS = Path(__file__).resolve().parent / "fonts"
Standard = Literal["ua-1", "a-2b"]
STANDARDS: tuple[Standard, ...] = ("ua-1", "a-2b")
"""To be read aloud (PDF/UA-1), and to be kept for decades (PDF/A-2b)."""


def typeset(template: Path, data: dict[str, str], at: datetime) -> bytes:
    """By both standards where it can be. They refuse a letter that none of our typefaces has; whoever has such a
    letter in their name still gets their document, tagged as well, with a box in its place. `at` is the moment that
    the document bears."""
    try:
        return _compiled(template, data, at, STANDARDS)
    except typst.TypstError:
        return _compiled(template, data, at, ())


def _compiled(template: Path, data: dict[str, str], at: datetime, standards: Sequence[Standard]) -> bytes:
    return typst.compile(
        str(template),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=data,
        pdf_standards=[*standards],
        timestamp=int(at.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    """Read once: that takes longer than to set a page."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(_FONTS)])
