"""A process that answers for people, as the server does, and prints each acknowledgement. To be killed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, event
from studying import best_replies

from database import Database
from people import directory
from people.access import Asker, Principal, Role
from people.directory import Person
from progress.completion import certificates, learning
from progress.completion.enrolments import Enrolment, current
from progress.completion.pace import Pace
from progress.completion.steps import AskedQuestion, Submission, Turn
from progress.record.chains import Event, Kind
from quizzes.content import load

HOME = Path(__file__).resolve().parents[3]
CONTENT = load(HOME)
COURSE = CONTENT.courses["customer-privacy"]

Say = Callable[[str], object]


def people(number: int) -> list[Person]:
    return [
        Person(f"{n:032x}", str(n), f"Writer {n}", f"{n}@example.com", "Sklad", None, "cs", invented=True)
        for n in range(1, number + 1)
    ]


def facts(chain: list[Event]) -> Iterator[str]:
    """What a chain holds, in the words of the acknowledgements."""
    for each in chain:
        body = each.body
        match each.kind:
            case Kind.CHECKED:
                yield f"{each.person_key} checked {body['card']} {body['option']}"
            case Kind.REPLIED:
                yield f"{each.person_key} replied {body['card']} {body['number']} {body['option']}"
            case Kind.CARD_SEEN:
                yield f"{each.person_key} has done {body['card']}"
            case Kind.ATTEMPT_STARTED:
                yield f"{each.person_key} began {body['attempt']}"
            case Kind.ANSWERED:
                yield f"{each.person_key} answered {body['attempt']} {body['question']} {body['option']}"
            case Kind.CERTIFIED:
                yield f"{each.person_key} holds {body['certificate_no']}"


def writer(say: Say, url: str, first: str, mode: str) -> None:
    """Goes on for everybody from the person numbered `first`, from wherever they stand. In the mode "early" it
    acknowledges a moment before the commit, as nobody should."""
    database = Database(url)
    with database.reading() as connection:
        keys = list(connection.execute(directory.people.select()).mappings())
    say("ready")
    for row in sorted(keys, key=lambda each: int(each["employee_id"]))[int(first) :]:
        person = Person(**{name: row[name] for name in ("name", "email", "unit", "language")}, **_of(row))
        Learner(database, Principal(person, frozenset({Role.EMPLOYEE})), say, is_early=mode == "early").go_on()


def _replied(turn: Turn, kept: Enrolment) -> str:
    return f"replied {turn.card.id} {turn.number} {kept.replies(turn.card.id)[turn.number - 1]}"


def _of(row: Any) -> dict[str, Any]:
    return {"key": row["person_key"], "employee_id": row["employee_id"], "manager_key": None, "invented": True}


class Learner:
    def __init__(self, database: Database, who: Principal, say: Say, *, is_early: bool) -> None:
        self.database, self.who, self.say, self.is_early = database, who, say, is_early

    def go_on(self) -> None:
        enrolment = self._enrolment()
        for card in COURSE.cards:
            choice = card.choice(COURSE.lesson(card.lesson_id).source)
            if choice is not None and card.id not in enrolment.checks:
                self._take(
                    f"checked {card.id} {choice.right_answer}",
                    lambda card=card, choice=choice: learning.answer_card(
                        self.database,
                        self._asker(),
                        COURSE,
                        card,
                        Submission(choice.right_answer, "cs"),
                    ),
                    lambda kept, card=card: f"checked {card.id} {kept.checks[card.id]}",
                )
            for turn, reply in best_replies(COURSE, card, enrolment.replies(card.id)):
                self._take(
                    f"replied {card.id} {turn.number} {reply}",
                    lambda turn=turn, reply=reply: learning.reply(
                        self.database, self._asker(), COURSE, turn, Submission(reply, "cs")
                    ),
                    lambda kept, turn=turn: _replied(turn, kept),
                )
            if card.id not in enrolment.cards:
                self._take(
                    f"has done {card.id}",
                    lambda card=card: learning.leave_card(self.database, self._asker(), COURSE, card, "cs"),
                    lambda kept, card=card: f"has done {card.id}" if card.id in kept.cards else "",
                )
        if enrolment.attempt is None:
            begun = learning.begin_attempt(self.database, self._asker(), COURSE, "cs", Pace(1000, timedelta(0)))
            self.say(f"{self.who.key} began {begun.attempt.id}" if begun.attempt else "")
        self._answer()
        self._sign()

    def _answer(self) -> None:
        attempt = self._enrolment().attempt
        assert attempt is not None
        for question, _ in attempt.questions[attempt.next_number - 1 :]:
            right = COURSE.questions[question].source.right_answer
            self._take(
                f"answered {attempt.id} {question} {right}",
                lambda question=question, right=right: learning.answer_question(
                    self.database,
                    self._asker(),
                    COURSE,
                    AskedQuestion(attempt.id, question),
                    Submission(right, "cs"),
                ),
                lambda kept, question=question: (
                    f"answered {kept.attempt.id} {question} {kept.attempt.responses[question].option}"
                ),
            )

    def _sign(self) -> None:
        if self._enrolment().certificate_no is None:
            now = datetime.now(UTC)
            issue = certificates.new_issue("Ukázková společnost", now, now.date())
            self._take(
                f"holds {issue.number}",
                lambda: learning.commit(self.database, self._asker(), COURSE, issue, "cs"),
                lambda kept: f"holds {kept.certificate_no}",
            )

    def _asker(self) -> Asker:
        return Asker(self.who, datetime.now(UTC), ZoneInfo("UTC"))

    def _enrolment(self) -> Enrolment:
        with self.database.reading() as connection:
            found = current(connection, self.who.key, COURSE.id)
        assert found is not None
        return found

    def _take(self, expected: str, step: Callable[[], Enrolment], read_back: Callable[[Enrolment], str]) -> None:
        if not self.is_early:
            self.say(f"{self.who.key} {read_back(step())}")
            return

        def before_commit(connection: Connection) -> None:
            if connection.get_execution_options().get("begin") == "BEGIN IMMEDIATE":
                self.say(f"{self.who.key} {expected}")

        event.listen(self.database.engine, "commit", before_commit)
        try:
            step()
        finally:
            event.remove(self.database.engine, "commit", before_commit)
