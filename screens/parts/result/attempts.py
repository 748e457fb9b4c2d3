"""Finished attempts: links to them, and their questions exactly as they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from lessons import decisions
from lessons.model import canonical
from people.directory import Person
from progress.completion.rules import cycle_title
from progress.personal.attempts import PastAnswer, PastAttempt, finished
from progress.personal.event_words import CONFIDENCES
from quizzes.kinds.question import Question
from screens.parts import addresses, page
from screens.parts.session import Visit
from words import LANGUAGES, Words


def links(visit: Visit, person: Person) -> None:
    """Draw a link to each finished attempt; nothing if there are none, or if the reader may not see them."""
    with visit.database.reading() as connection:
        found = finished(connection, visit.principal, person.key)
    if not found:
        return
    t = visit.words
    is_own = person.key == visit.principal.key
    rows = [
        (
            (
                cycle_title(t, visit.content, each.course_id, each.cycle) + ": " + name(t, each),
                addresses.attempt(each.id, None if is_own else person.employee_id),
            ),
            result(t, each),
            t.short_date(each.ended_at.astimezone(visit.zone).date()),
        )
        for each in found
    ]
    with st.container(gap="small", key="told_attempts"):
        page.heading(t("Finished attempts"))
        page.rows(rows, (t("Attempt"), t("Result"), t("When")))


def name(t: Words, attempt: PastAttempt) -> str:
    return t("attempt {n}", n=attempt.number) if attempt.number else t("the test before the lesson")


def result(t: Words, attempt: PastAttempt) -> str:
    said = t("passed") if attempt.is_passed else t("not passed")
    void = ", " + t("voided") if attempt.is_void else ""
    return f"{t.percent(attempt.score)}, {said}{void}"


def questions(visit: Visit, answers: Sequence[PastAnswer]) -> None:
    """Draw all questions as one element, each in the language in which it was read."""
    asked = "".join(_question(visit, number, each) for number, each in enumerate(answers, start=1))
    st.html(f'<div class="kodex-attempt">{asked}</div>')


def _question(visit: Visit, number: int, asked: PastAnswer) -> str:
    t = visit.words
    read = _AsRead(asked.language if asked.language in LANGUAGES else t.language)
    if asked.drawn is None:
        title, body = escape(asked.question_id), _gone(t, asked)
    else:
        title, body = read("span", asked.drawn.title), _as_it_was(t, asked.drawn, asked, read)
    facts = escape(_facts(visit, asked))
    return f'<section><h2>{number}. {title}</h2>{body}<p class="kodex-caption">{facts}</p></section>'


@dataclass(frozen=True)
class _AsRead:
    """HTML of words in the language in which they were read; nothing in them is read as markup."""

    language: str

    def __call__(self, tag: str, text: str) -> str:
        return f'<{tag} lang="{escape(self.language)}">{escape(Words.of(self.language).set(text))}</{tag}>'


def _as_it_was(t: Words, drawn: Question, asked: PastAnswer, read: _AsRead) -> str:
    text = drawn.model_dump(mode="json")
    parts = [read("p", paragraph) for paragraph in drawn.situation.split("\n\n")]
    parts += [f"<p>{read('strong', drawn.prompt)}</p>", _options(text, read)]
    parts.append(_verdict(t, asked, read("span", decisions.in_words(text, asked.answer))))
    if not asked.is_right:
        right = read("span", decisions.in_words(text, drawn.right_answer))
        parts.append(f"<p>{escape(t('The right answer'))}: {right}</p>")
    return "".join(parts)


def _options(text: Mapping[str, Any], read: _AsRead) -> str:
    """Return the options in the order drawn, each with its explanation."""
    rows = (
        f"<details><summary>{read('span', option['text'])}</summary>{read('p', option['explanation'])}</details>"
        for option in text.get("options", ())
    )
    return f"<ul>{''.join(f'<li>{row}</li>' for row in rows)}</ul>"


def _gone(t: Words, asked: PastAnswer) -> str:
    gone = t("The wording of this question is not stored any more (edition {edition}).", edition=asked.edition[:12])
    return f"<p>{escape(gone)}</p>{_verdict(t, asked, escape(canonical(asked.answer)))}"


def _verdict(t: Words, asked: PastAnswer, answer: str) -> str:
    """`answer` is HTML."""
    said = t("Answer given, right") if asked.is_right else t("Answer given, wrong")
    mark, kind = ("✓", "right") if asked.is_right else ("✗", "wrong")
    return f'<p class="{kind}"><span aria-hidden="true">{mark}</span> {escape(said)}: {answer}</p>'


def _facts(visit: Visit, asked: PastAnswer) -> str:
    """Return when and in which language it was answered, and to the person how sure they were."""
    t = visit.words
    language = t.language_name(asked.language)
    said = t("Answered {moment}, read in: {language}.", moment=t.moment(asked.at, visit.zone), language=language)
    if asked.confidence is None:
        return said
    return said + " " + t("How sure: {confidence}.", confidence=t.say(CONFIDENCES[asked.confidence]))
