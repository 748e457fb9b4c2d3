"""Letters about a course: each once, on its day, to the right person, in their language, and on their chain."""

from datetime import date, timedelta

import pytest
from cast import DUE
from letters import MailServer
from reminding import Reminding, taken, text, to
from sqlalchemy import update

from people.access import Principal
from people.directory import people
from progress.completion.fold import differing
from progress.record.chains import Kind
from progress.reminding.ledger import LetterState

MONDAY = date(2026, 3, 2)


def days_with_letters(reminding: Reminding, server: MailServer, who: Principal, until: date) -> list[tuple[str, str]]:
    """Run once a day; return the day and the first words of each letter to `who`."""
    found, day = [], MONDAY
    while day <= until:
        reminding.run(day)
        mine = [each for each in taken(server) if each["To"] == who.person.email]
        found += [(day.isoformat(), str(each["Subject"]).replace("\u00a0", " ")) for each in mine]
        day += timedelta(days=1)
    return found


def test_each_letter_goes_once_on_its_day(reminding: Reminding, mail_server: MailServer, learner: Principal) -> None:
    reminding.study.assign(learner, due_on=DUE)
    found = days_with_letters(reminding, mail_server, learner, date(2026, 4, 10))
    # The due date is a Tuesday; two weeks before is one too, and so is the first week after.
    assert [day for day, _ in found] == [
        "2026-03-02",
        "2026-03-17",
        "2026-03-24",
        "2026-03-30",
        "2026-03-31",
        "2026-04-01",
        "2026-04-08",
    ]
    assert found[0][1].startswith("Nový kurz: ")
    assert found[1][1].endswith("do termínu 14 dní")
    assert found[3][1].endswith("do termínu 1 den")
    assert found[5][1].endswith("termín byl 31. března 2026")


def test_a_letter_that_was_taken_stands_on_the_chain_once(
    reminding: Reminding, mail_server: MailServer, learner: Principal
) -> None:
    reminding.study.assign(learner)
    reminding.run(MONDAY)
    reminding.run(MONDAY)
    [letter] = [each for each in taken(mail_server) if each["To"] == learner.person.email]
    events = [event for event in reminding.study.chain(learner) if event.kind is Kind.REMINDED]
    assert [event.body for event in events] == [
        {
            "course": "customer-privacy",
            "cycle": 1,
            "letter": "assigned",
            "day": "2026-03-02",
            "message_id": letter["Message-ID"],
        }
    ]
    assert letter["Auto-Submitted"] == "auto-generated"
    with reminding.study.database.snapshot() as connection:
        assert not list(differing(connection))


def test_nobody_who_has_finished_is_reminded(
    reminding: Reminding, mail_server: MailServer, learner: Principal
) -> None:
    reminding.study.assign(learner)
    reminding.study.certify(learner)
    reminding.run(DUE)
    assert taken(mail_server) == []


def test_who_finishes_between_the_look_and_the_letter_gets_none(
    reminding: Reminding, mail_server: MailServer, learner: Principal
) -> None:
    reminding.study.assign(learner)
    reminding.study.now = reminding.study.now.replace(hour=22)  # quiet
    assert reminding.run().of(LetterState.DUE) > 0
    reminding.study.certify(learner)
    reminding.run(date(2026, 3, 3))
    assert taken(mail_server) == []
    assert set(reminding.states()) == {LetterState.LAPSED}


@pytest.mark.parametrize("reason", ["away", "left", "ended"])
def test_nobody_who_need_not_be_reminded_is(
    reminding: Reminding, mail_server: MailServer, learner: Principal, reason: str
) -> None:
    reminding.study.assign(learner)
    if reason == "away":
        reminding.away(learner.key)
    else:
        ended = {"ends_on": MONDAY - timedelta(days=1)} if reason == "left" else {"active": False}
        with reminding.study.database.writing() as connection:
            connection.execute(update(people).where(people.c.person_key == learner.key).values(**ended))
    reminding.run(MONDAY)
    assert taken(mail_server) == []


@pytest.mark.parametrize(("language", "greeting"), [("cs", "Dobrý den,"), ("en", "Hello,")])
def test_a_letter_is_in_the_language_of_the_person(
    reminding: Reminding, mail_server: MailServer, learner: Principal, language: str, greeting: str
) -> None:
    with reminding.study.database.writing() as connection:
        connection.execute(update(people).where(people.c.person_key == learner.key).values(language=language))
    reminding.study.assign(learner)
    reminding.run(MONDAY)
    [letter] = [each for each in taken(mail_server) if each["To"] == learner.person.email]
    assert text(letter).startswith(greeting)
    page = letter.get_body(("html",))
    assert page is not None
    assert f'<html lang="{language}">' in page.get_content()
    assert "https://kodex.example.com/" in text(letter)


def test_nothing_goes_at_night_or_on_a_sunday(
    reminding: Reminding, mail_server: MailServer, learner: Principal
) -> None:
    reminding.study.assign(learner)
    reminding.study.now = reminding.study.now.replace(hour=20)
    reminding.run()
    reminding.run(date(2026, 3, 7))
    assert taken(mail_server) == []
    reminding.run(date(2026, 3, 9))
    assert learner.person.email in to(taken(mail_server))


def test_a_warning_that_falls_on_a_weekend_goes_on_friday(
    reminding: Reminding, mail_server: MailServer, learner: Principal
) -> None:
    reminding.study.assign(learner, due_on=date(2026, 3, 15))  # a Sunday
    found = days_with_letters(reminding, mail_server, learner, date(2026, 3, 16))
    assert [day for day, _ in found] == ["2026-03-02", "2026-03-06", "2026-03-13", "2026-03-16"]


def test_the_first_run_sends_nothing_of_long_ago(
    reminding: Reminding, mail_server: MailServer, learner: Principal
) -> None:
    reminding.study.assign(learner, due_on=date(2026, 12, 31))
    reminding.run(date(2026, 6, 1))
    assert learner.person.email not in to(taken(mail_server))
