"""Whatever a mail server does, no letter is lost and none goes twice, and a run ends."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from failing_servers import CUT, HANG, STEPS, FailingServer
from letters import MailServer
from reminding import Reminding, taken, to
from sqlalchemy import update

import mail
from people.access import Principal
from people.directory import people
from progress.record.chains import Kind
from progress.reminding.ledger import LetterState
from progress.reminding.sending import MOST_IN_A_ROW

MONDAY = date(2026, 3, 2)
Fail = Callable[..., FailingServer]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fail]:
    """Starts servers that fail, for which nobody waits long."""
    monkeypatch.setattr(mail, "PATIENCE", 0.3)
    servers: list[FailingServer] = []

    def start(**answers: str) -> FailingServer:
        servers.append(FailingServer(answers))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def letters_to(reminding: Reminding, who: Principal) -> list[LetterState]:
    return [each.state for each in reminding.ledger() if each.key.person_key == who.key]


def reminded(reminding: Reminding, who: Principal) -> int:
    return reminding.study.kinds(who).count(Kind.REMINDED)


BEFORE_THE_END = [(step, answer) for step in STEPS[:-1] for answer in ("451 later", CUT, HANG)]
BEFORE_THE_END += [("end", "451 later"), ("mail", "550 not you"), ("greeting", "554 no"), ("ehlo", "550 no")]


@pytest.mark.parametrize(("step", "answer"), BEFORE_THE_END)
def test_what_was_surely_not_taken_goes_later(
    reminding: Reminding, mail_server: MailServer, learner: Principal, failing: Fail, step: str, answer: str
) -> None:
    reminding.study.assign(learner)
    well, reminding.port = reminding.port, failing(**{step: answer}).port
    reminding.run(MONDAY)
    assert letters_to(reminding, learner) == [LetterState.DUE]
    assert reminded(reminding, learner) == 0
    reminding.port = well
    reminding.run(MONDAY)
    assert to(taken(mail_server)).count(learner.person.email) == 1
    assert letters_to(reminding, learner) == [LetterState.SENT]
    assert reminded(reminding, learner) == 1


@pytest.mark.parametrize("answer", [CUT, HANG])
def test_what_may_have_been_taken_is_not_sent_again(
    reminding: Reminding, mail_server: MailServer, learner: Principal, failing: Fail, answer: str
) -> None:
    reminding.study.assign(learner)
    well, server = reminding.port, failing(end=answer)
    reminding.port = server.port
    reminding.run(MONDAY)
    mine = [each for each in server.taken if learner.person.email.encode() in each]
    assert len(mine) == 1
    assert letters_to(reminding, learner) == [LetterState.UNKNOWN]
    reminding.port = well
    reminding.run(MONDAY)
    assert learner.person.email not in to(taken(mail_server))
    assert reminded(reminding, learner) == 0
    [line] = [each for each in reminding.ledger() if each.key.person_key == learner.key]
    assert (line.message_id or "-").encode() in mine[0]


@pytest.mark.parametrize("step", ["rcpt", "end"])
def test_a_refused_letter_keeps_the_servers_words_without_the_address(
    reminding: Reminding, learner: Principal, failing: Fail, step: str
) -> None:
    reminding.study.assign(learner)
    reminding.port = failing(**{step: f"550 5.1.1 <{learner.person.email}> is unknown"}).port
    reminding.run(MONDAY)
    [line] = [each for each in reminding.ledger() if each.key.person_key == learner.key]
    assert (line.state, line.said) == (LetterState.REFUSED, "550 5.1.1 … is unknown")
    assert reminded(reminding, learner) == 0


def test_a_dead_server_ends_the_run_and_holds_up_nobody(
    reminding: Reminding, learner: Principal, manager: Principal, outsider: Principal, failing: Fail
) -> None:
    reminding.study.assign(learner, manager, outsider)
    server = failing(greeting=CUT)
    reminding.port = server.port
    result = reminding.run(MONDAY)
    assert result.is_server_dead
    assert server.connections == MOST_IN_A_ROW
    assert len(reminding.paused) == MOST_IN_A_ROW - 1
    assert set(reminding.states()) == {LetterState.DUE}
    assert result.of(LetterState.DUE) == sum(reminding.states().values()) > MOST_IN_A_ROW


def test_nobody_without_an_address_holds_up_the_others(
    reminding: Reminding, mail_server: MailServer, learner: Principal, outsider: Principal
) -> None:
    with reminding.study.database.writing() as connection:
        connection.execute(update(people).where(people.c.person_key == learner.key).values(email=""))
    reminding.study.assign(learner, outsider)
    reminding.run(MONDAY)
    assert letters_to(reminding, learner) == [LetterState.REFUSED]
    assert outsider.person.email in to(taken(mail_server))
