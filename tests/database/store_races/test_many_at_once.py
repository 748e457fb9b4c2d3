"""Double clicks, two tabs, two replicas: one response, a whole chain."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from cast import NOW
from racing import answers, assert_sound
from studying import Study

from database import Database
from people.access import Principal


def asked(study: Study, who: Principal) -> list[str]:
    attempt = study.enrolment(who).attempt
    assert attempt is not None
    return [question for question, _ in attempt.questions]


# Many at once


def test_different_answers_submitted_at_once_are_all_kept(
    assigned: Study, learner: Principal, replica: Database
) -> None:
    assigned.cards(learner)
    assigned.begin(learner)
    questions = asked(assigned, learner)
    together = Barrier(3, timeout=30)

    def tab(number: int) -> None:
        here = Study((assigned.database, replica)[number % 2], assigned.course, assigned.now)
        together.wait()
        for question in questions[number::3]:
            here.answer(learner, question)

    with ThreadPoolExecutor(3) as tabs:
        list(tabs.map(tab, range(3)))
    assert answers(assigned, learner) == Counter(questions)
    assert assigned.enrolment(learner).score == 100
    assert_sound(assigned, learner)


def test_people_who_submit_at_once_do_not_hinder_each_other(
    assigned: Study, learner: Principal, manager: Principal, outsider: Principal
) -> None:
    def person(who: Principal) -> None:
        here = Study(assigned.database, assigned.course, NOW)
        for card in here.course.cards:
            here.card(who, card)
        here.begin(who)
        for question in asked(here, who):
            here.answer(who, question)
        here.sign(who)

    with ThreadPoolExecutor(3) as everybody:
        list(everybody.map(person, (learner, manager, outsider)))
    for who in (learner, manager, outsider):
        assert assigned.enrolment(who).certificate_no is not None
        assert_sound(assigned, who)
