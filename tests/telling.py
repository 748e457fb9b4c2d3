"""What the tests about statements share: an address, and corrections as HR makes them."""

from typing import Any

from conftest import PRAGUE, Study

from people.access import Asker, Principal
from progress.completion import corrections
from progress.completion.corrections import What, Wish
from progress.record.chains import Kind
from progress.reports.xapi import Actor, Namer

BASE = "https://kodex.example.com"


def namer(study: Study, actor: Actor = Actor.PSEUDONYM) -> Namer:
    return Namer(BASE, actor, {study.course.id: study.course.entry.title})


def correct(study: Study, hr: Principal, who: Principal, what: What, *, seq: int = 0, **wished: Any) -> None:
    """HR makes a correction, the way the screen does."""
    study.later(seconds=20)
    wish = Wish(what, study.course.id, study.enrolment(who).cycle, seq, "Sick leave until June", **wished)
    asker = Asker(hr, study.now, PRAGUE)
    looked_at = corrections.look(study.database, asker, who.key, wish, study.course)
    corrections.make(study.database, asker, looked_at, study.course)


def revoke(study: Study, hr: Principal, who: Principal, **wished: Any) -> None:
    correct(study, hr, who, What.REVOKE, seq=seq_of(study, who, Kind.CERTIFIED), **wished)


def seq_of(study: Study, who: Principal, kind: Kind) -> int:
    """The number of the last event of that kind."""
    return next(event.seq for event in reversed(study.chain(who)) if event.kind is kind)
