"""A certificate as an Open Badge 3.0: by the published schema."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from badge_of_one import decoded
from surroundings import HOME

from progress.completion.certificates import Certificate
from progress.documents.open_badge import Place, credential, keys, signed
from progress.record.signing import Key

PUBLISHED = HOME / "tests" / "published" / "open-badges-3.0"

SCHEMA = PUBLISHED / "ob_v3p0_achievementcredential_schema.json"


def faults(badge: dict[str, Any]) -> list[str]:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    checker = jsonschema.Draft201909Validator(schema, format_checker=jsonschema.FormatChecker())
    return [f"{'/'.join(map(str, fault.path))}: {fault.message}" for fault in checker.iter_errors(badge)]


# The published schema


def test_the_schema_is_the_published_one() -> None:
    said = hashlib.sha256(SCHEMA.read_bytes()).hexdigest()
    assert said in (PUBLISHED / "NOTICE.md").read_text("utf-8")
    assert json.loads(SCHEMA.read_text("utf-8"))["$id"].startswith("https://purl.imsglobal.org/spec/ob/v3p0/")


def test_a_badge_keeps_the_schema(certificate: Certificate, place: Place, key: Key) -> None:
    assert faults(credential(certificate, place)) == []
    assert faults(decoded(signed(certificate, place, key), keys(key.verifiers, place))) == []


def test_one_from_before_words_were_kept_keeps_the_schema(certificate: Certificate, place: Place) -> None:
    assert faults(credential(replace(certificate, template=None, printed=None), place)) == []


@pytest.mark.parametrize("name", ["@context", "id", "type", "credentialSubject", "issuer", "validFrom"])
def test_a_badge_that_lacks_something_breaks_the_schema(certificate: Certificate, place: Place, name: str) -> None:
    badge = credential(certificate, place)
    del badge[name]
    assert faults(badge)
