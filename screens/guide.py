"""Before you share: a few questions, one a screen, and what to do. Nothing about it is recorded."""

from collections.abc import Callable
from html import escape

import streamlit as st

from lessons.guide import Guide, GuideOutcome, GuideQuestion, GuideWalk
from lessons.model import Contact
from quizzes.content import in_language
from screens.parts import page
from screens.parts.content import principle_rows
from screens.parts.course import guiding
from screens.parts.session import Visit, current

ON = ":material/arrow_forward:"


def row(label: str, key: str, act: Callable[..., None], *args: str) -> None:
    """Draw a row that leads on by one press. A radio button would lead on while arrow keys look for another one."""
    st.button(label, key=key, icon=ON, icon_position="right", width="stretch", on_click=act, args=args)


def question(visit: Visit, lesson_id: str, guide: Guide, walk: GuideWalk, at: GuideQuestion) -> None:
    t = visit.words
    number = len(walk.answered) + 1
    position(visit, number, number - 1 + guide.questions_left(walk))
    caption = t.set(guide.title) if walk.answered else f"{t.set(guide.title)} · {t.set(guide.lead)}"
    page.opening(caption, t.set(at.text), t.set(at.help))
    with st.container(key="ways", gap="xsmall"):
        for answer in at.answers:
            key = f"way_{lesson_id}_{at.id}_{answer.id}"
            row(t.set(answer.text), key, guiding.answer, lesson_id, at.id, answer.id)
    ways_back(visit, lesson_id, walk)
    unrecorded(visit)


def position(visit: Visit, number: int, most: int) -> None:
    """Draw which question this is, of how many at most."""
    t = visit.words
    label = t("Question {n} {of_total}", n=number, of_total=t.out_of(most))
    segments = "".join(f"<i{' class=on' if each <= number else ''}></i>" for each in range(1, most + 1))
    st.html(f'<div class="kodex-segments"><p>{escape(label)}</p><div aria-hidden="true">{segments}</div></div>')


def ways_back(visit: Visit, lesson_id: str, walk: GuideWalk) -> None:
    t = visit.words
    with st.container(horizontal=True, gap="small"):
        if walk.answered:
            last, _ = walk.answered[-1]
            key = f"back_{lesson_id}_{last.id}"
            st.button(t("Back one question"), key=key, on_click=guiding.back_to, args=(lesson_id, last.id))
            st.button(t("Start again"), key=f"again_{lesson_id}", on_click=guiding.begin_again, args=(lesson_id,))
        elif len(visit.content.guides) > 1:
            st.button(t("Choose another guide"), key="another", on_click=guiding.choose, args=(None,))


def unrecorded(visit: Visit) -> None:
    said = visit.words("Nothing of this is saved, and nobody is told.")
    st.html(f'<p class="kodex-caption">{escape(said)}</p>')


def outcome(visit: Visit, lesson_id: str, guide: Guide, walk: GuideWalk, at: GuideOutcome) -> None:
    t = visit.words
    rule = visit.content.lesson(lesson_id).text(visit.language).principle(at.principle)
    how = t("How to go about it")
    text = f"{t.set(at.reason)}\n\n> {t.set(rule.rule)}\n\n## {how}\n\n{t.set(at.how)}"
    page.opening(t.set(guide.title), t.set(at.title), text)
    principle_rows.draw(visit, [principle_rows.PrincipleRow(rule, shows_rule=False)])
    with st.container(gap=None, key="ask"):
        page.heading(t("Whom to ask"))
        contact(visit, visit.content.contact(at.ask))
    ways_back(visit, lesson_id, walk)
    with st.container(gap="small"):
        page.heading(t("Your answers"))
        page.rows([[t.set(asked.text), t.set(answer.text)] for asked, answer in walk.answered])
        unrecorded(visit)


def contact(visit: Visit, whom: Contact) -> None:
    t = visit.words
    write = t("Write to {address}", address=whom.email)
    links = [(f"mailto:{whom.email}", write)]
    if whom.phone:
        links.insert(0, (f"tel:{whom.phone.replace(' ', '')}", t("Call {number}", number=whom.phone)))
    page.said(in_language(whom.name, visit.language))
    page.files(links, first_is_primary=True)


def choice(visit: Visit) -> None:
    """Draw the guides, to choose one of them."""
    t = visit.words
    page.opening(t("Before you share"), t("What is it about?"), t("A few questions tell you what to do."))
    with st.container(key="ways", gap="xsmall"):
        for lesson_id, guide in visit.content.guides.items():
            row(t.set(guide.text(visit.language).title), f"guide_{lesson_id}", guiding.choose, lesson_id)
    unrecorded(visit)


def none(visit: Visit) -> None:
    t = visit.words
    page.opening(
        t("Before you share"),
        t("There is no guide yet"),
        t("The courses of your company come without one. Ask the people named below."),
    )


def draw(visit: Visit) -> None:
    guides = visit.content.guides
    chosen = next(iter(guides)) if len(guides) == 1 else guiding.chosen()
    if not guides:
        none(visit)
    elif chosen is None or chosen not in guides:
        choice(visit)
    else:
        guide = guides[chosen].text(visit.language)
        walk = guiding.walk(chosen, guide)
        match walk.at:
            case GuideQuestion():
                question(visit, chosen, guide, walk, walk.at)
            case GuideOutcome():
                outcome(visit, chosen, guide, walk, walk.at)


draw(current())
