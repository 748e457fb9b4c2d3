"""Silence: a working day on which letters were tried and none went, or nobody looked."""

from datetime import date, timedelta

import pytest
from letters import MailServer
from reminding import Reminding
from serving import free_port

from people.access import Principal
from progress.reminding import silence
from progress.reminding.silence import Looked, silent_days
from progress.reminding.working_days import EVERYWHERE

MONDAY = date(2026, 3, 2)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("looked", "today", "silent"),
    [
        ({}, WEDNESDAY, []),
        ({MONDAY: Looked(3, 3)}, TUESDAY, []),
        ({MONDAY: Looked(0, 0)}, TUESDAY, []),
        ({MONDAY: Looked(3, 0)}, TUESDAY, [MONDAY]),
        ({MONDAY: Looked(3, 0)}, MONDAY, []),
        ({MONDAY: Looked(3, 3)}, WEDNESDAY, [TUESDAY]),
        ({MONDAY: Looked(3, 0), TUESDAY: Looked(3, 1)}, WEDNESDAY, []),
        ({MONDAY - timedelta(days=3): Looked(1, 1)}, MONDAY, []),
    ],
)
def test_silent_days(looked: dict[date, Looked], today: date, silent: list[date]) -> None:
    assert silent_days(looked, EVERYWHERE, today) == silent


def test_a_dead_server_is_silence_until_letters_go_again(
    reminding: Reminding, mail_server: MailServer, learner: Principal
) -> None:
    def silent() -> list[date]:
        with reminding.study.database.reading() as connection:
            return silence.read(connection, EVERYWHERE, WEDNESDAY)

    reminding.study.assign(learner)
    reminding.port = free_port()
    reminding.run(MONDAY)
    reminding.run(TUESDAY)
    assert silent() == [MONDAY, TUESDAY]
    reminding.port = mail_server.port
    reminding.run(WEDNESDAY)
    assert silent() == []
