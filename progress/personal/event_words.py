"""The events of a record in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from lessons import decisions
from lessons.cards import CardKind
from people.access import Role
from progress.personal.decision_words import Decisions
from progress.personal.my_record import MyRecord
from progress.record.chains import Event, Kind
from progress.reminding.letter_words import KINDS
from progress.reminding.schedule import LetterKind
from words import Sentence, Words, sentence

ROLES: dict[Role, Sentence] = {
    Role.EMPLOYEE: sentence("Employee"),
    Role.MANAGER: sentence("Manager"),
    Role.HR: sentence("HR"),
    Role.AUDITOR: sentence("Auditor"),
    Role.EDITOR: sentence("Content editor"),
}
CONFIDENCES = {
    "guess": sentence("I am guessing"),
    "likely": sentence("Fairly sure"),
    "sure": sentence("Certain"),
}


def _with_id(parts: Iterable[Mapping[str, Any]], part_id: str) -> Mapping[str, Any]:
    return next((part for part in parts if part["id"] == part_id), {})


@dataclass(frozen=True)
class EventWords:
    """The events of one record in one language."""

    record: MyRecord
    words: Words

    def in_words(self, event: Event) -> str:
        """Return one event as a sentence, marked if it was voided later."""
        say = self._by_kind.get(event.kind, self._decisions.in_words)
        return self._decisions.marked(event, say(event))

    def reader(self, reading: Event) -> str:
        t = self.words
        reader = self.record.named.get(reading.body["by"])
        return reader.name if reader is not None and reader.name else t("somebody whose name was erased")

    def role(self, reading: Event) -> str:
        return self.words.say(ROLES[Role(reading.body["as"])])

    def what_was_read(self, reading: Event) -> str:
        t = self.words
        attempt = self._started_attempts.get(reading.body.get("attempt", ""))
        if attempt is None:
            return t("the record")
        if "number" not in attempt:
            return t("the test before the lesson with its answers")
        return t("attempt {n} with its answers", n=attempt["number"])

    @cached_property
    def _by_kind(self) -> Mapping[Kind, Callable[[Event], str]]:
        return {
            Kind.STARTED: self._started,
            Kind.CHECKED: self._checked,
            Kind.REPLIED: self._replied,
            Kind.CARD_SEEN: self._card_seen,
            Kind.PRIOR_STARTED: self._prior_started,
            Kind.PRIOR_ANSWERED: self._answered,
            Kind.PRIOR_FINISHED: self._prior_finished,
            Kind.WAIVED: self._waived,
            Kind.ATTEMPT_STARTED: self._attempt_started,
            Kind.ANSWERED: self._answered,
            Kind.ATTEMPT_FINISHED: self._attempt_finished,
            Kind.COMMITTED: self._committed,
            Kind.CERTIFIED: self._certified,
            Kind.REFRESHED: self._refreshed,
            Kind.READ: self._read,
            Kind.REMINDED: self._reminded,
        }

    @cached_property
    def _decisions(self) -> Decisions:
        return Decisions(self.record.events, self.record.named, self.words)

    def _started(self, event: Event) -> str:
        t = self.words
        return t("The course was started, version {version}.", version=event.body["course_version"])

    def _card_seen(self, event: Event) -> str:
        t = self.words
        title, _ = self._card(event.body)
        return t("Card “{title}” was finished.", title=title)

    def _checked(self, event: Event) -> str:
        t, body = self.words, event.body
        title, decision = self._card(body)
        said = decisions.in_words(decision, body["option"])
        return self._chosen(t("Card “{title}”", title=title), said, body["right"])

    def _replied(self, event: Event) -> str:
        t, body = self.words, event.body
        dialogue = self.record.part(body["edition"], t.language)
        node = _with_id(dialogue.get("nodes", ()), body["node"])
        said = _with_id(node.get("choices", ()), body["option"]).get("text", body["option"])
        title = dialogue.get("title", body["card"])
        answer = said.rstrip(".")
        return t("Conversation “{title}”: reply {n} was “{answer}”.", title=title, n=body["number"], answer=answer)

    def _card(self, body: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """Return the card's title and its decision, as they were."""
        text = self.record.part(body["edition"], self.words.language)
        part = body["card"].rpartition("/")[2]
        if part == CardKind.WHY:
            return text.get("why", {}).get("title", body["card"]), {}
        if part in {CardKind.DILEMMA, CardKind.ANSWER}:
            dilemma = text.get("dilemma", {})
            return dilemma.get("title", body["card"]), dilemma
        return text.get("title", body["card"]), text.get("check", {})

    def _attempt_started(self, event: Event) -> str:
        t, body = self.words, event.body
        return t.plural(
            "Attempt {number} began: {n} question, {pass_mark} needed to pass.",
            "Attempt {number} began: {n} questions, {pass_mark} needed to pass.",
            len(body["questions"]),
            number=body["number"],
            pass_mark=t.percent(body["pass_mark"]),
        )

    def _prior_started(self, event: Event) -> str:
        t, body = self.words, event.body
        if body["pass_mark"] is None:
            return t.plural(
                "The questions before the lesson began: {n} question about what is still known.",
                "The questions before the lesson began: {n} questions about what is still known.",
                len(body["questions"]),
            )
        return t.plural(
            "The test before the lesson began: {n} question, {pass_mark} needed to have the lesson waived.",
            "The test before the lesson began: {n} questions, {pass_mark} needed to have the lesson waived.",
            len(body["questions"]),
            pass_mark=t.percent(body["pass_mark"]),
        )

    def _prior_finished(self, event: Event) -> str:
        t, body = self.words, event.body
        found = {
            "score": t.percent(body["score"]),
            "right": t.number(body["right"]),
            "of_asked": t.out_of(body["asked"]),
        }
        if body["passed"] is None:
            return t("The questions before the lesson were answered: {right} {of_asked} right.", **found)
        if body["passed"]:
            return t(
                "The test before the lesson was passed: {score}, {right} {of_asked} right. It counts as the test.",
                **found,
            )
        return t(
            "The test before the lesson was not passed: {score}, {right} {of_asked} right. The lesson is taken as "
            "usual.",
            **found,
        )

    def _waived(self, event: Event) -> str:
        t = self.words
        titles = [self._card({"card": card, "edition": edition})[0] for card, edition in event.body["cards"]]
        # A dilemma is one card before the lesson and one after it.
        named = list(dict.fromkeys(t("“{title}”", title=title) for title in titles))
        return t.plural(
            "{n} card was waived, because it was shown to be known: {titles}.",
            "{n} cards were waived, because they were shown to be known: {titles}.",
            len(titles),
            titles=t.list(named),
        )

    def _answered(self, event: Event) -> str:
        t, body = self.words, event.body
        text = self.record.part(self._drawn.get((body["attempt"], body["question"]), ""), t.language)
        asked = t("Question “{title}”", title=text.get("title", body["question"]))
        said = self._chosen(asked, decisions.in_words(text, body["option"]), body["right"])
        if body["confidence"] is None:
            return said
        return said + " " + t("How sure: {confidence}.", confidence=t.say(CONFIDENCES[body["confidence"]]))

    def _chosen(self, asked: str, option: str, is_right: bool | None) -> str:
        t = self.words
        answer = option.rstrip(".")
        if is_right is None:
            return t("{asked}: the answer was “{answer}”.", asked=asked, answer=answer)
        if is_right:
            return t("{asked}: the answer was “{answer}”, which is right.", asked=asked, answer=answer)
        return t("{asked}: the answer was “{answer}”, which is wrong.", asked=asked, answer=answer)

    @cached_property
    def _started_attempts(self) -> Mapping[str, Mapping[str, Any]]:
        started = {Kind.ATTEMPT_STARTED, Kind.PRIOR_STARTED}
        return {event.body["attempt"]: event.body for event in self.record.events if event.kind in started}

    @cached_property
    def _drawn(self) -> dict[tuple[str, str], str]:
        """By attempt and question: the SHA-256 of the edition that was drawn."""
        return {
            (event.body["attempt"], question): sha256
            for event in self.record.events
            if event.kind in {Kind.ATTEMPT_STARTED, Kind.PRIOR_STARTED}
            for question, sha256 in event.body["questions"]
        }

    def _attempt_finished(self, event: Event) -> str:
        t, body = self.words, event.body
        found = {
            "score": t.percent(body["score"]),
            "right": t.number(body["right"]),
            "of_asked": t.out_of(body["asked"]),
        }
        if body["passed"]:
            return t("The attempt was passed: {score}, {right} {of_asked} right.", **found)
        return t("The attempt was not passed: {score}, {right} {of_asked} right.", **found)

    def _committed(self, event: Event) -> str:
        t = self.words
        language = t.language_name(event.body["language"])
        return t("The commitment was signed in this language: {language}.", language=language)

    def _certified(self, event: Event) -> str:
        t, body = self.words, event.body
        until = t.date(date.fromisoformat(body["valid_until"]))
        return t("Certificate {number} was issued, valid until {day}.", number=body["certificate_no"], day=until)

    def _refreshed(self, event: Event) -> str:
        t, body = self.words, event.body
        text = self.record.part(body["edition"], t.language)
        title = text.get("title", body["question"])
        asked = t("Refresher after {days} days, question “{title}”", days=body["days"], title=title)
        return self._chosen(asked, decisions.in_words(text, body["option"]), body["right"])

    def _read(self, event: Event) -> str:
        t = self.words
        reader = {"name": self.reader(event), "role": self.role(event)}
        attempt = self._started_attempts.get(event.body.get("attempt", ""))
        if attempt is None:
            return t("{name} read this record; role: {role}.", **reader)
        if "number" not in attempt:
            return t("{name} read the test before the lesson with its answers; role: {role}.", **reader)
        return t("{name} read attempt {n} with its answers; role: {role}.", n=attempt["number"], **reader)

    def _reminded(self, event: Event) -> str:
        t, letter = self.words, event.body.get("letter")
        if letter not in set(LetterKind):
            return t("A reminder was sent.")
        return t("A letter was taken by the mail server: {letter}.", letter=t.say(KINDS[LetterKind(letter)]))
