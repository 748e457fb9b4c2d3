"""Prior knowledge: the test-out before the first lesson, and the opener of a later round. Pure functions.

Who passes the test-out has the whole lesson waived. An opener waives the principles that it shows to be known still.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lessons.cards import Card, CardKind
from lessons.decisions.shuffling import rank
from progress.completion.enrolments import Enrolment, Prior
from progress.record.chains import Event, Kind, voided
from quizzes import drawing, grading
from quizzes.content import Course

PASS_MARK = 90
"""Percent of right answers that stands for the lesson and its test: more than a test after the lesson needs."""
MORE_OF_EACH = 1
"""Questions of each principle that a test-out has beside those of the usual test."""
AFTER_A_MISTAKE = 2
"""Questions that an opener has of a principle that was answered wrong last time; of any other it has one."""


@dataclass(frozen=True)
class Earlier:
    """What earlier cycles of the course tell of a person."""

    finished: Mapping[str, str]
    """By card id: the edition that they finished last. A cycle whose certificate was revoked tells nothing."""
    missed: frozenset[str]
    """Principles that they answered wrong in the latest cycle with answers."""
    met: frozenset[str]
    """Questions that they were asked."""


NOTHING_EARLIER = Earlier({}, frozenset(), frozenset())

PrincipleOf = Callable[[str, str], str]
"""The principle of a question, given its id and the SHA-256 of its edition."""


def finished_cards(chain: Sequence[Event], course_id: str, cycle: int) -> dict[str, str]:
    """Return by card id the edition that was finished or waived last in the cycles before this one."""
    finished: dict[str, str] = {}
    events = list(_before(chain, course_id, cycle))
    revoked = {event.body["cycle"] for event in events if event.kind is Kind.REVOKED}
    void = voided(chain)
    for event in events:
        if event.seq in void or event.body["cycle"] in revoked:
            continue
        if event.kind is Kind.CARD_SEEN:
            finished[event.body["card"]] = event.body["edition"]
        elif event.kind is Kind.WAIVED:
            finished |= dict(event.body["cards"])
    return finished


def of_earlier_cycles(chain: Sequence[Event], enrolment: Enrolment, principle_of: PrincipleOf) -> Earlier:
    """Return what the person's chain tells of the cycles before this enrolment's."""
    events = list(_before(chain, enrolment.course_id, enrolment.cycle))
    void = voided(chain)
    drawn: dict[tuple[str, str], str] = {}
    for event in events:
        if event.kind in {Kind.ATTEMPT_STARTED, Kind.PRIOR_STARTED}:
            drawn |= {(event.body["attempt"], name): sha256 for name, sha256 in event.body["questions"]}
    answers = [
        event.body for event in events if event.kind in {Kind.ANSWERED, Kind.PRIOR_ANSWERED} and event.seq not in void
    ]
    last = max((body["cycle"] for body in answers), default=0)
    missed = {
        principle_of(body["question"], drawn[body["attempt"], body["question"]])
        for body in answers
        if body["cycle"] == last and not body["right"]
    }
    return Earlier(
        finished_cards(chain, enrolment.course_id, enrolment.cycle),
        frozenset(missed),
        frozenset(name for _, name in drawn),
    )


def _before(chain: Sequence[Event], course_id: str, cycle: int) -> Iterator[Event]:
    return (each for each in chain if each.body.get("course") == course_id and each.body["cycle"] < cycle)


def is_untouched(enrolment: Enrolment) -> bool:
    """True if nothing of the lesson was done yet, and it is still to be done."""
    touched = enrolment.cards or enrolment.checks or enrolment.attempt
    return enrolment.is_open and enrolment.passed_at is None and not touched


def is_offered(enrolment: Enrolment, finished: Mapping[str, str]) -> bool:
    """True if questions before the lesson can begin, once a cycle: in the first one a test-out, in a later one an
    opener, if there is something in it that the person has finished before."""
    has_one = enrolment.cycle == 1 or bool(finished)
    # Voided ones leave their questions met: they are not offered again.
    return not enrolment.met and has_one and is_untouched(enrolment)


def is_under_way(enrolment: Enrolment) -> bool:
    """True if questions before the lesson are waiting for an answer. The lesson, once begun, ends them."""
    return enrolment.prior is not None and not enrolment.prior.is_finished and is_untouched(enrolment)


def draw(enrolment: Enrolment, course: Course, earlier: Earlier, seed: str) -> tuple[str, ...]:
    """Return the ids of the questions before the lesson, in the order in which they are asked."""
    met = {*enrolment.met, *earlier.met}
    if enrolment.cycle == 1:
        return drawing.draw(course, seed, met, MORE_OF_EACH)
    in_order = sorted(course.principles, key=lambda each: (each not in earlier.missed, rank(seed, "opener", each)))
    wanted = {each: AFTER_A_MISTAKE if each in earlier.missed else 1 for each in in_order}
    return drawing.draw_by_principle(course, seed, wanted, met)


def size(course: Course) -> int:
    """Return the number of questions of a test-out."""
    return len(drawing.draw(course, "", (), MORE_OF_EACH))


def minutes_saved(course: Course, language: str, asked: int) -> int:
    """Return by how many minutes a test-out with so many questions is shorter than the course."""
    taken = course.minutes_unexplained(language, asked)
    return max(1, course.minutes_of(language, course.cards, course.asked) - taken)


def missed(prior: Prior, course: Course) -> list[str]:
    """Return the principles with a wrong answer, in the order of the course."""
    wrong = {
        course.questions[name].source.principle
        for name, response in prior.responses.items()
        if not response.right and name in course.questions
    }
    return [principle for principle in course.principles if principle in wrong]


def unchanged(course: Course, finished: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (card id, edition) of each principle that the person has finished as it is taught today."""
    for card in course.cards:
        if card.kind is CardKind.PRINCIPLE and finished.get(card.id) == course.principles[card.part].sha256:
            yield card.id, finished[card.id]


def new_cards(course: Course, finished: Mapping[str, str]) -> frozenset[str]:
    """Return the ids of the principles that the person, who has finished others, has not finished as they are now."""
    if not finished:
        return frozenset()
    same = dict(unchanged(course, finished))
    return frozenset(card.id for card in course.cards if card.kind is CardKind.PRINCIPLE and card.id not in same)


def pass_mark(enrolment: Enrolment) -> int | None:
    return PASS_MARK if enrolment.cycle == 1 else None


def is_passed(prior: Prior, right: int) -> bool | None:
    """Return whether so many right answers pass the test-out; None for an opener."""
    return None if prior.pass_mark is None else grading.is_passed(right, len(prior.questions), prior.pass_mark)


def known(prior: Prior, course: Course, is_known: Mapping[str, bool]) -> list[Card]:
    """Return the cards that an opener waives: unchanged, with every question right and none a guess. `is_known` says
    so by question."""
    shown: dict[str, bool] = {}
    for name, it_is in is_known.items():
        if name in course.questions:
            principle = course.questions[name].source.principle
            shown[principle] = shown.get(principle, True) and it_is
    same = dict(prior.unchanged)
    return [
        card
        for card in course.cards
        if shown.get(card.part, False) and same.get(card.id) == course.principles[card.part].sha256
    ]
