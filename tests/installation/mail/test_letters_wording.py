"""Letters are in the person's language and name nobody else."""

from dataclasses import replace
from datetime import datetime
from email.headerregistry import Address
from zoneinfo import ZoneInfo

import pytest
from cast import PEOPLE
from letters import MailServer, text
from mailing import post

from people.directory import Person
from people.sign_in import letters


@pytest.mark.parametrize("language", ["cs", "en"])
def test_letters_are_in_the_persons_language_and_name_nobody_else(
    language: str, now: datetime, zone: ZoneInfo, everybody: tuple[Person, ...]
) -> None:
    learner = next(person for person in PEOPLE if person.employee_id == "2003")
    written_to = replace(learner, language=language)
    address = "https://kodex.example.com/set-password/token"
    written = [
        letters.invitation(written_to, "Ukázková společnost", address, now, zone),
        letters.reset(written_to, address, now, zone),
        letters.password_changed(written_to, now, zone),
    ]
    for letter in written:
        assert letter.to == learner.email
        assert letter.text.startswith("Dobrý den, Lenka" if language == "cs" else "Hello, Lenka")
        assert not [person.name for person in everybody if person != learner and person.name in letter.text]
        assert "<" not in letter.text
    assert [address in letter.text for letter in written] == [True, True, False]


@pytest.mark.parametrize("name", ["Jana\nBcc: x@example.com", "Jana\r\n\r\nVisit https://evil.example", "{0} {name}"])
def test_a_name_stays_on_the_line_of_the_greeting(
    mail_server: MailServer, now: datetime, zone: ZoneInfo, name: str
) -> None:
    person = Person("0" * 32, "1", name, "jana@example.com", "Sklad", None, "en")
    post(mail_server).send(letters.password_changed(person, now, zone), now)
    arrived = mail_server.next()
    assert text(arrived).splitlines()[0] == f"Hello, {' '.join(name.split())},"
    assert arrived["To"].addresses == (Address(addr_spec="jana@example.com"),)
    assert arrived["Bcc"] is None
