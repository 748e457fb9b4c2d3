"""Two clients on one database, in any order of steps: what is stored is what a plain model of it says."""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cast import NOW, PEOPLE, PRAGUE
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from size import tell, times
from sqlalchemy import event, select
from studying import FREELY

from database import Database
from lessons.cards import Card, CardKind
from lessons.decisions.decision import Answer
from lessons.dialogue import Node
from people import directory
from people.access import Asker, Principal, Role
from progress.audit import verification
from progress.completion import assignments, certificates, learning
from progress.completion.assignments import Assignment
from progress.completion.steps import AskedQuestion, NotPossibleError, Submission, Turn
from progress.record import chains
from progress.record.chains import Kind
from quizzes.content import Course

N_RUNS, N_STEPS = times(500, 8), times(50, 25)
WHO = [Principal(person, frozenset({Role.EMPLOYEE})) for person in PEOPLE[:3]]
PASS_MARK_MET_WITH = 8
"""Right answers of ten; asserted below against the course's pass mark."""


@dataclass
class Taken:
    """What one person has done in the current cycle, as plainly as it can be said."""

    cycle: int = 1
    cards: set[str] = field(default_factory=set)
    checks: dict[str, Answer] = field(default_factory=dict)
    attempts: list[dict[str, Answer]] = field(default_factory=list)
    """By attempt: the option chosen for each question."""
    asked: list[list[str]] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    """In the dialogue."""
    certificates: set[str] = field(default_factory=set)
    is_certified: bool = False

    def is_at_an_end(self, course: Course) -> bool:
        (dialogue,) = course.dialogues.values()
        return dialogue.source.path(self.replies).ending is not None


class TwoClients(RuleBasedStateMachine):
    """Steps of three people, each through one of two ways to the database, some of them not open to them."""

    course: Course
    migrated: Path
    folder: Path
    made = 0
    stored: Counter[Kind]

    @initialize(stages=st.lists(st.integers(0, 3), min_size=len(WHO), max_size=len(WHO)))
    def open(self, stages: list[int]) -> None:
        type(self).made += 1
        self.file = Path(shutil.copy(self.migrated, self.folder / f"{self.made}.sqlite3"))
        self.clients = [Database(f"sqlite:///{self.file}") for _ in range(2)]
        for each in self.clients:
            # Nobody cuts the power here, and the steps are many.
            event.listen(each.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        self.now = NOW
        with self.clients[0].writing() as connection:
            directory.add(connection, PEOPLE)
        assignments.assign(
            self.clients[0], Assignment(self.course, NOW.date(), "tests"), [who.key for who in WHO], NOW
        )
        self.taken = {who.key: Taken() for who in WHO}
        for who, stage in zip(WHO, stages, strict=True):
            for _ in range(stage):
                self.go_on(0, who, 10)

    def teardown(self) -> None:
        if hasattr(self, "clients"):
            found = verification.verify(self.clients[0], (), {}).findings
            with self.clients[0].reading() as connection:
                self.stored.update(each.kind for chain in chains.chains(connection) for each in chain)
            for client in self.clients:
                client.close()
            self.file.unlink()
            assert found == []

    client = st.integers(0, 1)
    person = st.sampled_from(WHO)

    def _take(self, step: Callable[[], Any], *, is_open: bool) -> Any:
        self.now += timedelta(seconds=1)
        if is_open:
            return step()
        with pytest.raises(NotPossibleError):
            step()
        return None

    def _asker(self, who: Principal) -> Asker:
        return Asker(who, self.now, PRAGUE)

    def _at(self, client: int) -> Database:
        return self.clients[client]

    @rule(client=client, who=person, number=st.integers(0, 60), right=st.booleans())
    def check(self, client: int, who: Principal, number: int, right: bool) -> None:
        card = self.course.cards[number % len(self.course.cards)]
        choice = card.choice(self.course.lesson(card.lesson_id).source)
        if choice is None:
            return
        option = choice.right_answer if right else choice.wrong_answers[0]
        taken = self.taken[who.key]
        kept = self._take(
            lambda: learning.answer_card(
                self._at(client), self._asker(who), self.course, card, Submission(option, "cs")
            ),
            is_open=True,
        )
        taken.checks.setdefault(card.id, option)
        if not card.has_feedback:
            taken.cards.add(card.id)
        assert kept.checks[card.id] == taken.checks[card.id]

    @rule(client=client, who=person, number=st.integers(0, 60))
    def leave(self, client: int, who: Principal, number: int) -> None:
        card = self.course.cards[number % len(self.course.cards)]
        taken = self.taken[who.key]
        asks = card.choice(self.course.lesson(card.lesson_id).source) is not None
        is_open = taken.is_at_an_end(self.course) if card == self._dialogue else not asks or card.id in taken.checks
        self._take(
            lambda: learning.leave_card(self._at(client), self._asker(who), self.course, card, "cs"),
            is_open=is_open,
        )
        if is_open:
            taken.cards.add(card.id)

    @rule(client=client, who=person, number=st.integers(1, 20), position=st.integers(0, 3))
    def reply(self, client: int, who: Principal, number: int, position: int) -> None:
        """Says something in the dialogue: what comes next, what was said before, or out of turn."""
        taken, card = self.taken[who.key], self._dialogue
        path = self.course.dialogues[card.lesson_id].source.path(taken.replies)
        number = min(number, len(taken.replies) + 1)
        node = path.steps[number - 1].node if number <= len(path.steps) else path.at
        choices = node.choices if isinstance(node, Node) else ()
        reply = choices[position % len(choices)].id if choices else "nothing"
        is_again = taken.replies[number - 1 : number] == [reply]
        is_next = number == len(taken.replies) + 1 and bool(choices)
        self._take(
            lambda: learning.reply(
                self._at(client), self._asker(who), self.course, Turn(card, number), Submission(reply, "cs")
            ),
            is_open=is_again or (is_next and self._is_missing(taken, card)),
        )
        if self._is_missing(taken, card) and is_next:
            taken.replies.append(reply)

    @property
    def _dialogue(self) -> Card:
        return next(card for card in self.course.cards if card.kind is CardKind.DIALOGUE)

    def _is_missing(self, taken: Taken, card: Card) -> bool:
        """Nobody is called back into a lesson for its dialogue."""
        *_, closing = self.course.cards
        return card.id not in taken.cards and not (card == self._dialogue and closing.id in taken.cards)

    def _has_read(self, taken: Taken) -> bool:
        return not any(self._is_missing(taken, card) for card in self.course.cards)

    @rule(client=client, who=person, right=st.sampled_from([5, 8, 10, 10]))
    def go_on(self, client: int, who: Principal, right: int) -> None:
        """A whole stage at once; chance alone would hardly ever come to a certificate."""
        taken = self.taken[who.key]
        if not self._has_read(taken):
            for number, card in enumerate(self.course.cards):
                if card == self._dialogue:
                    self._talk(client, who)
                if card.id not in taken.cards:
                    self.check(client, who, number, True)
                    self.leave(client, who, number)
        elif taken.is_certified:
            self.assign(client, who)
        elif self._has_passed(taken):
            self.sign(client, who)
        else:
            self.begin(client, who)
            self.answer_the_rest(client, who, right)

    def _talk(self, client: int, who: Principal) -> None:
        taken, card = self.taken[who.key], self._dialogue
        while self._is_missing(taken, card) and not taken.is_at_an_end(self.course):
            self.reply(client, who, len(taken.replies) + 1, 0)

    @rule(client=client, who=person)
    def begin(self, client: int, who: Principal) -> None:
        taken = self.taken[who.key]
        is_under_way = bool(taken.attempts) and len(taken.attempts[-1]) < len(taken.asked[-1])
        is_ready = self._has_read(taken) and not self._has_passed(taken)
        kept = self._take(
            lambda: learning.begin_attempt(self._at(client), self._asker(who), self.course, "cs", FREELY),
            is_open=is_under_way or is_ready,
        )
        if kept is not None and not is_under_way:
            taken.attempts.append({})
            taken.asked.append([question for question, _ in kept.attempt.questions])

    @rule(client=client, who=person, number=st.integers(0, 9), right=st.booleans())
    def answer(self, client: int, who: Principal, number: int, right: bool) -> None:
        taken = self.taken[who.key]
        if not taken.attempts:
            return
        question = taken.asked[-1][number]
        source = self.course.questions[question].source
        option = source.right_answer if right else source.wrong_answers[0]
        attempt_id = self._attempt_id(who)
        kept = self._take(
            lambda: learning.answer_question(
                self._at(client),
                self._asker(who),
                self.course,
                AskedQuestion(attempt_id, question),
                Submission(option, "cs"),
            ),
            is_open=True,
        )
        taken.attempts[-1].setdefault(question, option)
        assert kept.attempt.responses[question].option == taken.attempts[-1][question]

    @rule(client=client, who=person, right=st.sampled_from([5, 7, 8, 10]))
    def answer_the_rest(self, client: int, who: Principal, right: int) -> None:
        for number in range(10):
            self.answer(client, who, number, number < right)

    @rule(client=client, who=person)
    def sign(self, client: int, who: Principal) -> None:
        taken = self.taken[who.key]
        issue = certificates.new_issue("Ukázková společnost", self.now, self.now.date())
        kept = self._take(
            lambda: learning.commit(self._at(client), self._asker(who), self.course, issue, "cs"),
            is_open=self._has_passed(taken) or taken.is_certified,
        )
        if kept is not None and not taken.is_certified:
            taken.is_certified = True
            taken.certificates.add(issue.number)
        if kept is not None:
            assert kept.certificate_no in taken.certificates

    @rule(client=client, who=person)
    def assign(self, client: int, who: Principal) -> None:
        taken = self.taken[who.key]
        new = assignments.assign(self._at(client), Assignment(self.course, NOW.date(), "tests"), [who.key], self.now)
        assert new == taken.is_certified
        if new:
            self.taken[who.key] = Taken(cycle=taken.cycle + 1, certificates=taken.certificates)

    def _has_passed(self, taken: Taken) -> bool:
        if not taken.attempts or len(taken.attempts[-1]) < len(taken.asked[-1]):
            return False
        source = self.course.questions
        right = sum(source[question].source.is_right(option) for question, option in taken.attempts[-1].items())
        return right >= PASS_MARK_MET_WITH

    def _attempt_id(self, who: Principal) -> str:
        with self.clients[0].reading() as connection:
            attempt = learning.current(connection, who.key, self.course.id).attempt  # type: ignore[union-attr]
        assert attempt is not None
        return str(attempt.id)

    @invariant()
    def what_is_stored_is_what_was_done(self) -> None:
        if not hasattr(self, "clients"):
            return
        for client, who in zip([*self.clients, self.clients[0]], WHO, strict=True):
            taken = self.taken[who.key]
            with client.snapshot() as connection:
                chain = chains.chain(connection, who.key)
                held = set(
                    connection.execute(
                        select(certificates.certificates.c.number).where(
                            certificates.certificates.c.person_key == who.key
                        )
                    ).scalars()
                )
            here = [each for each in chain if each.body.get("cycle") == taken.cycle]
            assert chains.broken_at(chain) is None
            assert held == taken.certificates
            assert [each.body["card"] for each in here if each.kind is Kind.CHECKED] == list(taken.checks)
            assert [each.body["option"] for each in here if each.kind is Kind.REPLIED] == taken.replies
            assert {each.body["card"] for each in here if each.kind is Kind.CARD_SEEN} == taken.cards
            answered = [(each.body["question"], each.body["option"]) for each in here if each.kind is Kind.ANSWERED]
            assert answered == [pair for attempt in taken.attempts for pair in attempt.items()]
            assert sum(each.kind is Kind.ATTEMPT_STARTED for each in here) == len(taken.attempts)


def machine(course: Course, migrated: Path, folder: Path) -> type[TwoClients]:
    return type(
        "Machine", (TwoClients,), {"course": course, "migrated": migrated, "folder": folder, "stored": Counter()}
    )


PROFILE = settings(
    max_examples=N_RUNS,
    stateful_step_count=N_STEPS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_what_two_clients_do_is_what_is_stored(course: Course, stocked_sqlite: Path, tmp_path: Path) -> None:
    assert course.entry.pass_mark * course.asked == PASS_MARK_MET_WITH * 100
    clients = machine(course, stocked_sqlite, tmp_path)
    run_state_machine_as_test(clients, settings=PROFILE)
    tell(
        f"two clients: {clients.made} runs × {N_STEPS} steps, {clients.stored.total()} events "
        f"({clients.stored[Kind.ANSWERED]} answers, {clients.stored[Kind.CERTIFIED]} certificates), none differs"
    )
    assert clients.stored[Kind.CERTIFIED]
    assert clients.made >= N_RUNS


def test_a_client_that_forgets_an_answer_is_found_out(
    course: Course, stocked_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: every tenth transaction is rolled back, and nobody is told."""
    write, written = Database.write, iter(range(10**9))

    def forgetful(self: Database, work: Callable[..., Any]) -> Any:
        if next(written) % 10 != 9:
            return write(self, work)
        with self.snapshot() as connection:
            return work(connection)

    monkeypatch.setattr(Database, "write", forgetful)
    with pytest.raises(BaseException):  # noqa: B017, PT011 - whichever rule meets it first
        run_state_machine_as_test(machine(course, stocked_sqlite, tmp_path), settings=PROFILE)
