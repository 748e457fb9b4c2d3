"""Dialogue on the screen: a chat with its replies, and after its ending the debriefing.

Nothing of what a reply leads to is drawn before the reply is saved.
"""

from html import escape

import streamlit as st

from lessons.cards import Card
from lessons.decisions.shuffling import in_order
from lessons.dialogue import Credit, Dialogue, Ending, Exchange, Node, Walk
from progress.completion.enrolments import Enrolment
from progress.completion.steps import Turn
from quizzes.content import Course
from screens.parts import navigation
from screens.parts.course import actions, feedback
from words import Sentence, Words, sentence

_CREDITS: dict[Credit, Sentence] = {
    "full": sentence("The conversation counts in full."),
    "half": sentence("Half of the conversation counts."),
    "quarter": sentence("A quarter of the conversation counts."),
    "none": sentence("The conversation does not count this time."),
}


def draw(t: Words, course: Course, card: Card, enrolment: Enrolment) -> None:
    """Draw the conversation as far as it has come."""
    dialogue = course.dialogues[card.lesson_id].text(t.language)
    path = dialogue.path(enrolment.replies(card.id))
    if isinstance(path.at, Ending):
        _debriefing(t, dialogue, path, path.at)
        if card.id not in enrolment.cards:
            st.html(feedback.saved(t))
    elif card.id in enrolment.cards:
        rewritten = t("You have had this conversation. It has been changed since, and need not be had again.")
        st.html(f"{_title(t, dialogue)}{_chat(t, path)}<p>{escape(rewritten)}</p>")
    else:
        st.html(f"{_title(t, dialogue)}{_chat(t, path)}{_question(t, path.at)}")
        _replies(t, course, Turn(card, len(path.steps) + 1), path.at, enrolment.person_key)


def _title(t: Words, dialogue: Dialogue) -> str:
    return f"<h1>{_set(t, dialogue.title)}</h1><p>{_set(t, dialogue.intro)}</p>"


def _question(t: Words, node: Node) -> str:
    return f"<h2>{escape(t('What do you do?') if node.event else t('What do you answer?'))}</h2>"


def _replies(t: Words, course: Course, turn: Turn, node: Node, seed: str) -> None:
    with st.container(key="replies", gap="xsmall"):
        for reply in in_order(node.choices, seed, f"{turn.card.id}/{node.id}"):
            args = course.id, turn, reply.id
            # The number makes it another button for Streamlit when the conversation comes to the same node again.
            key = f"reply_{turn.number}_{turn.card.id}_{reply.id}"
            if st.button(t.set(reply.text), key=key, width="stretch", on_click=actions.reply, args=args):
                navigation.again(actions.reply, *args)
        saved = feedback.saved(t, is_new=turn.number > 1)
        hint = t("You cannot take back what you have said, but nearly everything can be put right.")
        st.html(f'{saved}<p class="kodex-caption">{escape(hint)}</p>')


def _chat(t: Words, path: Walk) -> str:
    bubbles: list[str] = []
    for step in path.steps:
        bubbles += [_said(t, step.node), _own(t, step)]
    if isinstance(path.at, Node):
        bubbles.append(_said(t, path.at))
    numbered = (f'<li id="said-{number}" {bubble}</li>' for number, bubble in enumerate(bubbles, start=1))
    name = escape(t("Conversation"))
    return f'<div class="kodex-chat" role="log" aria-label="{name}"><ol>{"".join(numbered)}</ol></div>'


def _said(t: Words, node: Node) -> str:
    who = f"<strong>{_set(t, node.who)}</strong>" if node.who else ""
    return f'class="{"event" if node.event else "theirs"}">{who}{_set(t, node.says)}'


def _own(t: Words, step: Exchange) -> str:
    return f'class="own"><strong>{escape(t("You"))}</strong>{_set(t, step.reply.text)}'


# The debriefing


def _debriefing(t: Words, dialogue: Dialogue, path: Walk, ending: Ending) -> None:
    caption = t("{title} · ending: {ending}", title=dialogue.title, ending=ending.title)
    counts = t("It does not change the result of the final questions.")
    lead = " ".join(part for part in (t.set(ending.counted), t.say(_CREDITS[path.credit]), counts) if part)
    whole = escape(t("The whole conversation"))
    st.html(
        f'<p class="kodex-caption">{_set(t, caption)}</p><h1>{_set(t, ending.turn)}</h1><p>{escape(lead)}</p>'
        f"{_paths(t, path, dialogue.best)}"
        f'<details class="kodex-whole"><summary>{whole}</summary>{_chat(t, path)}</details>'
    )


def _paths(t: Words, own: Walk, best: Walk) -> str:
    """Return the person's own path beside the best one, from where they part."""
    if own.fork is None:
        return _column(t("You took the best path"), _items(t, own, 0))
    trunk = "".join(_item(t, step) for step in own.steps[: own.fork])
    shared = _column(t("The same so far"), trunk, "trunk") if trunk else ""
    mine = _column(t("Your path"), _items(t, own, own.fork, t("Here the paths part")))
    other = _column(t("The best path"), _items(t, best, own.fork), "best")
    return f'{shared}<div class="kodex-paths">{mine}{other}</div>'


def _column(heading: str, items: str, kind: str = "") -> str:
    return f'<div class="kodex-path {kind}"><h2>{escape(heading)}</h2><ol>{items}</ol></div>'


def _items(t: Words, path: Walk, start: int, mark: str = "") -> str:
    """Return the steps from `start` on, the first of them with the mark, and the ending."""
    first, *others = path.steps[start:]
    end = path.ending
    came_to = f"<strong>{_set(t, end.title)}</strong><span>{_set(t, end.text)}</span>" if end else ""
    return f'{_item(t, first, mark)}{"".join(_item(t, step) for step in others)}<li class="end">{came_to}</li>'


def _item(t: Words, step: Exchange, mark: str = "") -> str:
    said = f"<q>{_set(t, step.reply.text)}</q>"
    if mark:
        marked = f'<strong><span aria-hidden="true">✕</span> {escape(mark)}</strong>'
        said = f'<div class="kodex-fork">{marked}{said}</div>'
    note = f"<span>{_set(t, step.reply.note)}</span>" if step.reply.note else ""
    return f"<li>{said}{note}</li>"


def _set(t: Words, text: str) -> str:
    return escape(t.set(text))
