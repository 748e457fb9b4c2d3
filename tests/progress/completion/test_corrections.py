"""Corrections: seen before they are made, made by whoever may, told to whom they are about; and the chain stays."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from browsing import Reader, plain
from click.testing import Result
from conftest import DUE, NOW, PRAGUE, TODAY, Study, leaves
from playwright.sync_api import expect
from serving import NewReader, Server
from typer.testing import CliRunner

import installation as house
from commands import application
from database import Database
from people.access import OPERATOR, Act, Asker, Principal, RefusedError, Role
from progress.audit import verification
from progress.completion import certificates, corrections, validity
from progress.completion.correction_words import choice, consequences, done
from progress.completion.corrections import LONGEST_REASON, Corrected, NotCorrectedError, Plan, What, Wish
from progress.completion.fold import differing
from progress.completion.rules import SAID, Status
from progress.completion.validity import State
from progress.personal import my_record
from progress.personal.erasure import erase
from progress.personal.event_words import EventWords
from progress.personal.overview import open_record
from progress.record.chains import Kind
from progress.reports import lists
from progress.reports.lists import Selection
from quizzes.content import Content
from words import LANGUAGES, Words

WHY = "The result was somebody else's work"
IN_TWO_WEEKS = TODAY + timedelta(days=14)


@pytest.fixture
def wishes(assigned: Study, learner: Principal) -> Callable[..., Wish]:
    """What can be chosen in the learner's record, by what it is."""

    def wish(what: What, nth: int = 0, **more: Any) -> Wish:
        found = [each for each in corrections.choices(assigned.chain(learner)) if each.what is what]
        return Wish(what, found[nth].course_id, found[nth].cycle, found[nth].seq, **{"reason": WHY, **more})

    return wish


Wishes = Callable[..., Wish]


def look(study: Study, who: Principal, by: Principal, wish: Wish) -> Plan:
    return corrections.look(study.database, Asker(by, study.now, PRAGUE), who.key, wish, study.course)


def make(study: Study, by: Principal, looked_at: Plan, through: str = "") -> Corrected:
    study.later(minutes=1)
    return corrections.make(study.database, Asker(by, study.now, PRAGUE), looked_at, study.course, through)


def corrected(study: Study, who: Principal, by: Principal, wish: Wish) -> Corrected:
    return make(study, by, look(study, who, by, wish))


def offered(study: Study, who: Principal, by: Principal) -> list[What]:
    with study.database.reading() as connection:
        return [each.what for each in corrections.of_person(connection, by, who.key)]


def status(study: Study, who: Principal) -> Status:
    with study.database.reading() as connection:
        found = lists.entries(
            connection, OPERATOR, Act.SEE_CERTIFICATIONS, Selection(search=who.person.employee_id), TODAY
        )
    return found[0].status


def assert_sound(study: Study) -> None:
    """Every chain, every enrolment and every certificate verifies."""
    assert verification.verify(study.database, [], {}).findings == []


def refusal(study: Study, who: Principal, by: Principal, wish: Wish) -> str:
    before = study.chain(who)
    with pytest.raises(NotCorrectedError) as refused:
        look(study, who, by, wish)
    assert study.chain(who) == before
    return str(refused.value)


# Each kind


def test_a_voided_attempt_does_not_count_and_the_course_is_open_again(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=4)
    assigned.attempt(learner, right=10)
    assert assigned.enrolment(learner).passed_at is not None
    before = assigned.chain(learner)
    plan = look(assigned, learner, hr, wishes(What.VOID_ATTEMPT))
    assert (plan.before, plan.after, plan.attempts_left) == (Status.PASSED, Status.IN_PROGRESS, 1)
    assert assigned.chain(learner) == before, "a look changes nothing"
    made = make(assigned, hr, plan)
    after = assigned.enrolment(learner)
    assert made.status is Status.IN_PROGRESS
    assert (after.passed_at, after.score, after.attempts) == (None, None, 1)
    assert after.attempt is not None
    assert after.attempt.passed is False
    correction = assigned.chain(learner)[-1]
    passed = {event.body["attempt"] for event in before if event.body.get("passed")}
    theirs = [event.seq for event in before if event.body.get("attempt") in passed]
    assert len(theirs) == 12
    assert correction.body == {
        "course": assigned.course.id,
        "cycle": 1,
        "voids": theirs,
        "reason": WHY,
        "by": hr.key,
    }
    assert assigned.chain(learner)[:-1] == before
    assert_sound(assigned)
    assigned.attempt(learner, right=9)
    assert assigned.sign(learner).score == 90
    assert_sound(assigned)


def test_an_attempt_that_is_under_way_can_be_voided_and_another_begun(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    assigned.answer(learner, attempt.questions[0][0])
    corrected(assigned, learner, hr, wishes(What.VOID_ATTEMPT))
    assert assigned.enrolment(learner).attempt is None
    asked = {question for question, _ in attempt.questions}
    assert set(assigned.enrolment(learner).met) == asked, "whoever has seen a question knows it"
    assert_sound(assigned)
    assert assigned.attempt(learner).passed_at is not None
    assert_sound(assigned)


@pytest.mark.parametrize("until", [None, TODAY, TODAY + timedelta(days=90)])
def test_whoever_is_exempted_has_nothing_to_do(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, until: date | None
) -> None:
    plan = look(assigned, learner, hr, wishes(What.EXEMPT, until=until))
    assert (plan.before, plan.after) == (Status.NOT_STARTED, Status.EXEMPT)
    assert make(assigned, hr, plan).status is Status.EXEMPT
    enrolment = assigned.enrolment(learner)
    assert (enrolment.exempted_as, enrolment.exempted_until) == ("exempt", until)
    assert status(assigned, learner) is Status.EXEMPT
    assert_sound(assigned)


def test_something_equivalent_is_recorded_with_what_it_was_and_when(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    wish = wishes(What.EQUIVALENT, equivalent="Course of the parent company", done_on=TODAY)
    assert corrected(assigned, learner, hr, wish).status is Status.EXEMPT
    body = assigned.chain(learner)[-1].body
    assert (body["as"], body["equivalent"], body["done_on"]) == (
        "equivalent",
        "Course of the parent company",
        TODAY.isoformat(),
    )
    assert assigned.enrolment(learner).exempted_as == "equivalent"
    assert_sound(assigned)


def test_a_voided_exemption_leaves_the_course_to_be_taken(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    corrected(assigned, learner, hr, wishes(What.EXEMPT))
    assert offered(assigned, learner, hr) == [What.VOID_EXEMPTION]
    made = corrected(assigned, learner, hr, wishes(What.VOID_EXEMPTION))
    assert made.status is Status.NOT_STARTED
    assert assigned.enrolment(learner).exempted_at is None
    assert assigned.chain(learner)[-1].body["voids"] == [assigned.chain(learner)[-2].seq]
    assert_sound(assigned)
    corrected(assigned, learner, hr, wishes(What.EXEMPT))
    assert assigned.enrolment(learner).exempted_at is not None
    assert_sound(assigned)


def test_a_revoked_certificate_ends_the_cycle_and_the_next_one_begins_with_it(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, zone: ZoneInfo
) -> None:
    number = assigned.certify(learner).certificate_no
    plan = look(assigned, learner, hr, wishes(What.REVOKE, due_on=IN_TWO_WEEKS))
    assert (plan.before, plan.after, plan.certificate_no, plan.new_cycle) == (
        Status.CERTIFIED,
        Status.REVOKED,
        number,
        2,
    )
    made = make(assigned, hr, plan)
    assert made.status is Status.REVOKED
    assert made.new_cycle is not None
    assert (made.new_cycle.cycle, made.new_cycle.due_on) == (2, IN_TWO_WEEKS)
    assert assigned.kinds(learner)[-2:] == [Kind.REVOKED, Kind.ASSIGNED]
    assert status(assigned, learner) is Status.NOT_STARTED
    assert_sound(assigned)
    with assigned.database.reading() as connection:
        assert validity.of_person(connection, learner.key, TODAY, zone)[number or ""].state is State.REVOKED
    assigned.certify(learner)
    assert_sound(assigned)


def test_a_certificate_can_be_revoked_without_a_new_assignment(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.certify(learner)
    made = corrected(assigned, learner, hr, wishes(What.REVOKE))
    assert (made.status, made.new_cycle) == (Status.REVOKED, None)
    assert status(assigned, learner) is Status.REVOKED
    assert offered(assigned, learner, hr) == []
    assert_sound(assigned)
    assigned.assign(learner)
    assert assigned.enrolment(learner).cycle == 2


def test_an_earlier_certificate_is_revoked_without_touching_what_came_later(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    for _ in range(2):
        assigned.assign(learner)
        assigned.certify(learner)
    later = assigned.enrolment(learner)
    wish = wishes(What.REVOKE, nth=1)
    assert wish.cycle == 1
    assert "cannot be assigned once more" in refusal(assigned, learner, hr, replace(wish, due_on=IN_TWO_WEEKS))
    corrected(assigned, learner, hr, wish)
    assert assigned.enrolment(learner) == later
    assert_sound(assigned)


# What cannot be


def test_what_a_certificate_rests_on_is_not_voided_but_the_certificate_revoked(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    attempt = wishes(What.VOID_ATTEMPT)
    number = assigned.sign(learner).certificate_no
    said = f"The certificate {number} rests on it. Revoke the certificate instead."
    assert refusal(assigned, learner, hr, attempt) == said
    assert offered(assigned, learner, hr) == [What.REVOKE]
    corrected(assigned, learner, hr, wishes(What.REVOKE))
    assert "ended when its certificate was revoked" in refusal(assigned, learner, hr, attempt)


def test_an_exemption_that_was_followed_by_a_certificate_is_not_voided(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    corrected(assigned, learner, hr, wishes(What.EXEMPT))
    exemption = wishes(What.VOID_EXEMPTION)
    number = assigned.certify(learner).certificate_no
    assert number in refusal(assigned, learner, hr, exemption)


def test_nothing_is_corrected_twice(assigned: Study, learner: Principal, hr: Principal, wishes: Wishes) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=0)
    attempt, exempt = wishes(What.VOID_ATTEMPT), wishes(What.EXEMPT)
    corrected(assigned, learner, hr, attempt)
    assert refusal(assigned, learner, hr, attempt) == "This entry is already void."
    corrected(assigned, learner, hr, exempt)
    exemption = wishes(What.VOID_EXEMPTION)
    assert refusal(assigned, learner, hr, exempt) == "There is an exemption already. Void it first."
    corrected(assigned, learner, hr, exemption)
    assert refusal(assigned, learner, hr, exemption) == "This entry is already void."
    assigned.certify(learner)
    revoke = wishes(What.REVOKE)
    corrected(assigned, learner, hr, revoke)
    assert refusal(assigned, learner, hr, revoke) == "This certificate is revoked already."


def test_what_is_over_is_not_corrected_once_the_course_was_assigned_anew(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    corrected(assigned, learner, hr, wishes(What.EXEMPT))
    exemption = wishes(What.VOID_EXEMPTION)
    assigned.assign(learner)
    assert "only the latest time" in refusal(assigned, learner, hr, exemption)
    assert set(offered(assigned, learner, hr)) == {What.EXEMPT, What.EQUIVALENT}


@pytest.mark.parametrize("seq", [0, 2, 10_000])
def test_an_event_that_is_no_attempt_is_not_voided(
    assigned: Study, learner: Principal, hr: Principal, course: Any, seq: int
) -> None:
    assigned.cards(learner)
    wish = Wish(What.VOID_ATTEMPT, course.id, 1, seq, WHY)
    assert refusal(assigned, learner, hr, wish) == "There is no such entry in this record."


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("", "Say why"),
        (" \t\n ", "Say why"),
        ("x" * (LONGEST_REASON + 1), "at most"),
        ("turned \u202e around", "hides, breaks or turns"),
        ("never \x00 stored", "hides, breaks or turns"),
        ("Lenka asked for it", "kept for good"),
        ("Stížnost na Šťastnou", "kept for good"),
        ("see 2003", "kept for good"),
    ],
)
def test_a_reason_is_short_plain_and_names_nobody(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, reason: str, says: str
) -> None:
    assert says in refusal(assigned, learner, hr, wishes(What.EXEMPT, reason=reason))
    wish = wishes(What.EQUIVALENT, equivalent=reason, done_on=TODAY)
    assert refusal(assigned, learner, hr, wish)


@pytest.mark.parametrize(
    ("what", "more"),
    [
        (What.EXEMPT, {"until": TODAY - timedelta(days=1)}),
        (What.EQUIVALENT, {"equivalent": "Course"}),
        (What.EQUIVALENT, {"equivalent": "Course", "done_on": TODAY + timedelta(days=1)}),
        (What.EQUIVALENT, {"equivalent": " ", "done_on": TODAY}),
    ],
)
def test_an_exemption_without_sense_is_refused(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, what: What, more: dict[str, Any]
) -> None:
    assert refusal(assigned, learner, hr, wishes(what, **more))


def test_a_course_is_assigned_anew_by_a_day_to_come_and_to_nobody_who_has_left(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.certify(learner)
    wish = wishes(What.REVOKE, due_on=IN_TWO_WEEKS)
    assert "after today" in refusal(assigned, learner, hr, replace(wish, due_on=TODAY))
    with pytest.raises(NotCorrectedError, match="not taught any more"):
        corrections.look(assigned.database, Asker(hr, assigned.now, PRAGUE), learner.key, wish, None)
    leaves(assigned.database, learner)
    assert "has left" in refusal(assigned, learner, hr, wish)
    assert corrected(assigned, learner, hr, replace(wish, due_on=None)).status is Status.REVOKED


def test_the_certificate_of_somebody_erased_can_still_be_revoked(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.certify(learner)
    erase(assigned.database, learner.person.employee_id, "Case 12", "tests", assigned.now)
    assert corrected(assigned, learner, hr, wishes(What.REVOKE)).status is Status.REVOKED
    assert_sound(assigned)


# Who may


@pytest.mark.parametrize("who", ["learner", "manager", "auditor", "editor", "outsider", "limited", "gone"])
def test_nobody_else_corrects_and_nothing_is_changed(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, request: pytest.FixtureRequest, who: str
) -> None:
    match who:
        case "limited":
            other = replace(hr, units=frozenset({"Obchod"}))
        case "gone":
            other = replace(hr, person=replace(hr.person, active=False))
        case _:
            other = request.getfixturevalue(who)
    plan = look(assigned, learner, hr, wishes(What.EXEMPT))
    before = assigned.chain(learner)
    with pytest.raises(RefusedError):
        look(assigned, learner, other, plan.wish)
    with pytest.raises(RefusedError):
        make(assigned, other, plan)
    assert offered(assigned, learner, other) == []
    assert assigned.chain(learner) == before


def test_hr_of_a_unit_corrects_its_people(assigned: Study, learner: Principal, hr: Principal, wishes: Wishes) -> None:
    limited = replace(hr, units=frozenset({"Sklad"}))
    assert corrected(assigned, learner, limited, wishes(What.EXEMPT)).status is Status.EXEMPT


def test_nobody_corrects_their_own_record_whatever_their_roles(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.assign(hr)
    everything = replace(hr, roles=frozenset(Role))
    plan = replace(look(assigned, learner, hr, wishes(What.EXEMPT)), person_key=hr.key)
    assert offered(assigned, hr, everything) == []
    with pytest.raises(RefusedError):
        make(assigned, everything, plan)
    assert assigned.kinds(hr) == [Kind.ASSIGNED]


# Two at once, and what was looked at


def test_a_plan_is_refused_once_the_record_has_changed(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=0)
    plan = look(assigned, learner, hr, wishes(What.VOID_ATTEMPT))
    assigned.attempt(learner)
    before = assigned.chain(learner)
    with pytest.raises(NotCorrectedError, match="has changed since you looked"):
        make(assigned, hr, plan)
    assert assigned.chain(learner) == before


def test_that_somebody_reads_the_record_meanwhile_does_not_keep_it_from_being_corrected(
    assigned: Study, learner: Principal, hr: Principal, auditor: Principal, wishes: Wishes, zone: ZoneInfo
) -> None:
    plan = look(assigned, learner, hr, wishes(What.EXEMPT))
    open_record(assigned.database, Asker(auditor, assigned.now, zone), learner.key)
    assert make(assigned, hr, plan).status is Status.EXEMPT
    assert assigned.kinds(learner) == [Kind.ASSIGNED, Kind.READ, Kind.EXEMPTED]
    assert_sound(assigned)


def test_of_several_who_correct_at_once_one_does(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, database_url: str
) -> None:
    replica = Database(database_url)
    assigned.certify(learner)
    plan = look(assigned, learner, hr, wishes(What.REVOKE, due_on=IN_TWO_WEEKS))
    at_once = Barrier(8)
    asker = Asker(hr, assigned.now, PRAGUE)

    def one(number: int) -> bool:
        at_once.wait()
        try:
            corrections.make((assigned.database, replica)[number % 2], asker, plan, assigned.course)
        except NotCorrectedError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one, range(8))) == 1
    replica.close()
    assert assigned.kinds(learner).count(Kind.REVOKED) == 1
    assert assigned.enrolment(learner).cycle == 2
    assert_sound(assigned)


def test_a_learner_who_answers_while_hr_voids_leaves_a_sound_record(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    plan = look(assigned, learner, hr, wishes(What.VOID_ATTEMPT))
    at_once = Barrier(2)

    def answer() -> None:
        at_once.wait()
        for question_id, _ in attempt.questions:
            with_attempt = assigned.enrolment(learner).attempt
            if with_attempt is None:
                return
            assigned.answer(learner, question_id)

    def void() -> bool:
        at_once.wait()
        try:
            corrections.make(assigned.database, Asker(hr, NOW + timedelta(days=1), PRAGUE), plan, assigned.course)
        except NotCorrectedError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        answering, voiding = threads.submit(answer), threads.submit(void)
        is_void = voiding.result()
        if answering.exception() is not None:
            assert is_void
    assert (assigned.enrolment(learner).attempt is None) is is_void
    assert_sound(assigned)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_corrected_in_whatever_order_the_table_is_what_the_events_say(
    assigned: Study, learner: Principal, hr: Principal, seed: int
) -> None:
    chance = random.Random(seed)
    made = set()
    for _ in range(14):
        enrolment = assigned.enrolment(learner)
        found = corrections.choices(assigned.chain(learner))
        if found and chance.random() < 0.5:
            one = chance.choice(found)
            due_on = IN_TWO_WEEKS if one.is_latest and chance.random() < 0.5 else None
            more = {"equivalent": "Course of the parent company", "done_on": TODAY, "due_on": due_on}
            corrected(assigned, learner, hr, Wish(one.what, one.course_id, one.cycle, one.seq, WHY, **more))
            made.add(one.what)
        elif not enrolment.is_open:
            assigned.assign(learner)
        elif not enrolment.cards:
            assigned.cards(learner)
        elif enrolment.passed_at:
            assigned.sign(learner)
        else:
            assigned.attempt(learner, right=chance.choice([0, 10]))
        with assigned.database.reading() as connection:
            assert list(differing(connection)) == []
    assert len(made) > 1
    assert_sound(assigned)


# Whether a certificate holds


def test_a_certificate_is_valid_expiring_expired_superseded_or_revoked(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes, zone: ZoneInfo
) -> None:
    first = assigned.certify(learner)
    assert first.valid_until is not None

    def states(today: date) -> list[tuple[State, date]]:
        with assigned.database.reading() as connection:
            found = validity.of_person(connection, learner.key, today, zone)
            numbers = [each.number for each in reversed(certificates.of_person(connection, learner.key))]
        return [(found[number].state, found[number].on) for number in numbers]

    until = first.valid_until
    assert states(TODAY) == [(State.VALID, until)]
    assert states(until - timedelta(days=60)) == [(State.VALID, until)]
    assert states(until - timedelta(days=59)) == [(State.EXPIRING, until)]
    assert states(until) == [(State.EXPIRING, until)]
    assert states(until + timedelta(days=1)) == [(State.EXPIRED, until)]
    assigned.assign(learner)
    assigned.later(days=3)
    second = assigned.certify(learner)
    assert second.valid_from is not None
    assert states(TODAY)[0] == (State.SUPERSEDED, second.valid_from)
    assert states(until + timedelta(days=1))[0] == (State.EXPIRED, until)
    corrected(assigned, learner, hr, wishes(What.REVOKE))
    assert states(TODAY) == [(State.VALID, until), (State.REVOKED, assigned.now.date())]


def test_whoever_counts_certificates_does_not_count_a_revoked_one(
    assigned: Study, learner: Principal, hr: Principal, wishes: Wishes
) -> None:
    assigned.certify(learner)

    def counted() -> tuple[int, int, int, list[str]]:
        asked = (OPERATOR, Act.SEE_CERTIFICATIONS, Selection(), TODAY)
        with assigned.database.reading() as connection:
            found = lists.summary(connection, *asked)
            curve = lists.completion_by_day(connection, *asked)
            exported = [row.status for row in lists.records(connection, *asked) if row.certificate_no]
        return found.certified, found.count(Status.REVOKED), curve[-1][1], exported

    assert counted() == (1, 0, 1, ["certified"])
    corrected(assigned, learner, hr, wishes(What.REVOKE))
    assert counted() == (0, 1, 0, ["revoked"])


# In words


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


# On the screens


def written_reason(reader: Reader, label: str, reason: str) -> None:
    """Chooses what is to be corrected by its label, and gives the reason."""
    reader.runs_by(reader.page.get_by_test_id("stRadioOption").filter(has_text=label).click)
    reader.page.get_by_role("textbox", name=reader.words("Reason"), exact=True).fill(reason)


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_hr_revokes_a_certificate_and_everybody_reads_that_it_is_revoked(
    new_reader: NewReader, server: Server, language: str
) -> None:
    who = server.newcomer("Odvolaná Držitelka", language)
    number = server.study.certify(who).certificate_no or ""
    reader = new_reader(server.cast(Role.HR), language)
    t = reader.words
    reader.go(f"/person?id={who.person.employee_id}")
    written_reason(reader, plain(t("Revoke the certificate of {day}", day=""))[:-1], "")
    reader.runs_by(reader.button("Show what this changes").click)
    said = plain(reader.page.get_by_role("alert").inner_text())
    assert said == plain(t("Say why: no correction is made without a reason."))
    reader.page.get_by_role("textbox", name=t("Reason"), exact=True).fill(WHY)
    reader.press("Show what this changes")
    assert number in reader.main()
    assert plain(t.say(SAID[Status.REVOKED])) in reader.main()
    assert server.study.enrolment(who).revoked_at is None, "only looked at"
    reader.press("Back, change nothing")
    expect(reader.page.get_by_role("textbox", name=t("Reason"), exact=True)).to_have_value(WHY)
    reader.press("Show what this changes")
    reader.press("Revoke the certificate")
    expect(reader.page.get_by_role("status")).to_contain_text(t.say(SAID[Status.REVOKED]))
    kinds = server.study.kinds(who)
    assert (kinds.count(Kind.REVOKED), kinds[-2:]) == (1, [Kind.REVOKED, Kind.ASSIGNED])
    assert server.study.enrolment(who).cycle == 2

    holder = new_reader(who, language)
    holder.go("/")
    assert plain(t("revoked on {day}", day=t.date(_revoked_on(server, who)))) in holder.main()
    assert f"/certificate/{number}.pdf" not in holder.html()
    holder.go("/record")
    for said in (WHY, server.cast(Role.HR).person.name, t("Certificate {number} was revoked.", number=number)):
        assert plain(said) in holder.html()

    with server.client(headers={"Accept-Language": language}) as anybody:
        page = anybody.get(f"/verify/{number}")
    assert page.status_code == 200
    assert plain(t("The certificate was revoked on {day}", day=t.date(_revoked_on(server, who)))) in plain(page.text)
    assert WHY not in page.text
    with server.client(who) as own:
        document = own.get(f"/certificate/{number}.pdf")
    assert (document.status_code, document.headers["content-type"]) == (410, "text/html; charset=utf-8")


def _revoked_on(server: Server, who: Principal) -> date:
    revoked = next(event for event in server.study.chain(who) if event.kind is Kind.REVOKED)
    return revoked.at.astimezone(ZoneInfo("Europe/Prague")).date()


@pytest.mark.browser
def test_what_somebody_else_corrected_meanwhile_is_said_and_nothing_is_done_twice(
    new_reader: NewReader, server: Server
) -> None:
    who = server.newcomer("Dvakrát Opravená")
    hr = replace(server.cast(Role.HR), roles=frozenset({Role.HR}))
    reader = new_reader(hr, "en")
    reader.go(f"/person?id={who.person.employee_id}")
    written_reason(reader, "Exempt the person", WHY)
    reader.press("Show what this changes")
    server.study.cards(who)
    reader.press("Exempt the person")
    said = "The record has changed since you looked; look again at what the correction would change."
    assert plain(reader.page.get_by_role("alert").inner_text()) == said
    assert Kind.EXEMPTED not in server.study.kinds(who)
    reader.press("Show what this changes")
    reader.press("Exempt the person")
    assert server.study.kinds(who).count(Kind.EXEMPTED) == 1
    learner = new_reader(who, "en")
    learner.go("/")
    assert learner.title() == "You need not take this course"


@pytest.mark.browser
def test_auditors_are_offered_no_correction_and_hr_none_of_their_own(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Jen Čtená")
    auditor = new_reader(server.cast(Role.AUDITOR), "en")
    auditor.go(f"/person?id={who.person.employee_id}")
    assert "Correct this record" not in auditor.main()
    hr = server.cast(Role.HR)
    own = new_reader(hr, "en")
    own.go(f"/person?id={hr.person.employee_id}")
    assert "Nobody corrects their own record" in own.main()
    assert own.page.get_by_test_id("stRadioOption").count() == 0


# From the command line


Run = Callable[..., Result]


@pytest.fixture
def run(
    study: Study,
    learner: Principal,
    hr: Principal,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Run]:
    """Corrects in HR's name, over a database in which the learner has the course since an hour ago."""
    study.now = datetime.now(UTC) - timedelta(hours=1)
    study.assign(learner, hr, due_on=study.now.date() + timedelta(days=30))
    monkeypatch.setenv("KODEX_DATABASE_URL", database_url)
    monkeypatch.setenv("KODEX_SECRET", "only-for-tests-only-for-tests-only-for-tests")
    monkeypatch.setenv("KODEX_CHECKPOINT_KEY", str(tmp_path / "checkpoint.key"))
    house.installation.cache_clear()

    def ran(command: str, *arguments: str, by: str = hr.person.employee_id, yes: bool = True) -> Result:
        about = ["--reason", WHY, "--by", by, *(["--yes"] if yes else [])]
        result = CliRunner().invoke(application.app, ["record", command, *arguments, *about])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    yield ran
    if house.installation.cache_info().currsize:
        house.installation().database.close()
    house.installation.cache_clear()


def test_the_commands_void_exempt_record_an_equivalent_and_revoke(study: Study, learner: Principal, run: Run) -> None:
    number = learner.person.employee_id
    study.cards(learner)
    study.attempt(learner, right=0)
    for command, arguments, kind in (
        ("void", [number, "--attempt", "1"], Kind.CORRECTED),
        ("exempt", [number, "--until", "2099-01-01"], Kind.EXEMPTED),
        ("void", [number, "--exemption"], Kind.CORRECTED),
        ("equivalent", [number, "--what", "Course of the parent company", "--on", "2026-01-31"], Kind.EXEMPTED),
        ("void", [number, "--exemption"], Kind.CORRECTED),
    ):
        result = run(command, *arguments)
        assert result.exit_code == 0, result.output
        event = study.chain(learner)[-1]
        assert (event.kind, event.body["through"]) == (kind, f"manage.py record {command}")
    study.attempt(learner)
    certificate = study.sign(learner).certificate_no or ""
    result = run("revoke", certificate.lower(), "--due-in", "7")
    assert result.exit_code == 0, result.output
    assert certificate in result.output
    assert study.enrolment(learner).due_on == house.installation().today(house.now()) + timedelta(days=7)
    assert_sound(study)


def test_a_command_that_nobody_agrees_to_changes_nothing(study: Study, learner: Principal, run: Run) -> None:
    before = study.chain(learner)
    result = run("exempt", learner.person.employee_id, yes=False)
    assert result.exit_code == 1
    assert application.t("The course need not be taken. No certificate is issued.") in result.output
    assert study.chain(learner) == before


@pytest.mark.parametrize(
    ("command", "arguments", "by", "says"),
    [
        ("exempt", ["nobody"], "3001", "There is nobody with the employee number {id}."),
        ("exempt", ["2003"], "3002", "{id} is nobody of human resources. Nothing was changed."),
        ("exempt", ["2003"], "nobody", "{id} is nobody of human resources. Nothing was changed."),
        ("exempt", ["3001"], "3001", "Whoever is named by --by may not correct this record. Nothing was changed."),
        ("exempt", ["2003", "--course", "none"], "3001", "There is nothing like that to correct in this record."),
        ("void", ["2003", "--attempt", "1"], "3001", "There is nothing like that to correct in this record."),
        ("void", ["2003"], "3001", "Give --attempt or --exemption."),
        ("revoke", ["KX-1"], "3001", "There is no certificate {number}."),
        ("exempt", ["2003", "--until", "2020-01-01"], "3001", "The last day of an exemption cannot be in the past."),
    ],
)
def test_a_command_without_sense_says_so_and_changes_nothing(
    study: Study, learner: Principal, hr: Principal, run: Run, command: str, arguments: list[str], by: str, says: str
) -> None:
    before = (study.chain(learner), study.chain(hr))
    result = run(command, *arguments, by=by)
    assert result.exit_code == 1
    beginning = max(plain(application.t(says)).split("{id}"), key=len).split("{number}")[0].strip()
    first_sentence = beginning.split(". ")[0]
    assert first_sentence in plain(result.output)
    assert (study.chain(learner), study.chain(hr)) == before
