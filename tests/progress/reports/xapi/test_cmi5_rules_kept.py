"""xAPI statements by cmi5's rules, each of which can be broken."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any
from zoneinfo import ZoneInfo

import cmi5_rules
from cmi5_rules import CMI5, COMPLETED, MASTERY, MOVEON, PASSED, REASON, SESSION, WAIVED, Statement, extension, verb
from studying import Study
from telling import BASE
from telling_stores import COMMITTED, of_verb, told


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
