"""Scenes as HTML: a chat, an e-mail, a call, a photo, a plan, a form or a note, each drawn as what it is."""

from collections.abc import Collection
from html import escape
from itertools import count

from lessons.decisions.scenes import Scene, SceneLine
from lessons.decisions.spot import PHRASE, Artefact, Spot
from screens.parts.content.prose import inline
from words import Words

_TITLED = frozenset({"form", "plan", "note"})
"""Kinds whose caption is their title, above what is on them."""


def scene(t: Words, shown: Scene) -> str:
    head = _addressed(t, shown) if shown.sender or shown.recipient or shown.subject else _party(t, shown)
    body = _bubbles(t, shown) if shown.kind in {"chat", "call"} else _lines(t, shown)
    caption = inline(t, shown.caption) if shown.caption else ""
    if not head and shown.kind in _TITLED and caption:
        head, caption = f'<p class="head"><strong>{caption}</strong></p>', ""
    below = f"<p>{caption}</p>" if caption else ""
    return (
        f'<figure class="kodex-scene {shown.kind}"><figcaption class="kodex-unseen">{inline(t, shown.alt)}'
        f"</figcaption>{head}{body}{below}</figure>"
    )


def artefact(t: Words, decision: Spot, marked: Collection[str] = ()) -> str:
    """Return the text with its phrases numbered and underlined, those in `marked` set off."""
    shown, numbers = decision.artefact, count(1)

    def phrase(option_id: str) -> str:
        kind = ' class="marked"' if option_id in marked else ""
        text = inline(t, decision.option(option_id).text)
        return f"<u{kind}><sup>{next(numbers)}</sup>{text}</u>"

    parts = PHRASE.split(t.set(shown.text))
    text = "".join(phrase(part) if place % 2 else escape(part) for place, part in enumerate(parts))
    has_head = shown.sender or shown.recipient or shown.subject
    head = _addressed(t, shown) if has_head else ""
    return f'<figure class="kodex-scene {shown.kind} spot">{head}<p>{text}</p></figure>'


def _addressed(t: Words, shown: Scene | Artefact) -> str:
    rows = {t("From"): shown.sender, t("To"): shown.recipient, t("Subject"): shown.subject}
    found = "".join(f"<dt>{escape(label)}</dt><dd>{inline(t, value)}</dd>" for label, value in rows.items() if value)
    return f"<dl>{found}</dl>"


def _party(t: Words, shown: Scene) -> str:
    if not shown.party and not shown.when:
        return ""
    when = f"<time>{inline(t, shown.when)}</time>" if shown.when else ""
    mark = t("Telephone call") if shown.kind == "call" else ""
    kind = f"<span>{escape(mark)}</span> " if mark else ""
    return f'<p class="head">{kind}<strong>{inline(t, shown.party or "")}</strong>{when}</p>'


def _bubbles(t: Words, shown: Scene) -> str:
    return "".join(bubble(t, line, is_named=line.who != shown.party) for line in shown.lines)


def bubble(t: Words, line: SceneLine, *, is_named: bool = True) -> str:
    who = t("You") if line.own else line.who
    name = f"<strong>{inline(t, who)}</strong> " if who and is_named else ""
    return f'<p class="bubble{" own" if line.own else ""}">{name}{inline(t, line.text)}</p>'


def _lines(t: Words, shown: Scene) -> str:
    labelled = [line for line in shown.lines if line.label]
    rows = "".join(f"<dt>{inline(t, line.label or '')}</dt><dd>{inline(t, line.text)}</dd>" for line in labelled)
    plain = "".join(f"<p>{inline(t, line.text)}</p>" for line in shown.lines if not line.label)
    return (f"<dl>{rows}</dl>" if rows else "") + plain
