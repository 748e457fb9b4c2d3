"""xAPI statements of what people did."""

import json
import re
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from cast import TODAY
from cmi5_rules import Statement, verb
from jsonschema import Draft4Validator, FormatChecker
from studying import Study
from surroundings import HOME
from telling import BASE, namer

from people.access import OPERATOR, Act
from progress.reports.as_of import as_of, end_of
from progress.reports.lists import Selection
from progress.reports.xapi import Actor, statements

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


def of_verb(found: list[Statement], wanted: str) -> list[Statement]:
    return [each for each in found if verb(each) == wanted]


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
