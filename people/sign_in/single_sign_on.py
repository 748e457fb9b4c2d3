"""Sign-ins at the company's own provider: those under way, to be met once and never again, and whose they turn out
to be."""

import secrets
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Column, Connection, Table, Text, delete, insert, select

from database import Database, Instant, metadata
from people.access import Role
from people.directory import Person, from_row, numbered, people
from people.sign_in import accounts, security_log, throttle, tokens
from people.sign_in.gate import Gate
from words import SaidError, Sentence, sentence

pending = Table(
    "pending_sign_ins",
    metadata,
    Column("state_hash", Text, primary_key=True),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

LONGEST = timedelta(minutes=10)
BY = "single sign-on"
"""Who grants the roles that follow from the provider's groups."""
KEPT = timedelta(hours=1)
"""How long one that took too long is known as such, and not as one that never was."""


class RefusedSignInError(SaidError):
    """Nobody is signed in. `code` is the provider's error code, empty where Kodex itself refuses."""

    def __init__(self, reason: Sentence, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Begun:
    """What a sign-in is begun with. Only `state` and `nonce` and a hash of `verifier` go through the browser."""

    state: str
    nonce: str
    verifier: str
    target: str


def begin(gate: Gate, browser: str, target: str, address: str, now: datetime) -> Begun:
    """Begin a sign-in that only the browser with the secret `browser` can finish.

    Raises `TooOftenError` when too many that began at its address are unfinished.
    """
    begun = Begun(tokens.new(), tokens.new(), secrets.token_urlsafe(48), target)

    def keep(connection: Connection) -> None:
        throttle.begins(connection, gate, address, now)
        connection.execute(delete(pending).where(pending.c.expires_at < now - KEPT))
        connection.execute(
            insert(pending).values(
                state_hash=_hash(begun.state, browser, gate.secret),
                nonce=begun.nonce,
                verifier=begun.verifier,
                target=target,
                expires_at=now + LONGEST,
            )
        )

    gate.database.write(keep)
    return begun


def finish(database: Database, browser: str | None, state: str, secret: bytes, now: datetime) -> Begun:
    """The sign-in that `state` belongs to, which is over with this; raises when there is none for this browser."""
    if not browser:
        raise RefusedSignInError(
            sentence("This sign-in was not begun in this browser. Begin it here, where you want to be signed in.")
        )
    mine = pending.c.state_hash == _hash(state, browser, secret)

    def take(connection: Connection) -> Begun | Sentence:
        row = connection.execute(select(pending).where(mine)).first()
        if row is None or connection.execute(delete(pending).where(mine)).rowcount != 1:
            return sentence("This sign-in has been used already, or was begun in another browser. Begin again.")
        if row.expires_at < now:
            return sentence("This sign-in took longer than ten minutes. Begin again.")
        return Begun(state, row.nonce, row.verifier, row.target)

    taken = database.write(take)
    if isinstance(taken, Sentence):
        raise RefusedSignInError(taken)
    return taken


def find(connection: Connection, claims: Mapping[str, object], claim: str, matches: str, today: date) -> Person:
    """Whom the provider has signed in, by what it says about them; raises when that is nobody who has access."""
    value = claims.get(claim)
    if not isinstance(value, str) or not value.strip():
        raise RefusedSignInError(
            sentence(
                "Your company's sign-in did not say who you are: “{claim}” is missing. "
                "Tell one of the contacts below; whoever runs Kodex can set it up.",
                claim=claim,
            )
        )
    if claim == "email":
        _check_verified(claims.get("email_verified"))
    known = [person for person in _known(connection, value.strip(), matches) if person.erased_at is None]
    present = [person for person in known if person.has_access(today)]
    match present, known:
        case [person], _:
            return person
        case [], []:
            reason = sentence(
                "You are signed in at your company, but Kodex does not know you. "
                "Ask one of the contacts below to add you to the directory."
            )
        case [], _:
            reason = sentence("Your access has ended. If that is a mistake, ask one of the contacts below.")
        case _ if matches == "email":
            reason = sentence(
                "More than one person in the directory has your e-mail address. "
                "Ask one of the contacts below to put it right."
            )
        case _:
            reason = sentence(
                "More than one person in the directory has your employee number. "
                "Ask one of the contacts below to put it right."
            )
    raise RefusedSignInError(reason)


def _known(connection: Connection, value: str, matches: str) -> list[Person]:
    """Return whom the directory has under an address or an employee number.

    An address proves who somebody is: one that only looks like theirs, with a dotless i or wide letters, is another.
    """
    if matches == "employee_id":
        return numbered(connection, value)
    address = unicodedata.normalize("NFC", value).lower()
    return [from_row(row) for row in connection.execute(select(people).where(people.c.email == address))]


def _check_verified(said: object) -> None:
    """Refuse an address that is not said to be verified; some providers say so by the word."""
    if said is True or said == "true":
        return
    if said is False or said == "false":
        raise RefusedSignInError(
            sentence(
                "Your company's sign-in has not verified your e-mail address. Ask one of the contacts below for help."
            )
        )
    raise RefusedSignInError(
        sentence(
            "Your company's sign-in does not say “email_verified: true”, and so your e-mail address counts as not "
            "verified. Tell one of the contacts below; whoever runs Kodex can set it up."
        )
    )


def groups_of(claims: Mapping[str, object]) -> frozenset[str]:
    """The groups that the provider says somebody is in; some call them roles."""
    said = [claims.get("groups"), claims.get("roles")]
    return frozenset(each for values in said if isinstance(values, list) for each in values if isinstance(each, str))


def bring_in_line(
    database: Database,
    person_key: str,
    groups: Collection[str],
    roles_of_groups: Collection[tuple[str, Role]],
    now: datetime,
) -> None:
    """Grants what the groups give, for the whole company, and takes what they no longer give. A role that no group
    gives is none of their business, and neither is one that is limited to a unit."""
    given = {role for group, role in roles_of_groups if group in groups}
    lost = {role for _, role in roles_of_groups} - given

    def align(connection: Connection) -> tuple[list[Role], list[Role]]:
        new = accounts.grant(connection, [(person_key, role) for role in sorted(given)], now=now, by=BY)
        taken = [role for role in sorted(lost) if accounts.take(connection, person_key, role)]
        return [role for _, role in new], taken

    if roles_of_groups:
        new, taken = database.write(align)
        for event, roles in (("role granted", new), ("role taken", taken)):
            for role in roles:
                security_log.note(event, person=person_key, role=role, by=BY)


def _hash(state: str, browser: str, secret: bytes) -> str:
    return tokens.hashed(f"{browser} {state}", secret)
