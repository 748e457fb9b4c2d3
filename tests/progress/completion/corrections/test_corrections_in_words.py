"""Corrections in words, before and after, and to the person."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from browsing import plain
from cast import DUE, TODAY
from correcting import IN_TWO_WEEKS, WHY, Wishes, corrected, look, make
from studying import Study

from people.access import Asker, Principal
from progress.completion import corrections
from progress.completion.correction_words import choice, consequences, done
from progress.completion.corrections import What
from progress.personal import my_record
from progress.personal.event_words import EventWords
from quizzes.content import Content
from words import LANGUAGES, Words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_is_said_before_and_after_and_told_to_the_person(
    assigned: Study,
    learner: Principal,
    hr: Principal,
    wishes: Wishes,
    content: Content,
    zone: ZoneInfo,
    language: str,
) -> None:
    t = Words.of(language)
    assigned.cards(learner)
    assigned.attempt(learner, right=0)
    more: dict[What, dict[str, Any]] = {
        What.VOID_ATTEMPT: {},
        What.EQUIVALENT: {"equivalent": "Course of the parent company", "done_on": TODAY, "until": DUE},
        What.VOID_EXEMPTION: {},
        What.EXEMPT: {},
        What.REVOKE: {"due_on": IN_TWO_WEEKS},
    }
    told = []
    for what, values in more.items():
        if what is What.REVOKE:
            corrected(assigned, learner, hr, wishes(What.VOID_EXEMPTION))
            assigned.certify(learner)
        found = [each for each in corrections.choices(assigned.chain(learner)) if each.what is what]
        plan = look(assigned, learner, hr, wishes(what, **values))
        said = [choice(t, content, found[0], zone, with_course=True), *consequences(t, content, plan)]
        made = make(assigned, hr, plan)
        said.append(done(t, content, made))
        gathered = my_record.gather(assigned.database, Asker(learner, assigned.now, zone))
        corrected_one = next(each for each in gathered.events if each.hash == made.events[0].hash)
        told.append(EventWords(gathered, t).in_words(corrected_one))
        assert len(set(said)) == len(said) > 2
        assert not any("None" in each or "{" in each for each in said), said
    assert len(set(told)) == len(told)
    for each in told:
        assert hr.person.name in plain(each)
        assert WHY in plain(each)


def test_what_was_voided_is_marked_in_the_persons_record(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, zone: ZoneInfo
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=0)
    corrected(assigned, learner, hr, wishes(What.VOID_ATTEMPT))
    gathered = my_record.gather(assigned.database, Asker(learner, assigned.now, zone))
    words = EventWords(gathered, Words.of("en"))
    void = {seq for event in gathered.events for seq in event.body.get("voids", ())}
    assert len(void) == 12
    marked = {each.seq for each in gathered.events if words.in_words(each).startswith("Void: ")}
    assert marked == void


def test_a_correction_through_a_command_says_so(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, zone: ZoneInfo
) -> None:
    make(assigned, hr, look(assigned, learner, hr, wishes(What.EXEMPT)), through="manage.py record exempt")
    gathered = my_record.gather(assigned.database, Asker(learner, assigned.now, zone))
    said = EventWords(gathered, Words.of("en")).in_words(gathered.events[-1])
    assert "Decided by Hana Říhová, by a command (manage.py record exempt)." in said
