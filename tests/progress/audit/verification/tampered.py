"""A record that somebody altered, and the findings of its verification."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    delete,
)
from studying import Study

from database import Database
from people.access import Principal
from progress.audit import verification
from progress.audit.verification import Finding, Verified
from progress.record import checkpoints, signing
from progress.record.chains import Head, append, events, following
from progress.record.signing import Key


class Audited:
    """A record with three checkpoints: after the assignment, after the cards, after the certificate."""

    def __init__(self, study: Study, learner: Principal, key_file: Path) -> None:
        self.study, self.learner, self.key_file = study, learner, key_file
        self.notes: dict[str, str] = {}
        self.made_at: list[datetime] = []
        self.ends: list[int] = []
        self.checkpoint()
        study.cards(learner)
        self.checkpoint()
        study.attempt(learner)
        study.sign(learner)
        self.checkpoint()

    @property
    def key(self) -> Key:
        return signing.opened(self.key_file)

    @property
    def database(self) -> Database:
        return self.study.database

    def checkpoint(self) -> None:
        self.study.later(hours=1)
        made = checkpoints.make(self.database, self.key, self.study.now)
        self.notes[f"{len(self.notes) + 1}.txt"] = made.note
        self.made_at.append(made.checkpoint.at)
        self.ends.append(len(self.study.chain(self.learner)))
        self.study.later(hours=1)

    def change(self, *statements: Any) -> None:
        with self.database.writing() as connection:
            for statement in statements:
                connection.execute(statement)

    def event(self, number: int) -> Any:
        return (events.c.person_key == self.learner.key) & (events.c.seq == number)

    def forge(self, number: int) -> None:
        """Alters an event, and makes every hash from it on anew."""
        chain = self.study.chain(self.learner)
        before = chain[number - 2]
        self.change(delete(events).where(events.c.person_key == self.learner.key, events.c.seq >= number))
        forged = [(event.kind, {**event.body, "language": "de"}) for event in chain[number - 1 :]]
        anew = following(Head(before.seq, before.at, before.hash), self.learner.key, forged, chain[-1].at)
        with self.database.writing() as connection:
            append(connection, anew)

    def verify(self, notes: dict[str, str] | None = None) -> Verified:
        return verification.verify(self.database, self.key.verifiers, self.notes if notes is None else notes)

    def only_finding(self, notes: dict[str, str] | None = None) -> Finding:
        (finding,) = self.verify(notes).findings
        return finding

    def said(self) -> list[str]:
        return [str(each.what) for each in self.verify().findings]
