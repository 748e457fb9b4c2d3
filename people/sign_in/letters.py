"""Letters to people about their accounts: in their language, as plain text, without anybody else's name."""

from datetime import datetime
from zoneinfo import ZoneInfo

from mail import Letter
from people.directory import Person, is_hidden
from words import Words, chosen


def words_of(person: Person) -> Words:
    return Words.of(chosen(person.language))


def invitation(person: Person, company: str, address: str, until: datetime, zone: ZoneInfo) -> Letter:
    t = words_of(person)
    return _letter(
        person,
        t("Your access to Kodex"),
        t(
            "{company} trains its people in Kodex. Choose a password and you are in:",
            company=_on_one_line(company),
        ),
        address,
        t(
            "The link works once, until {moment}. After that you sign in with your employee number, {id}, or this "
            "e-mail address.",
            moment=t.moment(until, zone),
            id=_on_one_line(person.employee_id),
        ),
    )


def reset(person: Person, address: str, until: datetime, zone: ZoneInfo) -> Letter:
    t = words_of(person)
    return _letter(
        person,
        t("A new password for Kodex"),
        t("Somebody, most likely you, asked for a new password. Choose it here:"),
        address,
        t("The link works once, until {moment}.", moment=t.moment(until, zone)),
        t("If it was not you, there is nothing to do: your password stays as it is."),
    )


def password_changed(person: Person, at: datetime, zone: ZoneInfo) -> Letter:
    t = words_of(person)
    return _letter(
        person,
        t("Your password for Kodex was changed"),
        t(
            "Your password was changed on {moment}, and all other sessions were ended.",
            moment=t.moment(at, zone),
        ),
        t(
            "If it was not you, choose “Forgotten password” on the sign-in page at once, and tell your contact for "
            "information security."
        ),
    )


def _letter(person: Person, subject: str, *paragraphs: str) -> Letter:
    t = words_of(person)
    greeting = t("Hello,")
    return Letter(person.email, subject, "\n\n".join((greeting, *paragraphs, "Kodex")) + "\n")


def _on_one_line(text: str) -> str:
    """Replace characters that would break or turn a line of the letter."""
    return " ".join("".join(" " if is_hidden(letter) else letter for letter in text).split())
