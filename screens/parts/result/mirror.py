"""The result as a mirror: each principle by what the answers show of it, what is surely wrong first."""

from html import escape
from itertools import groupby

from progress.insight.understanding import Understanding, Understood
from quizzes.content import Course
from screens.parts import addresses
from screens.parts.content.prose import inline
from screens.parts.content.rule import drawing
from screens.parts.marks import Size
from screens.parts.session import Visit
from words import Sentence, sentence

_HEADS: dict[Understanding, tuple[str, str, Sentence]] = {
    Understanding.SURE_AND_WRONG: ("wrong", "✕", sentence("Sure, yet wrong")),
    Understanding.WRONG: ("wrong", "✕", sentence("Wrong")),
    Understanding.GUESSED: ("", "✓", sentence("Right, but a guess")),
    Understanding.RIGHT: ("right", "✓", sentence("Right")),
}
"""Class, sign and heading of each group."""


def html(visit: Visit, course: Course, found: list[Understood]) -> str:
    t = visit.words
    groups = []
    for level, members in groupby(found, key=lambda each: each.as_a_whole):
        kind, sign, said = _HEADS[level]
        rows = "".join(_row(visit, course, each) for each in members)
        head = f'<h2 class="{kind}"><span aria-hidden="true">{sign}</span> {escape(t.say(said))}</h2>'
        groups.append(f"<section>{head}<ul>{rows}</ul></section>")
    private = t("Only you see how sure you were. It does not count towards the result.")
    return f'<div class="kodex-mirror">{"".join(groups)}</div><p class="kodex-note">{escape(private)}</p>'


def _row(visit: Visit, course: Course, each: Understood) -> str:
    t = visit.words
    principle = course.principles[each.principle].text(visit.language)
    address = addresses.card(course, course.card_of(each.principle).id)
    keep = f"<small>{inline(t, principle.rule)}</small>" if each.right < each.asked else ""
    share = t("{right} {of_total}", right=each.right, of_total=t.out_of(each.asked))
    title = f'<a href="{escape(address)}">{inline(t, principle.title)}</a>'
    mark = drawing(visit, course, each.principle, Size.SMALL)
    return f"<li>{mark}<div>{title}{keep}</div><span>{escape(share)}</span></li>"
