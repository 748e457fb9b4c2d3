"""Line drawings: what may be in one, and what is refused with its line and the remedy."""

import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bad_content import LESSON, assert_faults, edit, found, line
from surroundings import HOME
from test_pictures import illustrate

from lessons.pictures.drawings import (
    DEEPEST_NESTING,
    ELEMENTS,
    LARGEST_DRAWING,
    LARGEST_NUMBER,
    MOST_ELEMENTS,
    drawn,
    wrong_with_drawing,
)
from words import Words

SVG = 'xmlns="http://www.w3.org/2000/svg"'
SHAPE = '<path d="M0 0h9"/>'
DRAWINGS = sorted((HOME / "lessons").glob("*/drawings/*.svg"))
SECONDS = 2
"""Patience with the slowest refusal, on a busy machine; without care it would take years."""


def svg(inside: str, attributes: str = 'viewBox="0 0 96 96"') -> bytes:
    """A drawing with something on its second line."""
    return f"<svg {SVG} {attributes}>\n{inside}</svg>".encode()


@pytest.mark.parametrize("file", DRAWINGS, ids=lambda file: file.stem)
def test_the_bundled_drawings_are_sound_and_follow_the_page(file: Path) -> None:
    assert wrong_with_drawing(file.name, file.read_bytes()) is None
    assert "currentColor" in drawn(file)
    assert "var(--accent" in drawn(file)


def test_every_principle_of_the_bundled_lesson_has_its_drawing(bundled: Path) -> None:
    text = (bundled / LESSON).read_text("utf-8")
    assert DRAWINGS
    assert all(f"drawings/{file.name}" in text for file in DRAWINGS)


@pytest.mark.parametrize(
    "inside",
    [
        '<g transform="translate(38 62) rotate(-5 24 70)"><path d="M12 98C7 88 5-78.5.25 62zM1,1"/></g>',
        '<circle cx="48" cy="9" r="4" fill="var(--accent,#2848A9)" stroke="var(--paper,#fff)"/>',
        '<path fill="var(--tone,var(--accent,#2848A9))" stroke-dasharray=".1 8" d="M1 1a5 5 0 1 1 7.5 4.3"/>',
        '<polyline class="detail" points="1,1 2,2" stroke-linecap="round" stroke-linejoin="round"/>',
        f"<!-- drawn by hand --><title>A bell</title><desc>Of glass</desc>{SHAPE}",
        f'<g fill="none" stroke="currentColor" stroke-width="2.75">{SHAPE}</g>',
    ],
)
def test_a_drawing_of_shapes_is_sound(inside: str) -> None:
    assert wrong_with_drawing("a.svg", svg(inside)) is None


HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a script in capitals": "<SCRIPT>alert(1)</SCRIPT>",
    "a script of XHTML": '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    "a script with a prefix of our own namespace": f'<s:script xmlns:s="{SVG[7:-1]}">alert(1)</s:script>',
    "a script in data": "<![CDATA[<script>alert(1)</script>]]>",
    "a style sheet": "<style>*{background:url(//evil.example)}</style>",
    "HTML": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
    "HTML without a namespace": '<path xmlns=""/>',
    "a picture": '<image href="https://evil.example/a.png"/>',
    "a use": '<use href="https://evil.example/a.svg#b"/>',
    "a use of something inside": '<use href="#b"/>',
    "a link": f'<a href="javascript:alert(1)">{SHAPE}</a>',
    "an animation": '<set attributeName="onload" to="alert(1)"/>',
    "an animated shape": '<path d="M0 0"><animate attributeName="d" to="M9 9"/></path>',
    "a filter": '<filter id="a"/>',
    "a mask": '<mask id="a"/>',
    "a pattern": '<pattern id="a"/>',
    "a switch": "<switch/>",
    "letters": "<text>a</text>",
    "a drawing in a drawing": '<svg viewBox="0 0 9 9"/>',
    "a handler": '<path d="M0 0h9" onclick="alert(1)"/>',
    "a handler in capitals": '<path d="M0 0h9" ONLOAD="alert(1)"/>',
    "an address": '<path d="M0 0h9" href="https://evil.example"/>',
    "an address of XLink": '<path d="M0 0h9" xmlns:l="http://www.w3.org/1999/xlink" l:href="https://evil.example"/>',
    "a base": '<g xml:base="https://evil.example"/>',
    "a style": '<path d="M0 0h9" style="fill:url(https://evil.example)"/>',
    "a name": '<path d="M0 0h9" id="root"/>',
    "a class of the page": '<path d="M0 0h9" class="stApp"/>',
    "two classes": '<path d="M0 0h9" class="detail stApp"/>',
    "data for the page": '<path d="M0 0h9" data-svg="a"/>',
    "a role": '<path d="M0 0h9" role="alert"/>',
    "a paint from elsewhere": '<path d="M0 0h9" fill="url(https://evil.example#a)"/>',
    "a paint with an escape": '<path d="M0 0h9" fill="u\\72l(//evil.example)"/>',
    "a paint after a sound one": '<path d="M0 0h9" fill="none;background:url(//evil.example)"/>',
    "a paint on a second line": '<path d="M0 0h9" fill="none&#10;url(//evil.example)"/>',
    "a variable of the page": '<path d="M0 0h9" fill="var(--secret)"/>',
    "a colour that does not follow the page": '<path d="M0 0h9" fill="#FFFFFF"/>',
    "a filter by attribute": '<path d="M0 0h9" filter="url(#a)"/>',
    "a clip by attribute": '<path d="M0 0h9" clip-path="url(#a)"/>',
    "a path of something else": '<path d="url(#a)"/>',
    "an expression": '<circle r="calc(1px)"/>',
    "a number without end": '<circle r="1e999"/>',
    "a number that is too large": f'<circle r="{LARGEST_NUMBER + 1}"/>',
    "a long path of tiny dashes": f'<path stroke-dasharray="1" d="M0 0h{LARGEST_NUMBER}0"/>',
    "letters of another script as digits": '<circle r="١"/>',
    "a transformation that is none": '<g transform="url(a)"/>',
    "text": "Buy now",
    "an entity": "&lol;",
    "an instruction": '<?xml-stylesheet href="https://evil.example/a.css"?>',
    "a tag that is not closed": "<g>",
    "a character that XML does not have": "\x00",
    "markup at the end of an attribute": '<path d="M0 0&quot; onload=&quot;alert(1)"/>',
}


@pytest.mark.parametrize("inside", HOSTILE.values(), ids=HOSTILE)
def test_what_does_not_belong_in_a_drawing_is_refused_with_its_line(inside: str) -> None:
    what = wrong_with_drawing("a.svg", svg(inside + SHAPE))
    assert what is not None
    assert str(what).startswith("the drawing a.svg, line 2: ")
    assert Words.of("cs").say(what).startswith("kresba a.svg, řádek 2: ")


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
NOT_DRAWINGS = {
    "entities in entities": f'<!DOCTYPE svg [<!ENTITY e0 "a">{ENTITIES}]><svg {SVG} viewBox="0 0 9 9">&e8;</svg>',
    "a file of the server": f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg {SVG}>&a;{SHAPE}</svg>',
    "an outer document type": f'<!DOCTYPE svg SYSTEM "https://evil.example/a.dtd"><svg {SVG}>{SHAPE}</svg>',
    "a page": "<html><body/></html>",
    "a drawing without its namespace": f'<svg viewBox="0 0 9 9">{SHAPE}</svg>',
    "a shape alone": f'<path {SVG} d="M0 0h9"/>',
    "two drawings": f'<svg {SVG} viewBox="0 0 9 9">{SHAPE}</svg><svg {SVG}/>',
    "nothing": "",
    "no XML": "a picture",
}


@pytest.mark.parametrize("held", NOT_DRAWINGS.values(), ids=NOT_DRAWINGS)
def test_what_is_no_drawing_is_refused(held: str) -> None:
    what = wrong_with_drawing("a.svg", held.encode())
    assert ("document type" in str(what)) is held.startswith("<!DOCTYPE")
    assert str(what).startswith("the drawing a.svg, line 1: ")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "latin-1"])
def test_another_encoding_is_refused(encoding: str) -> None:
    held = f'<?xml version="1.0" encoding="{encoding}"?><svg {SVG} viewBox="0 0 9 9"><desc>é</desc>{SHAPE}</svg>'
    what = wrong_with_drawing("a.svg", held.encode(encoding))
    assert what is None if encoding == "utf-7" else "UTF-8" in str(what)


@pytest.mark.parametrize("box", ["", 'viewBox=""', 'viewBox="0 0 96"', 'viewBox="0 0 0 96"', 'viewBox="a"'])
def test_a_drawing_needs_its_box(box: str) -> None:
    assert "needs a viewBox" in str(wrong_with_drawing("a.svg", svg(SHAPE, box)))


def test_a_drawing_needs_something_drawn() -> None:
    assert "nothing is drawn" in str(wrong_with_drawing("a.svg", svg("<title>a</title><g/>")))


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        (SHAPE + f"<!--{'a' * LARGEST_DRAWING}-->", "larger than 15 kB"),
        ("<g/>" * MOST_ELEMENTS + SHAPE, f"more than {MOST_ELEMENTS} elements"),
        ("<g>" * DEEPEST_NESTING + SHAPE + "</g>" * DEEPEST_NESTING, f"more than {DEEPEST_NESTING} levels"),
    ],
    ids=["too large", "too many elements", "too deep"],
)
def test_a_drawing_is_small(inside: str, says: str) -> None:
    assert says in str(wrong_with_drawing("a.svg", svg(inside)))


@pytest.mark.parametrize(
    "inside",
    [
        f'<path d="M{"1" * 14_000}x"/>',
        f'<path d="M{"1 " * 7_000}x"/>',
        f'<path d="{"M" * 14_000}x"/>',
        f'<path d="M0{", " * 7_000}x"/>',
        f'<g transform="{"scale(1)" * 1_700}x"/>',
        f'<path d="M{".1" * 7_000}x"/>',
    ],
)
def test_a_refusal_takes_no_time(inside: str) -> None:
    begun = time.process_time()
    assert wrong_with_drawing("a.svg", svg(inside)) is not None
    assert time.process_time() - begun < SECONDS


def test_what_is_sent_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "a.svg"
    file.write_bytes(
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- --><s:svg xmlns:s="http://www.w3.org/2000/svg" xmlns:i="urn:i"'
        b" viewBox='0 0 9 9'>\n<s:title>a</s:title><s:path d='M0 0'/>\n</s:svg>"
    )
    assert drawn(file) == f'<svg {SVG} viewBox="0 0 9 9"><path d="M0 0"></path></svg>'


@pytest.mark.parametrize("file", DRAWINGS, ids=lambda file: file.stem)
def test_what_is_sent_has_only_what_a_drawing_may_have(file: Path) -> None:
    parts = list(ElementTree.fromstring(drawn(file)).iter())
    assert {part.tag.rpartition("}")[2] for part in parts} <= set(ELEMENTS) - {"title", "desc"}


def test_a_drawing_that_was_spoilt_since_its_check_is_not_sent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "a.svg"
    assert drawn(tmp_path / "b.svg") == ""
    file.write_bytes(svg("<script/>"))
    assert drawn(file) == ""
    assert len(caplog.records) == 2


def test_a_faulty_drawing_is_named_where_the_lesson_names_it(bundled: Path) -> None:
    illustrate(bundled, "a.svg").write_bytes(svg("<script/>"))
    assert_faults(bundled, (LESSON, line(bundled, LESSON, "a.svg"), "the drawing a.svg, line 2: <script> is not for"))


def test_a_sound_drawing_has_no_fault(bundled: Path) -> None:
    illustrate(bundled, "a.SVG").write_bytes(svg(SHAPE))
    assert found(bundled) == []


def test_a_drawing_is_no_logo(bundled: Path) -> None:
    edit(bundled, "lessons/catalogue.yaml", "^company:", "company:\n  logo: a.svg")
    (bundled / "lessons" / "a.svg").write_bytes(svg(SHAPE))
    (fault,) = found(bundled)
    assert "a.svg is not a picture that can be a logo; use PNG, JPEG or WebP" in fault[2]
