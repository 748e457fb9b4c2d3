"""Passwords and links of two people, as the door of the server uses them."""

from datetime import datetime
from threading import Lock
from typing import Any

from argon2 import PasswordHasher
from gates import SECRET, gate_of

from database import Database
from people.access import Principal
from people.sign_in import accounts, passwords
from people.sign_in.passwords import Client, Purpose, SignedIn

GOOD, BETTER = "kolo padá na křivou židli", "modrý vlak jede v úterý"

HERE = Client("192.0.2.1", "a desk")


class Counting(PasswordHasher):
    """The real one, which also counts its work."""

    def __init__(self, **parameters: int) -> None:
        super().__init__(**parameters)
        self.lock = Lock()
        self.verified = self.at_once = self.most_at_once = 0

    def verify(self, *arguments: Any) -> bool:
        with self.lock:
            self.verified += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return super().verify(*arguments)
        finally:
            with self.lock:
                self.at_once -= 1


def link(database: Database, who: Principal, at: datetime, purpose: Purpose = Purpose.INVITATION) -> str:
    return passwords.new_link(database, who.key, purpose, SECRET, at)


def set_by_link(database: Database, token: str, password: str, at: datetime) -> SignedIn | None:
    return passwords.set_by_link(gate_of(database), token, password, HERE, at)


def sign_in(database: Database, typed: str, password: str, at: datetime, client: Client = HERE) -> SignedIn | None:
    return passwords.sign_in(gate_of(database), typed, password, client, at)


def has(database: Database, who: Principal, at: datetime, password: str = GOOD) -> str:
    """Gives somebody a password, and the token of the session that begins with it."""
    done = set_by_link(database, link(database, who, at), password, at)
    assert done is not None
    return done.token


def is_signed_in(database: Database, token: str, at: datetime) -> bool:
    return accounts.principal(gate_of(database), token, at) is not None
