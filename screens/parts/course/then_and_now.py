"""The dilemma's first answer beside the one given at the end."""

from lessons.decisions.decision import Answer
from lessons.lesson import Dilemma
from progress.insight import first_decisions
from quizzes.content import Course
from screens.parts.content.prose import inline
from screens.parts.session import Visit


def html(visit: Visit, course: Course, asked: Dilemma, first: Answer, now: Answer) -> str:
    t = visit.words
    then = f"<dt>{t('At the beginning')}</dt><dd>{inline(t, asked.option(first).text)}</dd>"
    today = f"<dt>{t('Now')}</dt><dd>{inline(t, asked.option(now).text)}</dd>"
    if first == now:
        moved = t("You decided the same way both times.")
    elif asked.is_right(now):
        moved = t("What moved you is below: where your first answer leads, and where this one does.")
    else:
        moved = t("You changed your mind. See below where each answer leads.")
    return f'<dl class="kodex-arc">{then}{today}</dl><p>{moved}</p>{_colleagues(visit, course, asked)}'


def _colleagues(visit: Visit, course: Course, asked: Dilemma) -> str:
    """Return how colleagues decided first, if they are enough for nobody to be recognised."""
    t = visit.words
    shares = first_decisions.shares(visit.database, course, asked, visit.now)
    if not shares:
        return ""
    rows = "".join(
        f"<li><span>{inline(t, asked.option(name).text)}</span> <b>{t.percent(share)}</b></li>"
        for name, share in sorted(shares.items(), key=lambda pair: -pair[1])
    )
    return f"<details><summary>{t('How colleagues decided first')}</summary><ul>{rows}</ul></details>"
