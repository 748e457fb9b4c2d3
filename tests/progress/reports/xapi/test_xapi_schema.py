"""xAPI statements by the published schema."""

import hashlib
from zoneinfo import ZoneInfo

import pytest
from cmi5_rules import Statement
from studying import Study
from telling_stores import PUBLISHED, published, told

from progress.reports.xapi import Actor


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
