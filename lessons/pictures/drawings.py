"""Line drawings as SVG: read strictly, and written anew, so that nothing is sent but what was checked.

A drawing is put into the page itself, to follow its colours. Whatever could run, load, link or spread beyond its
place is therefore refused: the elements, attributes and values that a drawing may have are listed here.
"""

import logging
import re
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from xml.parsers import expat

from words import Sentence, sentence

log = logging.getLogger(__name__)

SUFFIX = ".svg"
LARGEST_DRAWING = 15_000
"""Bytes."""
MOST_ELEMENTS = 200
DEEPEST_NESTING = 8
"""Levels."""
LARGEST_NUMBER = 9999
"""A long line in small dashes would keep a browser busy."""

SHAPES = ("path", "circle", "rect", "line", "polyline", "polygon", "ellipse")
SAID = ("title", "desc")
"""Elements for people who read the file. The page has the alternative text of the lesson instead."""
ELEMENTS = ("svg", "g", *SHAPES, *SAID)
COLOURS = "none, currentColor, var(--accent), var(--paper), var(--tone)"

_NAMESPACE = "http://www.w3.org/2000/svg"
# Possessive, so that no value takes long to refuse.
_BETWEEN = r"[ \t\r\n,]*+"
_NUMBER = r"[-+]?+(?:[0-9]{1,4}+(?![0-9])(?:\.[0-9]{0,6}+(?![0-9]))?+|\.[0-9]{1,6}+(?![0-9]))"
_NUMBERS = rf"{_BETWEEN}(?:{_NUMBER}{_BETWEEN})*+"
_FALLBACK = r"#[0-9A-Fa-f]{3,8}"
_ACCENT = rf"var\(--accent(?:,{_FALLBACK})?\)"
_COLOUR = rf"none|currentColor|{_ACCENT}|var\(--(?:paper|tone)(?:,(?:{_FALLBACK}|{_ACCENT}))?\)"
_TRANSFORM = rf"(?:(?:translate|rotate|scale|skewX|skewY|matrix)\({_NUMBERS}\){_BETWEEN})*+"

_IS_NUMBER = sentence("write plain numbers up to {n}, with at most six decimals", n=LARGEST_NUMBER)
_NUMERIC = ("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2")
_ATTRIBUTES: dict[str, tuple[re.Pattern[str], Sentence]] = {
    **dict.fromkeys((*_NUMERIC, "stroke-width", "stroke-miterlimit"), (re.compile(_NUMBER), _IS_NUMBER)),
    **dict.fromkeys(("viewBox", "points", "stroke-dasharray"), (re.compile(_NUMBERS), _IS_NUMBER)),
    "d": (re.compile(rf"(?:{_BETWEEN}[MmLlHhVvCcSsQqTtAaZz]{_NUMBERS})++"), _IS_NUMBER),
    "transform": (re.compile(_TRANSFORM), sentence("use translate, rotate, scale, skewX, skewY or matrix")),
    **dict.fromkeys(("fill", "stroke"), (re.compile(_COLOUR), sentence("use one of {colours}", colours=COLOURS))),
    "class": (re.compile("detail"), sentence("the only class is “detail”")),
    "stroke-linecap": (re.compile("butt|round|square"), sentence("use butt, round or square")),
    "stroke-linejoin": (re.compile("miter|round|bevel"), sentence("use miter, round or bevel")),
    "fill-rule": (re.compile("nonzero|evenodd"), sentence("use nonzero or evenodd")),
}
"""By name: the form of the value, and the remedy for another one."""
_BOX = re.compile(rf"{_BETWEEN}({_NUMBER}){_BETWEEN}({_NUMBER}){_BETWEEN}({_NUMBER}){_BETWEEN}({_NUMBER}){_BETWEEN}")


class _UnsoundError(Exception):
    def __init__(self, what: Sentence) -> None:
        self.what = what


def is_drawing(file: str) -> bool:
    return file.lower().endswith(SUFFIX)


def wrong_with_drawing(file: str, raw: bytes) -> Sentence | None:
    """Return why the drawing `file`, with the bytes `raw`, cannot be shown; None if it can."""
    reader = _DrawingReader()
    try:
        reader.read(raw)
    except _UnsoundError as refused:
        return sentence("the drawing {file}, line {line}: {what}", file=file, line=reader.line, what=refused.what)
    return None


@cache
def drawn(file: Path) -> str:
    """Return the drawing as markup for the page, in our own spelling; nothing if it was spoilt since its check."""
    try:
        return _DrawingReader().read(file.read_bytes())
    except OSError as error:
        log.error("The drawing %s cannot be read: %s", file, error)
    except _UnsoundError as refused:
        log.error("The drawing %s is no longer as it was checked: %s", file, refused.what)
    return ""


class _DrawingReader:
    """One pass over one drawing."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self._open: list[str] = []
        self._elements = 0
        self._has_shape = False
        self._written: list[str] = []
        self._parser.StartElementHandler = self._started
        self._parser.EndElementHandler = self._ended
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = _refuse(
            sentence("a document type could read other files; take <!DOCTYPE …> out")
        )
        self._parser.ProcessingInstructionHandler = _refuse(
            sentence("an instruction could load other files; take <?…?> out")
        )

    @property
    def line(self) -> int:
        return self._parser.CurrentLineNumber

    def read(self, raw: bytes) -> str:
        if len(raw) > LARGEST_DRAWING:
            raise _UnsoundError(sentence("it is larger than {n} kB; simplify it", n=LARGEST_DRAWING // 1000))
        try:
            raw.decode("utf-8-sig")
            self._parser.Parse(raw, True)
        except (expat.ExpatError, UnicodeDecodeError) as error:
            raise _UnsoundError(sentence("this is not XML in UTF-8; save it again as SVG")) from error
        if not self._has_shape:
            raise _UnsoundError(sentence("nothing is drawn; add a shape, such as <path>"))
        return "".join(self._written)

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        space, _, element = name.rpartition(" ")
        is_root = not self._open
        if space != _NAMESPACE or element not in ELEMENTS or is_root is not (element == "svg"):
            raise _UnsoundError(_not_for_drawings(element))
        self._open.append(element)
        self._elements += 1
        if len(self._open) > DEEPEST_NESTING:
            raise _UnsoundError(sentence("more than {n} levels; take groups out", n=DEEPEST_NESTING))
        if self._elements > MOST_ELEMENTS:
            raise _UnsoundError(sentence("more than {n} elements; simplify it", n=MOST_ELEMENTS))
        if is_root:
            _check_box(attributes.get("viewBox", ""))
        kept = "".join(_attribute(element, *pair) for pair in attributes.items())
        self._has_shape = self._has_shape or element in SHAPES
        if not self._is_said():
            declared = f' xmlns="{_NAMESPACE}"' if is_root else ""
            self._written.append(f"<{element}{declared}{kept}>")

    def _ended(self, _: str) -> None:
        if not self._is_said():
            self._written.append(f"</{self._open[-1]}>")
        self._open.pop()

    def _text(self, text: str) -> None:
        if text.strip() and not self._is_said():
            raise _UnsoundError(sentence("there is text between the shapes; draw letters as paths"))

    def _is_said(self) -> bool:
        return any(element in SAID for element in self._open)


def _refuse(what: Sentence) -> Callable[..., None]:
    def handler(*_: object) -> None:
        raise _UnsoundError(what)

    return handler


def _not_for_drawings(element: str) -> Sentence:
    return sentence(
        "<{element}> is not for drawings; use one <svg> with {allowed} in it",
        element=element,
        allowed=", ".join(ELEMENTS[1:]),
    )


def _check_box(written: str) -> None:
    found = _BOX.fullmatch(written)
    if found is None or min(map(float, found.groups()[2:])) <= 0:
        raise _UnsoundError(sentence("<svg> needs a viewBox with a width and a height, such as “0 0 96 96”"))


def _attribute(element: str, name: str, value: str) -> str:
    """Return a checked attribute as markup."""
    if name not in _ATTRIBUTES or (name == "viewBox" and element != "svg"):
        last = name.rpartition(" ")[2]
        raise _UnsoundError(sentence("<{element}> may not have “{name}”; take it out", element=element, name=last))
    form, remedy = _ATTRIBUTES[name]
    if not form.fullmatch(value):
        raise _UnsoundError(sentence("“{name}” is “{value}”; {remedy}", name=name, value=value, remedy=remedy))
    return f' {name}="{escape(value)}"'
