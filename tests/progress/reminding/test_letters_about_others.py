"""On Mondays: one letter to a manager about the direct reports, one to HR about those who are overdue for long."""

from datetime import date, timedelta

from letters import MailServer
from reminding import Reminding, taken, text

from people.access import Principal

MONDAY = date(2026, 3, 2)


def letters_to(server: MailServer, who: Principal) -> list[str]:
    return [text(letter) for letter in taken(server) if letter["To"] == who.person.email]


def test_a_manager_gets_one_letter_a_week_about_direct_reports(
    reminding: Reminding, mail_server: MailServer, learner: Principal, manager: Principal, outsider: Principal
) -> None:
    reminding.study.assign(learner, outsider)
    found = []
    for days in range(8):
        reminding.run(MONDAY + timedelta(days=days))
        found += letters_to(mail_server, manager)
    assert len(found) == 2
    assert "– Lenka Šťastná: " in found[0]
    assert outsider.person.name not in found[0]
    assert found[0].count("https://") == 1
    assert "https://kodex.example.com/team" in found[0]


def test_a_manager_whose_people_are_done_gets_none(
    reminding: Reminding, mail_server: MailServer, learner: Principal, manager: Principal
) -> None:
    reminding.study.assign(learner)
    reminding.study.certify(learner)
    reminding.run(MONDAY)
    assert letters_to(mail_server, manager) == []


def test_nobody_on_leave_is_in_a_managers_letter(
    reminding: Reminding, mail_server: MailServer, learner: Principal, manager: Principal
) -> None:
    reminding.study.assign(learner)
    reminding.away(learner.key)
    reminding.run(MONDAY)
    assert letters_to(mail_server, manager) == []


def test_hr_hears_of_those_who_are_overdue_for_long(
    reminding: Reminding, mail_server: MailServer, learner: Principal, hr: Principal
) -> None:
    reminding.study.assign(learner, due_on=date(2026, 3, 10))
    heard = {}
    for week in range(5):
        monday = MONDAY + timedelta(weeks=week)
        reminding.run(monday)
        heard[monday.isoformat()] = letters_to(mail_server, hr)
    assert [day for day, letters in heard.items() if letters] == ["2026-03-30"]
    assert learner.person.name in heard["2026-03-30"][0]
