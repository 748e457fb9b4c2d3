"""The due date in a letter's calendar entry: one entry an enrolment, moved when the date moves."""

from datetime import date
from email.message import EmailMessage

from cast import NOW
from letters import MailServer
from reminding import Reminding, taken
from sqlalchemy import update

from people.access import Principal
from progress.completion.enrolments import enrolments
from progress.reminding.calendar_entry import Entry, written

MONDAY = date(2026, 3, 2)


def entry_of(letter: EmailMessage) -> dict[str, str]:
    [part] = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "PUBLISH"
    return fields(part.get_payload(decode=True).decode())


def fields(file: str) -> dict[str, str]:
    """By name, unfolded."""
    return dict(line.split(":", 1) for line in file.replace("\r\n ", "").splitlines())


def test_a_moved_due_date_moves_the_same_entry(
    reminding: Reminding, mail_server: MailServer, learner: Principal
) -> None:
    def told(day: date) -> dict[str, str]:
        reminding.run(day)
        [letter] = [each for each in taken(mail_server) if each["To"] == learner.person.email]
        return entry_of(letter)

    reminding.study.assign(learner, due_on=date(2026, 3, 31))
    first, second = told(MONDAY), told(date(2026, 3, 17))
    with reminding.study.database.writing() as connection:
        connection.execute(update(enrolments).values(due_on=date(2026, 4, 7)))
    third = told(date(2026, 3, 24))
    assert first["UID"] == second["UID"] == third["UID"]
    assert [each["SEQUENCE"] for each in (first, second, third)] == ["0", "0", "1"]
    assert [each["DTSTART;VALUE=DATE"] for each in (first, third)] == ["20260331", "20260407"]
    assert learner.key not in first["UID"]


def test_a_line_is_folded_and_its_marks_are_escaped() -> None:
    title = "Žluťoučký kůň; " * 12 + "a, b\nc\\"
    file = written(Entry("u@h", 2, MONDAY, title, "text", "https://h/"), NOW)
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    said = fields(file)["SUMMARY"]
    assert said == title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def test_an_overdue_letter_has_no_entry(reminding: Reminding, mail_server: MailServer, learner: Principal) -> None:
    reminding.study.assign(learner)
    reminding.run(date(2026, 4, 1))
    [letter] = [each for each in taken(mail_server) if each["To"] == learner.person.email]
    assert all(part.get_content_type() != "text/calendar" for part in letter.walk())
