"""Progress bars of background jobs, updated after the page is drawn."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, wait
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from screens.parts import page
from screens.parts.session import Visit
from web.background import Job
from words import Words

SECONDS_BETWEEN_UPDATES = 0.2
InWords = Callable[[Words, int, int], str]
"""Report how much of the total is done."""


@dataclass(frozen=True)
class _Bar:
    visit: Visit
    place: DeltaGenerator
    job: Job[Any]
    in_words: InWords
    name: str

    def draw(self) -> None:
        done, total = self.job.done, self.job.total
        with self.place:
            text = self.in_words(self.visit.words, done, total)
            page.progress(min(done / total, 1) if total else 0, text, self.name)


_drawn: ContextVar[tuple[_Bar, ...]] = ContextVar("drawn", default=())


def show(visit: Visit, job: Job[Any], in_words: InWords, name: str) -> None:
    """Draw the bar here. A person who opens the screen again finds it where the job has got to."""
    bar = _Bar(visit, st.empty(), job, in_words, name)
    bar.draw()
    _drawn.set((*_bars_of(visit), bar))


def follow(visit: Visit) -> None:
    """Update the bars of this visit until the first of their jobs has ended, then draw the screen again."""
    bars = _bars_of(visit)
    _drawn.set(())
    if not bars:
        return
    while not any(bar.job.has_ended for bar in bars):
        for bar in bars:
            bar.draw()
        wait([bar.job.result for bar in bars], SECONDS_BETWEEN_UPDATES, FIRST_COMPLETED)
    st.rerun()


def _bars_of(visit: Visit) -> tuple[_Bar, ...]:
    """A run that was stopped leaves its bars behind; they belong to another visit."""
    return tuple(bar for bar in _drawn.get() if bar.visit is visit)
