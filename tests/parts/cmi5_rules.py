"""The rules of cmi5 (Quartz, 1st edition) for statements, by section: from the specification, not from our code."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

Statement = dict[str, Any]

DEFINED = {
    "http://adlnet.gov/expapi/verbs/launched",
    "http://adlnet.gov/expapi/verbs/initialized",
    "http://adlnet.gov/expapi/verbs/completed",
    "http://adlnet.gov/expapi/verbs/passed",
    "http://adlnet.gov/expapi/verbs/failed",
    "https://w3id.org/xapi/adl/verbs/abandoned",
    "https://w3id.org/xapi/adl/verbs/waived",
    "http://adlnet.gov/expapi/verbs/terminated",
    "https://w3id.org/xapi/adl/verbs/satisfied",
}
PASSED = "http://adlnet.gov/expapi/verbs/passed"
FAILED = "http://adlnet.gov/expapi/verbs/failed"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
WAIVED = "https://w3id.org/xapi/adl/verbs/waived"
CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVEON = "https://w3id.org/xapi/cmi5/context/categories/moveon"
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"
REASON = "https://w3id.org/xapi/cmi5/result/extensions/reason"
REASONS = {"Tested Out", "Equivalent AU", "Equivalent Outside Activity", "Administrative"}
DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")


def verb(statement: Statement) -> str:
    found: str = statement["verb"]["id"]
    return found


def result(statement: Statement) -> dict[str, Any]:
    found: dict[str, Any] = statement.get("result", {})
    return found


def score(statement: Statement) -> dict[str, Any]:
    found: dict[str, Any] = result(statement).get("score", {})
    return found


def activities(statement: Statement, kind: str) -> list[str]:
    return [each["id"] for each in statement["context"].get("contextActivities", {}).get(kind, [])]


def extension(statement: Statement, name: str) -> Any:
    return statement["context"].get("extensions", {}).get(name)


def is_defined(statement: Statement) -> bool:
    return CMI5 in activities(statement, "category")


def is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value.lower()
    except ValueError:
        return False


def is_iri(value: object) -> bool:
    return isinstance(value, str) and bool(urlsplit(value).scheme and urlsplit(value).netloc)


def is_utc(value: object) -> bool:
    if not isinstance(value, str):
        return False
    return datetime.fromisoformat(value).utcoffset() == timedelta(0)


def has_account(statement: Statement) -> bool:
    actor = statement["actor"]
    account = actor.get("account", {})
    others = {"mbox", "mbox_sha1sum", "openid"} & actor.keys()
    return (
        actor.get("objectType") == "Agent" and is_iri(account.get("homePage")) and bool(account.get("name"))
    ) and not others


def raw_is_between(statement: Statement) -> bool:
    found = score(statement)
    if "raw" not in found:
        return True
    values = [found.get(name) for name in ("min", "raw", "max")]
    return all(type(each) is int for each in values) and values == sorted(values)


def is_mastered(statement: Statement) -> bool:
    mastery, scaled = extension(statement, MASTERY), score(statement).get("scaled")
    return verb(statement) != PASSED or mastery is None or scaled is None or scaled >= mastery


def mastery_is_decimal(statement: Statement) -> bool:
    mastery = extension(statement, MASTERY)
    if mastery is None:
        # Whoever decides by a score says which one was needed.
        return not score(statement)
    return 0 <= mastery <= 1 and -Decimal(str(mastery)).normalize().as_tuple().exponent <= 4  # type: ignore[operator]


def flag(name: str, verbs: set[str]) -> Callable[[Statement], bool]:
    def holds(statement: Statement) -> bool:
        return result(statement).get(name) is (True if verb(statement) in verbs else None)

    return holds


OF_EACH: dict[str, Callable[[Statement], bool]] = {
    "9.1 the id is a UUID": lambda each: is_uuid(each["id"]),
    "9.2 the actor is an Agent with an account": has_account,
    "9.4 the object is an activity with a whole IRI": lambda each: is_iri(each["object"].get("id")),
    "8.1.5 the activity's id is not the publisher's": lambda each: (
        each["object"]["id"] not in activities(each, "grouping")
    ),
    "9.6.1 the registration is a UUID": lambda each: is_uuid(each["context"].get("registration")),
    "9.6.2.3 the publisher's id is in grouping": lambda each: any(map(is_iri, activities(each, "grouping"))),
    "9.6.3.1 there is a session id": lambda each: bool(extension(each, SESSION)),
    "9.7 the timestamp is in UTC": lambda each: is_utc(each.get("timestamp")),
}
"""Of every statement, defined by cmi5 or allowed."""

OF_DEFINED: dict[str, Callable[[Statement], bool]] = {
    "9.3 the verb is one of cmi5's": lambda each: verb(each) in DEFINED,
    "9.3.4 who passed has reached the mastery score": is_mastered,
    "9.5.1 only passed and failed have a score": lambda each: not score(each) or verb(each) in {PASSED, FAILED},
    "9.5.1 the scaled score is between 0 and 1": lambda each: 0 <= score(each).get("scaled", 0) <= 1,
    "9.5.1 the raw score is between its bounds": raw_is_between,
    "9.5.2 success is said of passed and waived": flag("success", {PASSED, WAIVED}),
    "9.5.3 completion is said of completed and waived": flag("completion", {COMPLETED, WAIVED}),
    "9.5.4 passed and completed say how long it took": lambda each: (
        verb(each) not in {PASSED, COMPLETED} or bool(DURATION.fullmatch(result(each).get("duration", "")))
    ),
    "9.5.5.2 waived, and it alone, says why": lambda each: (
        result(each).get("extensions", {}).get(REASON) in (REASONS if verb(each) == WAIVED else {None})
    ),
    "9.6.2.2 moveOn stands with success or completion": lambda each: (
        (MOVEON in activities(each, "category")) == bool({"success", "completion"} & result(each).keys())
    ),
    "9.6.3.2 the mastery score is a decimal": mastery_is_decimal,
}

OF_ALLOWED: dict[str, Callable[[Statement], bool]] = {
    "9.6.2.2 moveOn stands with nothing else": lambda each: MOVEON not in activities(each, "category"),
    "7.1.3 what is only allowed has no verb of moving on": lambda each: verb(each) not in {PASSED, COMPLETED, WAIVED},
}
"""The second is ours: a reader who counts by verb is not to count what is none of cmi5's."""


def once_in(statements: Sequence[Statement], wanted: str) -> bool:
    by_registration = Counter(each["context"]["registration"] for each in statements if verb(each) == wanted)
    return max(by_registration.values(), default=0) <= 1


def waived_stands_alone(statements: Sequence[Statement]) -> bool:
    sessions = Counter(extension(each, SESSION) for each in statements)
    return all(sessions[extension(each, SESSION)] == 1 for each in statements if verb(each) == WAIVED)


def one_actor(statements: Sequence[Statement]) -> bool:
    whose = {(each["context"]["registration"], each["actor"]["account"]["name"]) for each in statements}
    return len(whose) == len({registration for registration, _ in whose})


def no_verb_twice(statements: Sequence[Statement]) -> bool:
    said = Counter((extension(each, SESSION), verb(each)) for each in statements if is_defined(each))
    return max(said.values(), default=0) <= 1


OF_ALL: dict[str, Callable[[Sequence[Statement]], bool]] = {
    "9.1 no id stands twice": lambda all_: len({each["id"] for each in all_}) == len(all_),
    "9.3 passed once in a registration": lambda all_: once_in(all_, PASSED),
    "9.3 completed once in a registration": lambda all_: once_in(all_, COMPLETED),
    "9.3 waived once in a registration": lambda all_: once_in(all_, WAIVED),
    "9.3 no verb twice in a session": no_verb_twice,
    "9.3.7 waived has a session of its own": waived_stands_alone,
    "8.1.4 a registration is one person's": one_actor,
}

RULES = frozenset({*OF_EACH, *OF_DEFINED, *OF_ALLOWED, *OF_ALL})


def broken(statements: Iterable[Statement]) -> set[str]:
    """The names of the rules that these statements break."""
    return set(_broken(list(statements)))


def _broken(statements: list[Statement]) -> Iterator[str]:
    for each in statements:
        rules = OF_EACH | (OF_DEFINED if is_defined(each) else OF_ALLOWED)
        yield from (name for name, holds in rules.items() if not holds(each))
    yield from (name for name, holds in OF_ALL.items() if not holds(statements))
