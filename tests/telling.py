"""What the tests about statements share: an address, and corrections as HR makes them."""

from datetime import date
from typing import Any

from cast import TODAY
from studying import Study

from people.access import Principal
from progress.completion import corrections
from progress.completion.corrections import What, Wish
from progress.record.chains import Kind
from progress.reports.xapi import Actor, Namer

BASE = "https://kodex.example.com"


def namer(study: Study, actor: Actor = Actor.PSEUDONYM) -> Namer:
    return Namer(BASE, actor, {study.course.id: study.course.entry.title})


def correct(
    study: Study, hr: Principal, who: Principal, what: What, *, today: date = TODAY, seq: int = 0, **wished: Any
) -> None:
    """HR makes a correction, the way the screen does."""
    study.later(seconds=20)
    wish = Wish(what, study.course.id, study.enrolment(who).cycle, seq, "Sick leave until June", **wished)
    looked_at = corrections.look(study.database, hr, who.key, wish, study.course, today)
    corrections.make(study.database, hr, looked_at, study.course, study.now, today)


def revoke(study: Study, hr: Principal, who: Principal, **wished: Any) -> None:
    correct(study, hr, who, What.REVOKE, seq=seq_of(study, who, Kind.CERTIFIED), **wished)


def seq_of(study: Study, who: Principal, kind: Kind) -> int:
    """The number of the last event of that kind."""
    return next(event.seq for event in reversed(study.chain(who)) if event.kind is kind)
