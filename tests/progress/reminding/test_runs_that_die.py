"""A run that dies at any step, and two runs side by side: no letter goes twice, and what may have gone is said."""

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from letters import MailServer
from reminding import Reminding, taken, ten_on, to

from mail import Round
from people.access import Principal
from progress.record.chains import Kind
from progress.reminding import ledger, sending
from progress.reminding.ledger import LetterState

MONDAY = date(2026, 3, 2)


class Died(BaseException):
    """In place of a kill: nothing catches it."""


def dies(*_: object) -> None:
    raise Died


def mine(reminding: Reminding, who: Principal) -> list[LetterState]:
    return [each.state for each in reminding.ledger() if each.key.person_key == who.key]


@pytest.mark.parametrize(
    ("where", "name", "sent"),
    [
        (ledger, "enter", 1),
        (ledger, "claim", 1),
        (Round, "send", 0),
        (sending, "_note_sent", 0),
        (ledger, "settle_sent", 0),
    ],
)
def test_a_run_that_dies_sends_nothing_twice(
    reminding: Reminding,
    mail_server: MailServer,
    learner: Principal,
    where: object,
    name: str,
    sent: int,
) -> None:
    """`sent` letters go later: none, once it may have been taken."""
    reminding.study.assign(learner)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(where, name, dies)
        with pytest.raises(Died):
            reminding.run(MONDAY)
    before = to(taken(mail_server))
    reminding.study.now += ledger.LEASE + timedelta(minutes=1)
    reminding.run()
    reminding.run()
    after = to(taken(mail_server))
    assert max(Counter(before + after).values()) == 1
    states = Counter(each.state for each in reminding.ledger())
    assert states[LetterState.UNKNOWN] == 1 - sent
    assert states[LetterState.SENDING] == states[LetterState.DUE] == 0
    assert reminding.study.kinds(learner).count(Kind.REMINDED) == mine(reminding, learner).count(LetterState.SENT)


def test_a_claim_that_is_young_is_left_to_its_run(reminding: Reminding, learner: Principal) -> None:
    reminding.study.assign(learner)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Round, "send", dies)
        with pytest.raises(Died):
            reminding.run(MONDAY)
    reminding.study.now += timedelta(minutes=1)
    reminding.run()
    assert reminding.states()[LetterState.SENDING] == 1


def test_two_runs_side_by_side_send_each_letter_once(
    reminding: Reminding, mail_server: MailServer, learner: Principal, manager: Principal, outsider: Principal
) -> None:
    reminding.study.assign(learner, manager, outsider)
    reminding.study.now = ten_on(MONDAY)
    both = threading.Barrier(2)

    def run() -> None:
        both.wait()
        sending.run(reminding.sender())

    runs = [threading.Thread(target=run) for _ in range(2)]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    ids = [str(letter["Message-ID"]) for letter in taken(mail_server)]
    assert len(ids) == len(set(ids)) == reminding.states()[LetterState.SENT] == sum(reminding.states().values())
    for who in (learner, manager, outsider):
        assert reminding.study.kinds(who).count(Kind.REMINDED) == 1
