"""How far something is that goes on beside the runs: a bar, which moves once the screen around it stands."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, wait
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from screens.parts import page
from screens.parts.session import Visit
from web.beside import UnderWay
from words import Words

TICK = 0.2
"""Seconds between two looks at how far it is."""
Say = Callable[[Words, int, int], str]
"""In words, how much of how much is done."""


@dataclass(frozen=True)
class _Followed:
    visit: Visit
    place: DeltaGenerator
    under_way: UnderWay[Any]
    say: Say
    name: str

    def draw(self) -> None:
        done, total = self.under_way.done, self.under_way.total
        with self.place:
            page.progress(min(done / total, 1) if total else 0, self.say(self.visit.words, done, total), self.name)


_followed: ContextVar[tuple[_Followed, ...]] = ContextVar("followed", default=())


def show(seen: Visit, under_way: UnderWay[Any], say: Say, name: str) -> None:
    """The bar, here; whoever looks at the screen anew finds it where it has got to."""
    followed = _Followed(seen, st.empty(), under_way, say, name)
    followed.draw()
    _followed.set((*_of(seen), followed))


def to_the_end(seen: Visit) -> None:
    """Moves the bars of this visit until one of them has ended, and then draws what came of it."""
    bars = _of(seen)
    _followed.set(())
    if not bars:
        return
    while not any(each.under_way.has_ended for each in bars):
        for each in bars:
            each.draw()
        wait([each.under_way.result for each in bars], TICK, FIRST_COMPLETED)
    st.rerun()


def _of(seen: Visit) -> tuple[_Followed, ...]:
    """A run that was stopped leaves its bars behind; they are of another visit."""
    return tuple(each for each in _followed.get() if each.visit is seen)
