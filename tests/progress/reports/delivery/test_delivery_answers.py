"""Answers of a store that say nothing of what it has taken."""

from uuid import uuid5

import pytest
from sending import SPACE, Sending, made
from stores import Raw

from progress.reports.delivery import Delivered

ONE, TWO = (each["id"] for each in made(2))

SAYING_NOTHING = [
    "200 <html>Sign in to the network</html>",
    "200 ",
    "200 null",
    "200 {}",
    '200 {"ok": true}',
    "200 []",
    f'200 ["{ONE}"]',
    f'200 ["{ONE}", "{ONE}"]',
    f'200 ["{ONE}", "{TWO}", "{uuid5(SPACE, "x")}"]',
    f'200 ["{ONE}", "{uuid5(SPACE, "x")}"]',
    f'200 [["{ONE}"], {{"id": "{TWO}"}}]',
    f'"{ONE}"',
    f'201 ["{ONE}", "{TWO}"]',
    f'202 ["{ONE}", "{TWO}"]',
    "204 ",
]


@pytest.mark.parametrize("answer", SAYING_NOTHING)
def test_an_answer_that_does_not_list_what_was_sent_says_nothing(sending: Sending, answer: str) -> None:
    sending.lrs.failures = [answer, ""] if answer[:1].isdigit() else ["200 " + answer, ""]
    assert sending.send(made(2)) == Delivered(2, 0, 0)
    assert sending.is_whole(made(2))
    assert sending.waits == [1]


@pytest.mark.parametrize("answer", SAYING_NOTHING)
def test_whoever_never_lists_what_was_sent_has_taken_nothing(sending: Sending, answer: str) -> None:
    sending.lrs.failures = [answer if answer[:1].isdigit() else "200 " + answer] * 50
    assert "holds none of the statements" in sending.refused(made(2))
    assert sending.acknowledged() == set()
    assert len(sending.lrs.failures) > 40
    sending.lrs.failures = []
    sending.send(made(2))
    assert sending.is_whole(made(2))


@pytest.mark.parametrize("answer", ["kept 204", "kept 200 <html>", f'kept 200 ["{ONE}"]'])
def test_what_a_store_holds_is_asked_where_its_answer_does_not_list_it(sending: Sending, answer: str) -> None:
    sending.lrs.failures = [answer]
    assert sending.send(made(2)) == Delivered(2, 0, 0)
    assert sending.is_whole(made(2))
    assert sending.waits == []


@pytest.mark.parametrize("said", ["<html>Sign in to the network</html>", "", "[]", "{}", f'{{"id": "{ONE}x"}}'])
def test_somebody_in_between_who_answers_everything_takes_nothing(sending: Sending, said: str) -> None:
    sending.lrs.instead = 200, Raw(said)
    assert "no learning record store" in sending.refused(made(2))
    assert sending.acknowledged() == set()
    sending.lrs.instead = None
    sending.send(made(2))
    assert sending.is_whole(made(2))


def test_ids_in_capitals_are_the_same_ids(sending: Sending) -> None:
    sending.lrs.failures = [f'kept 200 ["{ONE.upper()}", "{TWO.upper()}"]']
    sending.send(made(2))
    assert sending.acknowledged() == {ONE, TWO}
    assert len(sending.lrs.asked) == 1
