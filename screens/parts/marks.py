"""Drawings of a lesson in the page, and the marks of the principles, which fill in as these are done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from pathlib import Path

import streamlit as st

from lessons.lesson import Lesson, Picture
from lessons.pictures import drawings
from quizzes.content import Content, Course
from words import Words


class Size(StrEnum):
    """Names of the sizes in the style sheet, which knows the width and the strength of lines of each."""

    SCENE = "scene"
    """As wide as the text."""
    LARGE = "large"
    """96 px, on a phone 72."""
    MEDIUM = "medium"
    """72 px."""
    MARK = "mark"
    """56 px, on a phone 40."""
    SMALL = "small"
    """36 px, without detail."""
    TINY = "tiny"
    """24 px, without detail."""


@dataclass(frozen=True)
class PrincipleMark:
    """The drawing of a principle, beside the principle's title."""

    principle: str
    title: str
    file: Path


def draw(file: Path, size: Size, alt: str) -> None:
    """Draw a line drawing alone; `alt` describes it for people who cannot see it."""
    st.html(html(file, size, alt))


def html(file: Path, size: Size, alt: str = "") -> str:
    """Return a line drawing as HTML. Without `alt` it is decoration beside its name.

    The style sheet gives it the colours of the page; `kodex.js` puts the drawing in.
    """
    read = f'role="img" aria-label="{escape(alt)}"' if alt else 'aria-hidden="true"'
    return f'<span class="kodex-drawing {size}" {read} data-svg="{escape(drawings.drawn(file))}"></span>'


def file_of(content: Content, lesson: Lesson, picture: Picture) -> Path:
    return content.folder / "lessons" / lesson.id / picture.file


def of_course(content: Content, course: Course, language: str) -> list[PrincipleMark]:
    """Return the marks of all principles; none if one of them has no line drawing, as a row with a gap says less."""
    found = [
        PrincipleMark(principle.id, principle.title, file_of(content, lesson.source, principle.picture))
        for lesson in course.lessons
        for principle in lesson.text(language).principles
        if principle.picture is not None and drawings.is_drawing(principle.picture.file)
    ]
    return found if len(found) == len(course.principles) else []


def marks(t: Words, shown: Sequence[PrincipleMark], done: Collection[str]) -> None:
    """Draw the marks of the principles; `done` are the ids of those that are done. The first other one is next."""
    next_one = next((mark.principle for mark in shown if mark.principle not in done), None)
    states = {"done": t("done"), "next": t("comes next"), "later": t("still to come")}
    items = ""
    for mark in shown:
        state = "done" if mark.principle in done else "next" if mark.principle == next_one else "later"
        items += (
            f'<li class="{state}">{html(mark.file, Size.MARK)}<span class="name">{escape(t.set(mark.title))}</span>'
            f'<span class="state">, {escape(states[state])}</span></li>'
        )
    number = sum(mark.principle in done for mark in shown)
    line = t("{done} {of_total} principles done", done=number, of_total=t.out_of(len(shown)))
    name = escape(t("Principles"))
    st.html(f'<ul class="kodex-marks" aria-label="{name}">{items}</ul><p class="kodex-done-of">{escape(line)}</p>')
