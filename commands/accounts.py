"""Local accounts: people invited to choose a password."""

from typing import Annotated

import typer

from commands.console import bar, counted, err, fail, opened, say, t
from installation import Installation, now
from mail import UnsentError
from people import accounts, directory, letters, passwords
from people.directory import Person
from people.passwords import LASTS, Purpose
from quizzes.content import in_language
from settings import Mode


def register(app: typer.Typer) -> None:
    app.command("invite", help=t("Give people a one-time link by which they choose a password."))(invite)


def invite(
    employee_ids: Annotated[list[str] | None, typer.Argument(help=t("Their employee numbers."))] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help=t("Everybody of the company who has no password yet."))
    ] = False,
) -> None:
    house = opened()
    if house.settings.mode is Mode.DEMONSTRATION:
        fail(t("In a demonstration visitors choose who to be; nobody is invited. Set KODEX_MODE=production."))
    if house.settings.public_url is None:
        fail(t("Set KODEX_PUBLIC_URL; the links begin with it."))
    if bool(employee_ids) is everybody:
        fail(t("Name those to invite by their employee numbers, or give --all."))
    invited = _everybody(house) if everybody else _named(house, employee_ids or [])
    unsent = 0
    with bar(t("Invitations"), len(invited)) as progress:
        for person in counted(invited, progress):
            unsent += not _invite(house, person)
    mailed = len(invited) - unsent
    if house.post is not None:
        err.print(t.plural("{n} invitation was mailed.", "{n} invitations were mailed.", mailed), markup=False)
    if unsent and house.post is not None:
        fail(
            t.plural(
                "{n} letter could not be sent; its link above is valid, hand it over yourself.",
                "{n} letters could not be sent; their links above are valid, hand them over yourself.",
                unsent,
            )
        )


def _everybody(house: Installation) -> list[Person]:
    with house.database.reading() as connection:
        return passwords.without_password(connection, house.today(now()))


def _named(house: Installation, employee_ids: list[str]) -> list[Person]:
    """All of them, or a failure that names those whom nobody can invite."""
    with house.database.reading() as connection:
        found = {each: directory.by_employee_id(connection, each) for each in employee_ids}
    today = house.today(now())
    faults = []
    for employee_id, person in found.items():
        if person is None:
            faults.append(t("There is nobody with the employee number {id}.", id=employee_id))
        elif not accounts.may_enter(person, today):
            faults.append(t("The person with the employee number {id} has left.", id=employee_id))
    if faults:
        fail(*faults, t("Nobody was invited."))
    return [person for person in found.values() if person is not None]


def _invite(house: Installation, person: Person) -> bool:
    """Prints a person's new link, and mails it where that is set; says whether it was mailed."""
    at = now()
    token = passwords.new_link(house.database, person.key, Purpose.INVITATION, house.settings.secret, at)
    address = f"{house.settings.public_url}/set-password/{token}"
    say(f"{person.employee_id} {address}")
    if house.post is None:
        return False
    company = in_language(house.content.company.name, letters.words_of(person).language)
    until = at + LASTS[Purpose.INVITATION]
    letter = letters.invitation(person, company, address, until, house.settings.time_zone)
    try:
        house.post.send(letter, at)
    except UnsentError as error:
        err.print(
            t("{id}: the letter could not be sent ({reason}).", id=person.employee_id, reason=str(error)),
            markup=False,
        )
        return False
    return True
