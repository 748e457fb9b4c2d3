"""A principle as the conclusion of a decision: the rule in one line, and what follows from it folded below."""

from collections.abc import Iterable
from html import escape

from lessons.lesson import Principle, points
from lessons.pictures import drawings
from quizzes.content import Course, in_language
from screens.parts import marks
from screens.parts.content.prose import block, inline
from screens.parts.marks import Size
from screens.parts.session import Visit
from words import Words


def conclusion(visit: Visit, course: Course, principle: Principle) -> str:
    """Return the rule beside its drawing, and below them what follows from it."""
    t = visit.words
    return (
        f'<section class="kodex-rule"><h2>{inline(t, principle.title)}</h2>'
        f"<div>{drawing(visit, course, principle.id, Size.LARGE)}<blockquote>{inline(t, principle.rule)}</blockquote>"
        f"</div>{folded(visit, principle)}</section>"
    )


def drawing(visit: Visit, course: Course, principle_id: str, size: Size) -> str:
    """Return the principle's drawing as decoration beside its words; nothing if it has none."""
    lesson = course.lesson(course.card_of(principle_id).lesson_id).source
    picture = lesson.principle(principle_id).picture
    if picture is None or not drawings.is_drawing(picture.file):
        return ""
    return marks.html(marks.file_of(visit.content, lesson, picture), size)


def folded(visit: Visit, principle: Principle) -> str:
    """Return what to do and to avoid, and whom to call, each to be opened."""
    t = visit.words
    meaning = [block(t, text) for text in (principle.meaning, principle.example) if text]
    return "".join(
        f"<details><summary>{escape(head)}</summary>{body}</details>"
        for head, body in (
            (t("What it means"), "".join(meaning)),
            (t("What to do and what to avoid"), _points(t, principle)),
            (t("Whom to call when you are not sure"), contacts(visit)),
        )
        if body
    )


def _points(t: Words, principle: Principle) -> str:
    return f"<h3>✓ {escape(t('Do'))}</h3>{_list(t, points(principle.do))}" + (
        f"<h3>✕ {escape(t('Avoid'))}</h3>{_list(t, points(principle.dont))}"
    )


def _list(t: Words, texts: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{inline(t, text)}</li>' for text in texts)}</ul>"


def contacts(visit: Visit) -> str:
    found = (
        f'<li>{escape(in_language(each.name, visit.language))}: <a href="mailto:{escape(each.email)}">'
        f"{escape(each.email)}</a>{f' {escape(each.phone)}' if each.phone else ''}</li>"
        for each in visit.content.company.contacts
    )
    return f"<ul>{''.join(found)}</ul>"
