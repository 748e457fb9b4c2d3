"""Reminders: the letters that are due, and what became of them."""

import time
from collections import Counter
from datetime import timedelta
from typing import Annotated

import typer

from commands.console import err, fail, faults_in_words, opened, say, t
from installation import Installation, now
from lessons.faults import FaultyContentError
from people.directory import by_keys
from people.leave import on_leave
from progress.reminding import audience, days_file, ledger, sending, silence, templates
from progress.reminding.audience import Office
from progress.reminding.ledger import LetterState
from progress.reminding.letter_words import KINDS
from progress.reminding.sending import Result, Sender

app = typer.Typer()

SOME_DID_NOT_GO = 3
"""The exit code of a run after which letters wait because of the mail server, or were refused."""


@app.command(help=t("Send the reminders that are due. Exit code 3: some could not be sent."))
def remind(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("List the letters that are due; send none."))] = False,
) -> None:
    installed = opened()
    office = _office(installed)
    if dry_run:
        _list(installed, office)
        return
    post = installed.post
    if post is None or installed.settings.public_url is None:
        fail(t("Reminders need KODEX_SMTP_URL, KODEX_MAIL_FROM and KODEX_PUBLIC_URL. Nothing was sent."))
    result = sending.run(Sender(installed.database, office, post, now, time.sleep))
    _say_what_became(result)
    _warn_of_silence(installed, office)
    if result.is_server_dead or result.of(LetterState.REFUSED) or result.of(LetterState.UNKNOWN):
        raise typer.Exit(SOME_DID_NOT_GO)


def _office(installed: Installation) -> Office:
    read = installed.settings
    written, faults = templates.read(read.content)
    working, faults_of_days = days_file.read(read.content)
    with faults_in_words():
        if faults or faults_of_days:
            raise FaultyContentError([*faults, *faults_of_days])
    with installed.database.reading() as connection:
        today = now().astimezone(read.time_zone).date()
        away = frozenset(key for (key,) in connection.execute(on_leave(today)))
    return Office(
        installed.content,
        written,
        read.public_url or "",
        read.time_zone,
        working,
        timedelta(days=read.escalate_after_days),
        away,
    )


def _list(installed: Installation, office: Office) -> None:
    """Name the letters that a run would find due and that are not in the ledger, whatever the hour."""
    with installed.database.snapshot() as connection:
        keys = audience.not_yet_sent(connection, office, now())
        some = range(0, len(keys), ledger.AT_A_TIME)
        parts = (by_keys(connection, (key.person_key for key in keys[n : n + ledger.AT_A_TIME])) for n in some)
        persons = {key: person for part in parts for key, person in part.items()}
    for key in keys:
        person = persons[key.person_key]
        what = t.say(KINDS[key.letter])
        course = office.content.courses.get(key.course_id)
        about = f", {course.title(t.language)}" if course else ""
        say(f"{person.employee_id} {person.name}: {what}{about}")
    for kind, n in Counter(key.letter for key in keys).items():
        say(f"{t.say(KINDS[kind])}: {t.number(n)}")
    say(t.plural("{n} letter is due.", "{n} letters are due.", len(keys)))
    say(t("Nothing was sent."))


def _say_what_became(result: Result) -> None:
    say(t.plural("{n} letter was sent.", "{n} letters were sent.", result.of(LetterState.SENT)))
    if n := result.of(LetterState.DUE):
        say(t.plural("{n} letter waits for the next run.", "{n} letters wait for the next run.", n))
    if n := result.of(LetterState.LAPSED):
        say(t.plural("{n} letter was not needed any more.", "{n} letters were not needed any more.", n))
    if n := result.of(LetterState.REFUSED):
        _warn(t.plural("{n} letter was refused.", "{n} letters were refused.", n))
    if n := result.of(LetterState.UNKNOWN):
        _warn(
            t.plural(
                "Of {n} letter nobody knows whether it was taken; it is not sent again.",
                "Of {n} letters nobody knows whether they were taken; they are not sent again.",
                n,
            )
        )
    if result.is_server_dead:
        _warn(t("The mail server does not answer. Nothing is lost: the next run goes on."))


def _warn_of_silence(installed: Installation, office: Office) -> None:
    with installed.database.reading() as connection:
        silent = silence.read(connection, office.working.otherwise, office.day_of(now()))
    for day in silent:
        _warn(t("On {day} no reminder went, although some were due or nobody looked.", day=t.date(day)))


def _warn(line: str) -> None:
    err.print(line, markup=False, soft_wrap=True)
