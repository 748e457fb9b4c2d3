"""What xAPI statements say, and of whom."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from cmi5_rules import COMPLETED, MASTERY, PASSED, REASON, WAIVED, extension, verb
from studying import Study
from telling import BASE
from telling_stores import COMMITTED, of_verb, told

from people.access import Principal
from progress.record.chains import Kind


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


def test_refreshers_change_no_statement(busy: Study, zone: ZoneInfo, learner: Principal) -> None:
    busy.later(days=31)
    day = busy.now.date()
    before = told(busy, zone, day=day, today=day)
    assert COMPLETED in {verb(each) for each in before}
    busy.refresh(learner, right=False)
    assert busy.chain(learner)[-1].kind is Kind.REFRESHED
    assert told(busy, zone, day=day, today=day) == before


def test_who_is_on_the_way_is_not_told_of(assigned: Study, learner: Principal, zone: ZoneInfo) -> None:
    assigned.cards(learner)
    assigned.attempt(learner, right=5)
    assert told(assigned, zone) == []
