"""The decisions that others made about a person, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from people.directory import Person
from progress.personal.overview import DECISIONS
from progress.personal.overview_words import Section, Wording
from progress.record.chains import Event, Kind, voided
from words import Words


@dataclass(frozen=True)
class Decisions:
    """The decisions about a person in words: who made them, why, and which are void since."""

    events: Sequence[Event]
    """All of the person's, or the decisions and the attempts that they may be about."""
    named: Mapping[str, Person]
    """By key: the people who decided."""
    words: Words

    def section(self, wording: Wording) -> Section:
        """Return the decisions for HR or an auditor, the latest first."""
        t = self.words
        rows = [
            (wording.timestamp(event.at), self.marked(event, self.in_words(event)))
            for event in reversed(self.events)
            if event.kind in DECISIONS
        ]
        head = (t("When"), t("What")) if rows else ()
        return Section(t("What was decided"), head, rows, note="" if rows else t("Nothing was decided yet."))

    def marked(self, event: Event, sentence: str) -> str:
        """Return the sentence for `event`, marked if the event was voided later."""
        t = self.words
        return t("Void: {entry}", entry=sentence) if event.seq in self._void else sentence

    def in_words(self, event: Event) -> str:
        """Return one decision as a sentence; raises `ValueError` for another kind of event."""
        t, body = self.words, event.body
        match event.kind:
            case Kind.ASSIGNED:
                return self._assigned(body)
            case Kind.DUE_MOVED:
                return self._due_moved(body)
            case Kind.EXEMPTED:
                return self._decided(self._exempted(body), body)
            case Kind.REVOKED:
                return self._decided(t("Certificate {number} was revoked.", number=body["certificate_no"]), body)
            case Kind.CORRECTED:
                return self._decided(self._voided(body), body)
            case Kind.ERASED:
                return _with_reason(t, t("The name and all else in the directory was erased."), body)
            case _:
                raise ValueError(event.kind)

    def _assigned(self, body: Mapping[str, Any]) -> str:
        t = self.words
        due = t.date(date.fromisoformat(body["due_on"]))
        by = self.named.get(body.get("by", ""))
        if "rule" in body:
            if by is not None and by.name:
                return t(
                    "The course was assigned by rule {rule} of {name}, due on {day}.",
                    rule=body["rule"],
                    name=by.name,
                    day=due,
                )
            return t("The course was assigned by rule {rule}, due on {day}.", rule=body["rule"], day=due)
        if by is not None and by.name:
            return t("The course was assigned by {name}, due on {day}.", name=by.name, day=due)
        return t("The course was assigned, due on {day}.", day=due)

    def _due_moved(self, body: Mapping[str, Any]) -> str:
        t = self.words
        was, due = (t.date(date.fromisoformat(body[name])) for name in ("was", "due_on"))
        by = self.named.get(body["by"])
        if by is not None and by.name:
            return t(
                "The due date was moved from {was} to {day} because of leave, noted by {name}.",
                was=was,
                day=due,
                name=by.name,
            )
        return t("The due date was moved from {was} to {day} because of leave.", was=was, day=due)

    def _exempted(self, body: Mapping[str, Any]) -> str:
        t = self.words
        until = t.date(date.fromisoformat(body["until"])) if body["until"] else ""
        said = (
            t("The course need not be taken until {day}.", day=until) if until else t("The course need not be taken.")
        )
        if body["as"] == "exempt":
            return said
        day = t.date(date.fromisoformat(body["done_on"]))
        return said + " " + t("Something equivalent was done: {what}, on {day}.", what=body["equivalent"], day=day)

    def _voided(self, body: Mapping[str, Any]) -> str:
        t = self.words
        first = next((event for event in self.events if event.seq in body["voids"]), None)
        if first is not None and first.kind is Kind.ATTEMPT_STARTED:
            return t("Attempt {n} was voided.", n=first.body["number"])
        if first is not None and first.kind is Kind.PRIOR_STARTED:
            return t("The questions before the lesson were voided.")
        if first is not None and first.kind is Kind.EXEMPTED:
            return t("The exemption was voided: the course is to be taken.")
        return t("An earlier entry was voided.")

    def _decided(self, said: str, body: Mapping[str, Any]) -> str:
        """Return `said` with who decided it and why."""
        t = self.words
        by = self.named.get(body["by"])
        if by is None:
            return _with_reason(t, said, body)
        name = by.name or t("somebody whose name was erased")
        if body.get("through"):
            who = t("Decided by {name}, by a command ({command}).", name=name, command=body["through"])
        else:
            who = t("Decided by {name}.", name=name)
        return _with_reason(t, f"{said} {who}", body)

    @cached_property
    def _void(self) -> Mapping[int, Event]:
        return voided(self.events)


def _with_reason(t: Words, said: str, body: Mapping[str, Any]) -> str:
    reason = body.get("reason")
    return said + " " + t("Reason: {reason}", reason=reason) if reason else said
