"""The bundled course, and people on their way through it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from cast import DUE, NOW, PRAGUE
from surroundings import HOME

from database import Database
from lessons.cards import Card, CardKind
from lessons.decisions.decision import Decision
from lessons.dialogue import Node
from people.access import Asker, Principal
from progress.completion import assignments, certificates, learning, steps
from progress.completion.assignments import Assignment
from progress.completion.enrolments import Enrolment, current, save
from progress.completion.fold import after
from progress.completion.pace import Pace
from progress.completion.steps import AskedQuestion, Happened, Submission, Turn
from progress.record import chains
from progress.record.chains import Event, Head, Kind
from progress.refreshers import answering
from progress.refreshers.answering import Asked
from progress.refreshers.drawing import Refresher
from quizzes.content import Content, Course, load


@pytest.fixture(scope="session")
def content() -> Content:
    """The bundled one."""
    return load(HOME)


@pytest.fixture(scope="session")
def course(content: Content) -> Course:
    return content.courses["customer-privacy"]


FREELY = Pace(a_day=1000, pause=timedelta(0))
"""As many attempts as a test needs."""

Step = Callable[[Enrolment], Happened]


def best_replies(course: Course, card: Card, said: Sequence[str] = ()) -> Iterator[tuple[Turn, str]]:
    """The best way on through a card's dialogue, after what was `said`; nothing for a card without one."""
    if card.kind is not CardKind.DIALOGUE:
        return
    dialogue, said = course.dialogues[card.lesson_id].source, list(said)
    while isinstance(node := dialogue.path(said).at, Node):
        said.append(node.best.id)
        yield Turn(card, len(said)), node.best.id


@dataclass
class Study:
    """People on their way through the course, by the same rules as in a browser. Time passes as they go."""

    database: Database
    course: Course
    now: datetime = NOW

    def assign(self, *who: Principal, due_on: date = DUE) -> None:
        assignments.assign(
            self.database, Assignment(self.course, due_on, "tests"), [each.key for each in who], self.now
        )

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def asker(self, who: Principal) -> Asker:
        return Asker(who, self.now, PRAGUE)

    def enrolment(self, who: Principal) -> Enrolment:
        with self.database.reading() as connection:
            found = current(connection, who.key, self.course.id)
        assert found is not None
        return found

    def chain(self, who: Principal) -> list[Event]:
        with self.database.reading() as connection:
            return chains.chain(connection, who.key)

    def kinds(self, who: Principal) -> list[Kind]:
        return [event.kind for event in self.chain(who)]

    def cards(self, who: Principal, language: str = "cs") -> Enrolment:
        """Takes every card, each check answered right."""

        def said(turn: Turn, reply: str) -> Step:
            return lambda enrolment: steps.reply(enrolment, self.course, turn, Submission(reply, language))

        def step(card: Card) -> Iterator[Step]:
            choice = card.choice(self.course.lesson(card.lesson_id).source)
            self.later(seconds=20)
            if choice is not None:
                yield lambda enrolment: steps.answer_card(
                    enrolment, self.course, card, Submission(choice.right_answer, language)
                )
            yield from (said(turn, reply) for turn, reply in best_replies(self.course, card))
            yield lambda enrolment: steps.leave_card(enrolment, self.course, card, language)

        return self._at_once(who, (each for card in self.course.cards for each in step(card)))

    def _at_once(self, who: Principal, taken: Iterable[Step]) -> Enrolment:
        """Several steps in one transaction: by the same rules as one by one, and many times faster."""
        with self.database.writing() as connection:
            enrolment = current(connection, who.key, self.course.id)
            head, chained = chains.head(connection, who.key), []
            assert enrolment is not None
            for step in taken:
                for event in chains.following(head, who.key, step(enrolment), self.now):
                    chained.append(event)
                    enrolment, head = after(enrolment, event), Head(event.seq, event.at, event.hash)
            chains.append(connection, chained)
            save(connection, enrolment, is_new=False)
        return enrolment

    def card(self, who: Principal, card: Card, language: str = "cs") -> Enrolment:
        """Takes one card as a browser does, its check answered right."""
        choice = card.choice(self.course.lesson(card.lesson_id).source)
        self.later(seconds=20)
        if choice is not None:
            learning.answer_card(
                self.database, self.asker(who), self.course, card, Submission(choice.right_answer, language)
            )
        self.talk(who, card, language)
        return learning.leave_card(self.database, self.asker(who), self.course, card, language)

    def talk(self, who: Principal, card: Card, language: str = "cs") -> None:
        """Has the rest of the dialogue of a card, if it is one, by its best replies."""
        for turn, reply in best_replies(self.course, card, self.enrolment(who).replies(card.id)):
            learning.reply(self.database, self.asker(who), self.course, turn, Submission(reply, language))

    def come_to(self, who: Principal, kind: type[Decision]) -> Card:
        """Takes the cards before the first principle whose decision is of that kind; gives that one."""
        for card in self.course.cards:
            choice = card.choice(self.course.lesson(card.lesson_id).source)
            if card.kind is CardKind.PRINCIPLE and type(choice) is kind:
                return card
            self.card(who, card)
        raise LookupError(kind)

    def begin(self, who: Principal, language: str = "cs", pace: Pace = FREELY) -> Enrolment:
        self.later(seconds=20)
        with self.database.reading() as connection:
            assigned_by_another_clock = chains.head(connection, who.key).at
        asker = replace(self.asker(who), now=max(self.now, assigned_by_another_clock or self.now))
        return learning.begin_attempt(self.database, asker, self.course, language, pace)

    def answer(
        self,
        who: Principal,
        question_id: str,
        *,
        right: bool = True,
        confidence: str | None = None,
        language: str = "cs",
    ) -> Enrolment:
        attempt = self.enrolment(who).attempt
        assert attempt is not None
        question = self.course.questions[question_id].source
        answer = question.right_answer if right else question.wrong_answers[0]
        self.later(seconds=20)
        return learning.answer_question(
            self.database,
            self.asker(who),
            self.course,
            AskedQuestion(attempt.id, question_id),
            Submission(answer, language, confidence),
        )

    def attempt(self, who: Principal, right: int = 10) -> Enrolment:
        """Sits one attempt, with so many right answers."""
        attempt = self.begin(who).attempt
        assert attempt is not None

        def step(number: int, question_id: str) -> Step:
            question = self.course.questions[question_id].source
            answer = question.right_answer if number < right else question.wrong_answers[0]
            self.later(seconds=20)
            return lambda enrolment: steps.answer_question(
                enrolment, AskedQuestion(attempt.id, question_id), question, Submission(answer, "cs")
            )

        return self._at_once(who, (step(number, name) for number, (name, _) in enumerate(attempt.questions)))

    def sign(self, who: Principal, language: str = "cs") -> Enrolment:
        self.later(seconds=20)
        issue = certificates.new_issue("Ukázková společnost", self.now, self.now.date())
        return learning.commit(self.database, self.asker(who), self.course, issue, language)

    def certify(self, who: Principal, right: int = 10) -> Enrolment:
        """The whole way, from the first card to the certificate."""
        self.cards(who)
        self.attempt(who, right)
        return self.sign(who)

    def refresher(self, who: Principal) -> Refresher | None:
        """The one that is open for them."""
        enrolment = self.enrolment(who)
        with self.database.reading() as connection:
            return answering.opened(connection, self.course, enrolment, self.asker(who).today)

    def recall(self, who: Principal, question_id: str, *, right: bool = True, language: str = "cs") -> Enrolment:
        """Answers one question of the refresher that is open."""
        refresher = self.refresher(who)
        assert refresher is not None
        question = self.course.questions[question_id].source
        answer = question.right_answer if right else question.wrong_answers[0]
        asked, said = Asked(refresher.days, question_id), Submission(answer, language)
        self.later(seconds=20)
        return answering.answer(self.database, self.asker(who), self.course, asked, said)

    def refresh(self, who: Principal, *, right: bool = True) -> list[str]:
        """Answers all that the open refresher asks; returns the ids of the questions."""
        refresher = self.refresher(who)
        assert refresher is not None
        for question_id in refresher.questions:
            self.recall(who, question_id, right=right)
        return list(refresher.questions)


@pytest.fixture
def study(database: Database, course: Course) -> Study:
    return Study(database, course)


@pytest.fixture
def assigned(study: Study, learner: Principal, manager: Principal, outsider: Principal) -> Study:
    """The course assigned to the learner, to their manager and to the outsider."""
    study.assign(learner, manager, outsider)
    return study
