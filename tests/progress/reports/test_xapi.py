"""xAPI statements by cmi5's rules, each of which can be broken; the same record gives the same statements."""

import hashlib
import json
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import cmi5_rules
import pytest
from cmi5_rules import CMI5, COMPLETED, MASTERY, MOVEON, PASSED, REASON, SESSION, WAIVED, Statement, extension, verb
from conftest import HOME, TODAY, Study, leaves
from jsonschema import Draft4Validator, FormatChecker
from telling import BASE, correct, namer, revoke, seq_of

from people import history
from people.access import OPERATOR, Act, Principal
from progress.completion.corrections import What
from progress.completion.fold import rebuild
from progress.completion.rules import Status
from progress.personal.erasure import erase
from progress.record.chains import Kind
from progress.reports.as_of import as_of, end_of
from progress.reports.lists import Selection
from progress.reports.xapi import Actor, Withdrawal, statements, withdrawals

PUBLISHED = HOME / "tests" / "published" / "xapi-1.0.1"
COMMITTED = f"{BASE}/xapi/verb/committed"


def told(
    study: Study,
    zone: ZoneInfo,
    selection: Selection | None = None,
    actor: Actor = Actor.PSEUDONYM,
    day: date = TODAY,
    today: date = TODAY,
) -> list[Statement]:
    """As they stand in a file."""
    with as_of(study.database, OPERATOR, Act.SEE_CERTIFICATIONS, day, today, zone) as connection:
        chosen = selection or Selection(every_cycle=True)
        found = list(statements(connection, OPERATOR, chosen, day, end_of(day, zone), namer(study, actor)))
    loaded: list[Statement] = json.loads(json.dumps(found))
    return loaded


def withdrawn(study: Study, zone: ZoneInfo, day: date = TODAY) -> list[Withdrawal]:
    with study.database.snapshot() as connection:
        return list(withdrawals(connection, end_of(day, zone), namer(study)))


def of_verb(found: list[Statement], wanted: str) -> list[Statement]:
    return [each for each in found if verb(each) == wanted]


@pytest.fixture
def busy(assigned: Study, learner: Principal, manager: Principal, outsider: Principal, hr: Principal) -> Study:
    """One passed at the second try and is certified, one did something elsewhere, one is exempt for a while."""
    assigned.cards(learner)
    assigned.attempt(learner, right=5)
    assigned.attempt(learner, right=9)
    assigned.sign(learner, "en")
    correct(assigned, hr, manager, What.EQUIVALENT, equivalent="The group's own course", done_on=TODAY)
    correct(assigned, hr, outsider, What.EXEMPT, until=date(2026, 9, 30))
    return assigned


# The rules


def test_what_is_told_breaks_no_rule(busy: Study, zone: ZoneInfo) -> None:
    found = told(busy, zone)
    assert cmi5_rules.broken(found) == set()
    assert sorted(map(verb, found)) == sorted([PASSED, COMMITTED, COMPLETED, WAIVED, WAIVED])
    assert [each for each in found if not cmi5_rules.is_defined(each)] == of_verb(found, COMMITTED)


Change = Callable[[list[Statement]], object]


def first(found: list[Statement], wanted: str) -> Statement:
    return of_verb(found, wanted)[0]


def again(wanted: str, **differently: Any) -> Change:
    """The same once more, as another statement."""

    def change(found: list[Statement]) -> None:
        copied = deepcopy(first(found, wanted))
        found.append({**copied, "id": "11111111-1111-4111-8111-111111111111", **differently})

    return change


BREAKING: dict[str, Change] = {
    "9.1 the id is a UUID": lambda all_: all_[0].update(id="1"),
    "9.2 the actor is an Agent with an account": lambda all_: all_[0].update(
        actor={"objectType": "Agent", "mbox": "mailto:lenka@example.com", "account": all_[0]["actor"]["account"]}
    ),
    "9.4 the object is an activity with a whole IRI": lambda all_: all_[0]["object"].update(id="customer-privacy"),
    "8.1.5 the activity's id is not the publisher's": lambda all_: all_[0]["object"].update(
        id=all_[0]["context"]["contextActivities"]["grouping"][0]["id"]
    ),
    "9.6.1 the registration is a UUID": lambda all_: all_[0]["context"].update(registration="1"),
    "9.6.2.3 the publisher's id is in grouping": lambda all_: all_[0]["context"]["contextActivities"].pop("grouping"),
    "9.6.3.1 there is a session id": lambda all_: all_[0]["context"]["extensions"].pop(SESSION),
    "9.7 the timestamp is in UTC": lambda all_: all_[0].update(timestamp="2026-03-02T10:00:00+01:00"),
    "9.3 the verb is one of cmi5's": lambda all_: first(all_, PASSED)["verb"].update(id=f"{BASE}/xapi/verb/mastered"),
    "9.3.4 who passed has reached the mastery score": lambda all_: first(all_, PASSED)["result"]["score"].update(
        scaled=0.79
    ),
    "9.5.1 only passed and failed have a score": lambda all_: first(all_, COMPLETED)["result"].update(
        score={"scaled": 1}
    ),
    "9.5.1 the scaled score is between 0 and 1": lambda all_: first(all_, PASSED)["result"]["score"].update(
        scaled=90
    ),
    "9.5.1 the raw score is between its bounds": lambda all_: first(all_, PASSED)["result"]["score"].pop("max"),
    "9.5.2 success is said of passed and waived": lambda all_: first(all_, COMPLETED)["result"].update(success=True),
    "9.5.3 completion is said of completed and waived": lambda all_: first(all_, WAIVED)["result"].pop("completion"),
    "9.5.4 passed and completed say how long it took": lambda all_: first(all_, COMPLETED)["result"].update(
        duration="754"
    ),
    "9.5.5.2 waived, and it alone, says why": lambda all_: first(all_, WAIVED)["result"]["extensions"].update(
        {REASON: "Because"}
    ),
    "9.6.2.2 moveOn stands with success or completion": lambda all_: first(all_, PASSED)["context"][
        "contextActivities"
    ].update(category=[{"id": CMI5}]),
    "9.6.3.2 the mastery score is a decimal": lambda all_: first(all_, PASSED)["context"]["extensions"].update(
        {MASTERY: 80}
    ),
    "9.6.2.2 moveOn stands with nothing else": lambda all_: first(all_, COMMITTED)["context"][
        "contextActivities"
    ].update(category=[{"id": MOVEON}]),
    "7.1.3 what is only allowed has no verb of moving on": lambda all_: first(all_, COMPLETED)["context"][
        "contextActivities"
    ].pop("category"),
    "9.1 no id stands twice": lambda all_: all_.append(deepcopy(all_[0])),
    "9.3 passed once in a registration": again(PASSED),
    "9.3 completed once in a registration": again(COMPLETED),
    "9.3 waived once in a registration": again(WAIVED),
    "9.3 no verb twice in a session": again(COMPLETED),
    "9.3.7 waived has a session of its own": lambda all_: first(all_, WAIVED)["context"]["extensions"].update(
        {SESSION: extension(first(all_, PASSED), SESSION)}
    ),
    "8.1.4 a registration is one person's": lambda all_: first(all_, WAIVED)["context"].update(
        registration=first(all_, PASSED)["context"]["registration"]
    ),
}


def test_each_rule_can_be_broken(busy: Study, zone: ZoneInfo) -> None:
    sound = told(busy, zone)
    assert set(BREAKING) == cmi5_rules.RULES
    for name, change in BREAKING.items():
        found = deepcopy(sound)
        change(found)
        assert name in cmi5_rules.broken(found), name


# The published schema


@cache
def published() -> Draft4Validator:
    """Its references name ids of their own, as draft 4 could; they are followed here by where they stand."""
    schema = json.loads((PUBLISHED / "1.0.1.json").read_text("utf-8"))
    places: dict[str, str] = {}

    def note(node: Any, place: str) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("id"), str):
                places[node["id"]] = place
            for name, each in node.items():
                note(each, f"{place}/{name}")

    def followed(node: Any) -> Any:
        if isinstance(node, list):
            return [followed(each) for each in node]
        if not isinstance(node, dict):
            return node
        kept = {name: each for name, each in node.items() if not (name == "id" and isinstance(each, str))}
        return {name: places[each] if name == "$ref" else followed(each) for name, each in kept.items()}

    note(schema, "#")
    formats = FormatChecker(formats=[])
    for name, pattern in json.loads((PUBLISHED / "formats.json").read_text("utf-8")).items():
        compiled = re.compile(pattern)
        formats.checks(name)(lambda value, found=compiled: not isinstance(value, str) or bool(found.search(value)))
    whole = {"$ref": places["#statement"], "properties": followed(schema["properties"])}
    return Draft4Validator(whole, format_checker=formats)


@pytest.mark.parametrize("file", ["1.0.1.json", "formats.json"])
def test_the_schema_is_the_published_one(file: str) -> None:
    said = hashlib.sha256((PUBLISHED / file).read_bytes()).hexdigest()
    assert said in (PUBLISHED / "NOTICE.md").read_text("utf-8")


@pytest.mark.parametrize("actor", Actor)
def test_what_is_told_is_valid_by_the_published_schema(busy: Study, zone: ZoneInfo, actor: Actor) -> None:
    for each in told(busy, zone, actor=actor):
        assert [error.message for error in published().iter_errors(each)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"id": "1"},
        {"timestamp": "yesterday"},
        {"verb": {"id": "passed"}},
        {"extra": 1},
        {"result": {"duration": "1"}},
    ],
)
def test_the_published_schema_refuses_what_is_wrong(busy: Study, zone: ZoneInfo, change: Statement) -> None:
    assert not published().is_valid({**told(busy, zone)[0], **change})


# What is told


def test_who_passed_is_told_with_score_and_time(busy: Study, zone: ZoneInfo, learner: Principal) -> None:
    (passed,) = of_verb(told(busy, zone), PASSED)
    assert passed["result"] == {
        "score": {"scaled": 0.9, "raw": 90, "min": 0, "max": 100},
        "success": True,
        "duration": "PT3M20S",
    }
    assert extension(passed, MASTERY) == 0.8
    at = busy.enrolment(learner).passed_at
    assert datetime.fromisoformat(passed["timestamp"]) == at


def test_how_long_it_took_leaves_pauses_out(assigned: Study, learner: Principal, zone: ZoneInfo) -> None:
    assigned.cards(learner)
    assigned.later(hours=3)
    assigned.attempt(learner)
    assigned.sign(learner)
    acts = [each for each in assigned.chain(learner) if each.kind not in {Kind.ASSIGNED, Kind.CERTIFIED}]
    gaps = [(after.at - before.at) for before, after in pairwise(acts)]
    worked = sum((each for each in gaps if each < timedelta(hours=3)), timedelta())
    (completed,) = of_verb(told(assigned, zone), COMPLETED)
    minutes, seconds = divmod(int(worked.total_seconds()), 60)
    assert completed["result"]["duration"] == f"PT{minutes}M" + (f"{seconds}S" if seconds else "")
    assert max(gaps) > timedelta(hours=3)


def test_who_did_something_elsewhere_is_waived_for_that(busy: Study, zone: ZoneInfo) -> None:
    waived = of_verb(told(busy, zone), WAIVED)
    reasons = [each["result"]["extensions"][REASON] for each in waived]
    assert sorted(reasons) == ["Administrative", "Equivalent Outside Activity"]
    until = [extension(each, f"{BASE}/xapi/extension/valid-until") for each in waived]
    assert sorted(until, key=str) == ["2026-09-30", None]


def test_the_commitment_is_told_with_the_text_that_was_signed(busy: Study, zone: ZoneInfo) -> None:
    (committed,) = of_verb(told(busy, zone), COMMITTED)
    assert extension(committed, f"{BASE}/xapi/extension/commitment-sha256") == busy.course.commitment_sha256
    assert committed["object"]["id"] == f"{BASE}/xapi/course/{busy.course.id}/commitment"
    assert committed["context"]["language"] == "en"
    assert "result" not in committed


def test_who_is_on_the_way_is_not_told_of(assigned: Study, learner: Principal, zone: ZoneInfo) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=5)
    assert told(assigned, zone) == []


# Who


def test_people_are_known_by_a_pseudonym_unless_it_is_asked_otherwise(
    busy: Study, zone: ZoneInfo, learner: Principal
) -> None:
    said = json.dumps(told(busy, zone), ensure_ascii=False)
    number = str(busy.enrolment(learner).certificate_no)
    person = learner.person
    for private in (learner.key, person.name, person.email, person.unit, f'"{person.employee_id}"', number):
        assert private not in said
    name = {each["actor"]["account"]["name"] for each in told(busy, zone, actor=Actor.EMPLOYEE_ID)}
    assert person.employee_id in name


def test_nothing_ties_the_pseudonym_to_the_employee_number(busy: Study, zone: ZoneInfo) -> None:
    """Who sends to a store both ways tells it twice, and not that it was the same person."""
    by_number, by_pseudonym = told(busy, zone, actor=Actor.EMPLOYEE_ID), told(busy, zone)
    for found in (
        lambda each: each["id"],
        lambda each: each["context"]["registration"],
        lambda each: extension(each, SESSION),
    ):
        assert {found(each) for each in by_number}.isdisjoint(found(each) for each in by_pseudonym)


def test_nothing_is_told_of_whoever_has_nothing_assigned(busy: Study, zone: ZoneInfo, director: Principal) -> None:
    for actor in Actor:
        said = json.dumps(told(busy, zone, Selection(every_cycle=True), actor))
        assert director.key not in said
        assert director.person.employee_id not in said
    assert told(busy, zone, Selection(status=Status.NOTHING_ASSIGNED)) == []


def test_nothing_is_told_of_whoever_was_erased(busy: Study, zone: ZoneInfo, learner: Principal) -> None:
    name = of_verb(told(busy, zone), PASSED)[0]["actor"]["account"]["name"]
    erase(busy.database, learner.person.employee_id, "Asked for in writing", "tests", busy.now)
    for actor in Actor:
        for selection in (Selection(), Selection(leavers=True, every_cycle=True)):
            said = json.dumps(told(busy, zone, selection, actor))
            assert name not in said
            assert learner.key not in said


def test_who_left_is_told_of_when_asked(busy: Study, zone: ZoneInfo, learner: Principal) -> None:
    leaves(busy.database, learner)
    assert of_verb(told(busy, zone), PASSED) == []
    assert len(of_verb(told(busy, zone, Selection(leavers=True)), PASSED)) == 1


# Again


def test_the_same_record_gives_the_same_statements(busy: Study, zone: ZoneInfo) -> None:
    before = told(busy, zone)
    with busy.database.writing() as connection:
        rebuild(connection)
    assert told(busy, zone) == before


def test_a_course_that_is_taken_anew_is_another_registration(
    busy: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    revoke(busy, hr, learner, due_on=date(2026, 4, 30))
    busy.certify(learner)
    found = told(busy, zone)
    assert cmi5_rules.broken(found) == set()
    assert len({each["context"]["registration"] for each in of_verb(found, COMMITTED)}) == 2


def test_only_the_latest_cycle_is_told_unless_asked(
    busy: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    revoke(busy, hr, learner, due_on=date(2026, 4, 30))
    assert of_verb(told(busy, zone, Selection()), COMMITTED) == []
    assert len(of_verb(told(busy, zone), COMMITTED)) == 1


# What does not hold any more


def ids(found: list[Statement]) -> set[str]:
    return {each["id"] for each in found}


def test_a_revoked_certificate_withdraws_passed_and_completed(
    busy: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    before = told(busy, zone)
    assert withdrawn(busy, zone) == []
    revoke(busy, hr, learner)
    after = told(busy, zone)
    gone = [each for each in before if each["id"] not in ids(after)]
    assert {verb(each) for each in gone} == {PASSED, COMPLETED}
    found = withdrawn(busy, zone)
    assert {each.statement_id for each in found} == ids(gone)
    for each in found:
        voiding = json.loads(json.dumps(each.voiding))
        assert [error.message for error in published().iter_errors(voiding)] == []
        assert voiding["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
        assert voiding["object"] == {"objectType": "StatementRef", "id": each.statement_id}
        assert datetime.fromisoformat(voiding["timestamp"]) == busy.now


def test_a_voided_attempt_is_withdrawn_and_the_next_one_is_another_statement(
    assigned: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    before = told(assigned, zone)
    correct(assigned, hr, learner, What.VOID_ATTEMPT, seq=seq_of(assigned, learner, Kind.ATTEMPT_STARTED))
    assert told(assigned, zone) == []
    assert {each.statement_id for each in withdrawn(assigned, zone)} == ids(before)
    assigned.attempt(learner)
    after = told(assigned, zone)
    assert [verb(each) for each in after] == [PASSED]
    assert ids(after).isdisjoint(ids(before))
    assert {each.statement_id for each in withdrawn(assigned, zone)} == ids(before)


def test_a_voided_exemption_is_withdrawn(busy: Study, zone: ZoneInfo, outsider: Principal, hr: Principal) -> None:
    before = told(busy, zone)
    correct(busy, hr, outsider, What.VOID_EXEMPTION, seq=seq_of(busy, outsider, Kind.EXEMPTED))
    gone = ids(before) - ids(told(busy, zone))
    assert len(gone) == 1
    assert {each.statement_id for each in withdrawn(busy, zone)} == gone


def test_a_failed_attempt_that_is_voided_withdraws_nothing(
    assigned: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=5)
    correct(assigned, hr, learner, What.VOID_ATTEMPT, seq=seq_of(assigned, learner, Kind.ATTEMPT_STARTED))
    assert withdrawn(assigned, zone) == []


def test_as_of_an_earlier_day_it_is_told_as_it_was_known_then(
    busy: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    with busy.database.writing() as connection:
        history.keep(connection, history.BEFORE_EVERYTHING)
    before = told(busy, zone)
    tomorrow = TODAY + timedelta(days=1)
    busy.later(days=1)
    revoke(busy, hr, learner, today=tomorrow)
    assert told(busy, zone, day=TODAY, today=tomorrow) == before
    assert withdrawn(busy, zone) == []
    assert len(withdrawn(busy, zone, tomorrow)) == 2


def test_what_was_withdrawn_later_is_not_yet_as_of_an_earlier_day(
    assigned: Study, zone: ZoneInfo, learner: Principal, hr: Principal
) -> None:
    assigned.cards(learner)
    assigned.attempt(learner)
    correct(assigned, hr, learner, What.VOID_ATTEMPT, seq=seq_of(assigned, learner, Kind.ATTEMPT_STARTED))
    assigned.attempt(learner)
    assigned.sign(learner)
    tomorrow = TODAY + timedelta(days=1)
    assigned.later(days=1)
    revoke(assigned, hr, learner, today=tomorrow)
    assert len(withdrawn(assigned, zone)) == 1
    assert len(withdrawn(assigned, zone, tomorrow)) == 3
