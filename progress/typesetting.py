"""Sets a template as a tagged PDF: the same data give the same bytes."""

from pathlib import Path
from typing import Literal

import typst

_FONTS = Path(__file__).resolve().parent / "fonts"


def typeset(template: Path, data: dict[str, str]) -> bytes:
    """PDF/UA-1 where it can be. That standard refuses a letter that none of our typefaces has; whoever has such a
    letter in their name still gets their document, tagged as well, with a box in its place."""
    try:
        return _compiled(template, data, "ua-1")
    except typst.TypstError:
        return _compiled(template, data, None)


def _compiled(template: Path, data: dict[str, str], standard: Literal["ua-1"] | None) -> bytes:
    return typst.compile(
        str(template),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        sys_inputs=data,
        pdf_standards=standard,
    )
