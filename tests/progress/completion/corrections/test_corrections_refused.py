"""Corrections that cannot be made."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cast import TODAY, leaves
from correcting import IN_TWO_WEEKS, WHY, Wishes, assert_sound, corrected, offered, refusal
from studying import Study

from people.access import Principal
from progress.completion import corrections
from progress.completion.corrections import LONGEST_REASON, NotCorrectedError, What, Wish
from progress.completion.rules import Status
from progress.personal.erasure import erase


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
    assert refusal(assigned, learner, hr, attempt) == "This does not count any more already."
    corrected(assigned, learner, hr, exempt)
    exemption = wishes(What.VOID_EXEMPTION)
    assert refusal(assigned, learner, hr, exempt) == "There is an exemption already. Void it first."
    corrected(assigned, learner, hr, exemption)
    assert refusal(assigned, learner, hr, exemption) == "This does not count any more already."
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
        corrections.look(assigned.database, hr, learner.key, wish, None, TODAY)
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
