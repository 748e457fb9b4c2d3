"""Local accounts: people invited to choose a password."""

from datetime import datetime
from typing import Annotated, NoReturn

import typer

from commands.console import bar, counted, err, fail, opened, say, t
from installation import Installation, now
from mail import NoServerError, Post, Round, UnsentError
from people import directory
from people.directory import Person
from people.sign_in import letters, passwords, security_log
from people.sign_in.passwords import LASTS, Purpose
from quizzes.content import in_language
from settings import Mode


def register(app: typer.Typer) -> None:
    app.command("invite", help=t("Give people a one-time link by which they choose a password."))(invite)


def invite(
    employee_ids: Annotated[list[str] | None, typer.Argument(help=t("Their employee numbers."))] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help=t("Everybody of the company who has no password yet."))
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help=t("With --all: also those whose letter has gone out and is still good."))
    ] = False,
) -> None:
    house = opened()
    if house.settings.mode is Mode.DEMONSTRATION:
        fail(t("In a demonstration visitors choose who to be; nobody is invited. Set KODEX_MODE=production."))
    if bool(employee_ids) is everybody:
        fail(t("Name those to invite by their employee numbers, or give --all."))
    if not everybody:
        invited = _named(house, employee_ids or [])
    elif again or house.post is None:
        invited = _everybody(house)
    else:
        invited = _without_letter(house, _everybody(house))
    if house.post is None:
        with bar(t("Invitations"), len(invited)) as progress:
            for person in counted(invited, progress):
                _say_link(house, person, _new_link(house, person, now()))
    else:
        _mail(house, house.post, invited)


def _new_link(house: Installation, person: Person, at: datetime) -> str:
    token = passwords.new_link(house.database, person.key, Purpose.INVITATION, house.settings.secret, at)
    security_log.note("invitation", person=person.key)
    return token


def _say_link(house: Installation, person: Person, token: str) -> None:
    """Prints the link, for whoever is to hand it over."""
    say(f"{person.employee_id} {_address(house, token)}")


def _address(house: Installation, token: str) -> str:
    return f"{house.settings.public_url}/set-password/{token}"


def _mail(house: Installation, post: Post, invited: list[Person]) -> None:
    """Sends the letters over one connection, and prints the number of whoever got one. Where there is no server,
    nobody else is tried."""
    reached: list[str] = []
    missed: list[str] = []
    with bar(t("Invitations"), len(invited)) as progress, post.round() as letters_out:
        for person in counted(invited, progress):
            try:
                _invite(house, letters_out, person)
                reached.append(person.employee_id)
                say(person.employee_id)
            except UnsentError as error:
                missed.append(person.employee_id)
                reason = t("{id}: the letter could not be sent ({reason}).", id=person.employee_id, reason=str(error))
                err.print(reason, markup=False)
                if isinstance(error, NoServerError):
                    break
    untried = [person.employee_id for person in invited[len(reached) + len(missed) :]]
    err.print(t.plural("{n} invitation was mailed.", "{n} invitations were mailed.", len(reached)), markup=False)
    if missed:
        _say_who(reached, missed, untried)


def _say_who(reached: list[str], missed: list[str], untried: list[str]) -> NoReturn:
    lines = [
        t.plural(
            "{n} letter could not be sent; its link above is valid, hand it over yourself.",
            "{n} letters could not be sent; their links above are valid, hand them over yourself.",
            len(missed),
        )
    ]
    if reached:
        lines.append(t("Their letter has gone out: {ids}", ids=", ".join(reached)))
    lines.append(t("No letter has gone out to: {ids}", ids=", ".join(missed + untried)))
    if untried:
        lines.append(t("The mail server is not there. Those after the last link above have no link yet."))
    fail(*lines, t("With --all again only those are written to whose letter has not gone out."))


def _without_letter(house: Installation, people: list[Person]) -> list[Person]:
    """Those whose letter has not gone out yet, or is no longer good; says how many are left out."""
    with house.database.reading() as connection:
        reached = passwords.invited_by_letter(connection, now())
    left = [person for person in people if person.key not in reached]
    if len(left) < len(people):
        err.print(
            t.plural(
                "{n} person has had a letter that is still good and is left out; --again writes to them too.",
                "{n} people have had a letter that is still good and are left out; --again writes to them too.",
                len(people) - len(left),
            ),
            markup=False,
        )
    return left


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
        elif not person.has_access(today):
            faults.append(t("The person with the employee number {id} has left.", id=employee_id))
    if faults:
        fail(*faults, t("Nobody was invited."))
    return list({person.key: person for person in found.values() if person is not None}.values())


def _invite(house: Installation, letters_out: Round, person: Person) -> None:
    """Mails a person's new link; when no server takes the letter, prints it and raises `UnsentError`."""
    at = now()
    token = _new_link(house, person, at)
    company = in_language(house.content.company.name, letters.words_of(person).language)
    until = at + LASTS[Purpose.INVITATION]
    letter = letters.invitation(person, company, _address(house, token), until, house.settings.time_zone)
    try:
        letters_out.send(letter, at)
    except UnsentError:
        _say_link(house, person, token)
        raise
    passwords.mailed(house.database, token, house.settings.secret, at)
