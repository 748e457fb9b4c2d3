"""Local accounts: people invited to choose a password."""

from datetime import datetime
from typing import Annotated, NoReturn

import typer

from commands.console import bar, counted, err, fail, opened, say, t
from installation import Installation, now
from mail import NoServerError, Post, Round, UnsentError
from people import directory, security_log
from people.directory import Person
from people.sign_in import letters, passwords
from people.sign_in.passwords import LASTS, Purpose
from quizzes.content import in_language
from settings import Mode

app = typer.Typer()


@app.command(help=t("Give people a one-time link for choosing a password."))
def invite(
    employee_ids: Annotated[list[str] | None, typer.Argument(help=t("Their employee numbers."))] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help=t("Everybody in the company who has no password yet."))
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help=t("With --all: also people whose letter has gone out and is still valid."))
    ] = False,
) -> None:
    installed = opened()
    if installed.settings.mode is Mode.DEMONSTRATION:
        fail(t("In a demonstration visitors choose who to be; nobody is invited. Set KODEX_MODE=production."))
    if bool(employee_ids) is everybody:
        fail(t("Name those to invite by their employee numbers, or give --all."))
    if not everybody:
        invited = _named(installed, employee_ids or [])
    elif again or installed.post is None:
        invited = _everybody(installed)
    else:
        invited = _without_letter(installed, _everybody(installed))
    if installed.post is None:
        with bar(t("Invitations"), len(invited)) as progress:
            for person in counted(invited, progress):
                _say_link(installed, person, _new_link(installed, person, now()))
    else:
        _mail(installed, installed.post, invited)


def _new_link(installed: Installation, person: Person, at: datetime) -> str:
    token = passwords.new_link(installed.database, person.key, Purpose.INVITATION, installed.settings.secret, at)
    security_log.note("invitation", person=person.key)
    return token


def _say_link(installed: Installation, person: Person, token: str) -> None:
    """Print the link, to be handed over."""
    say(f"{person.employee_id} {_address(installed, token)}")


def _address(installed: Installation, token: str) -> str:
    return f"{installed.settings.public_url}/set-password/{token}"


def _mail(installed: Installation, post: Post, invited: list[Person]) -> None:
    """Send the letters over one connection, and print the number of each person who got one. Without a server, nobody
    else is tried."""
    reached: list[str] = []
    missed: list[str] = []
    with bar(t("Invitations"), len(invited)) as progress, post.round() as letters_out:
        for person in counted(invited, progress):
            try:
                _invite(installed, letters_out, person)
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
        lines.append(t("The mail server cannot be reached. People after the last link above have no link yet."))
    fail(*lines, t("Run it with --all again to write only to people whose letter has not gone out."))


def _without_letter(installed: Installation, people: list[Person]) -> list[Person]:
    """Return people whose letter has not gone out yet, or is no longer valid; prints how many are left out."""
    with installed.database.reading() as connection:
        reached = passwords.invited_by_letter(connection, now())
    left = [person for person in people if person.key not in reached]
    if len(left) < len(people):
        err.print(
            t.plural(
                "{n} person has a letter that is still valid and is left out; --again writes to them too.",
                "{n} people have a letter that is still valid and are left out; --again writes to them too.",
                len(people) - len(left),
            ),
            markup=False,
        )
    return left


def _everybody(installed: Installation) -> list[Person]:
    with installed.database.reading() as connection:
        return passwords.without_password(connection, installed.today(now()))


def _named(installed: Installation, employee_ids: list[str]) -> list[Person]:
    """Return all of them, or fail and name those who cannot be invited."""
    with installed.database.reading() as connection:
        found = {each: directory.by_employee_id(connection, each) for each in employee_ids}
    today = installed.today(now())
    faults = []
    for employee_id, person in found.items():
        if person is None:
            faults.append(t("There is nobody with the employee number {id}.", id=employee_id))
        elif not person.has_access(today):
            faults.append(t("The person with the employee number {id} has left.", id=employee_id))
    if faults:
        fail(*faults, t("Nobody was invited."))
    return list({person.key: person for person in found.values() if person is not None}.values())


def _invite(installed: Installation, letters_out: Round, person: Person) -> None:
    """Mail a person's new link. When no server takes the letter, print it and raise `UnsentError`."""
    at = now()
    token = _new_link(installed, person, at)
    company = in_language(installed.content.company.name, letters.words_of(person).language)
    until = at + LASTS[Purpose.INVITATION]
    letter = letters.invitation(person, company, _address(installed, token), until, installed.settings.time_zone)
    try:
        letters_out.send(letter, at)
    except UnsentError:
        _say_link(installed, person, token)
        raise
    passwords.mailed(installed.database, token, installed.settings.secret, at)
