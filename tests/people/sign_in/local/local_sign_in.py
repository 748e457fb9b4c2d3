"""A company in production with people, passwords and letters of its own."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import count

import httpx
from browsing import plain
from gates import gate_of
from letters import MailServer
from serving import PATIENCE, SECRET, Server
from sqlalchemy import update

from people import directory
from people.directory import Person
from people.sign_in import passwords
from people.sign_in.passwords import Client, Purpose

GOOD, BETTER = "kolo padá na křivou židli", "modrý vlak jede v úterý"

PUBLIC = "https://kodex.example.com"

LINK = re.compile(rf"{re.escape(PUBLIC)}/set-password/([\w-]{{43}})$", re.MULTILINE)

COOKIE = "__Host-kodex"

_numbers = count(500001)

_addresses = (f"198.51.{number // 250}.{number % 250 + 1}" for number in count())


class Proxy(httpx.HTTPTransport):
    """Takes HTTPS from a client and passes it on, as the proxy on the server's own machine does."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(scheme="http")
        return super().handle_request(
            httpx.Request(request.method, url, headers=request.headers, stream=request.stream)
        )


class Company(Server):
    """A server in production mode, with people of its own, and letters that are really sent."""

    mail: MailServer

    def person(self, name: str = "Jana Nováková", language: str = "en", email: str = "") -> Person:
        number = str(next(_numbers))
        address = email or f"{number}@example.com"
        person = Person(f"{int(number):032x}", number, name, address, "Sklad", None, language)
        with self.database.writing() as connection:
            directory.add(connection, [person])
        return person

    def member(self, name: str = "Jana Nováková", language: str = "en", email: str = "") -> Person:
        """Somebody who has a password."""
        person = self.person(name, language, email)
        at = datetime.now(UTC)
        gate = gate_of(self.database, SECRET.encode())
        done = passwords.set_by_link(gate, self.link(person), GOOD, Client("", ""), at)
        assert done is not None
        return person

    def link(self, person: Person, purpose: Purpose = Purpose.INVITATION, age: timedelta = timedelta()) -> str:
        at = datetime.now(UTC) - age
        return passwords.new_link(self.database, person.key, purpose, SECRET.encode(), at)

    def leaves(self, person: Person) -> None:
        with self.database.writing() as connection:
            people = directory.people
            connection.execute(update(people).where(people.c.person_key == person.key).values(active=False))

    def noted(self, event: str) -> list[dict[str, str]]:
        """What the security log says of such events."""
        lines = [json.loads(line) for line in self.said().splitlines() if line.startswith('{"time"')]
        return [line for line in lines if line["event"] == event]

    @contextmanager
    def visitor(self, **headers: str) -> Iterator[httpx.Client]:
        """Somebody with an address of their own, as a proxy on this machine tells it."""
        proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": next(_addresses)}
        headers = proxied | {"Accept-Language": "en", "Accept": "text/html"} | headers
        url = self.url.replace("http://", "https://")
        with httpx.Client(base_url=url, timeout=PATIENCE, headers=headers, transport=Proxy()) as client:
            yield client

    @contextmanager
    def signed_in(self, person: Person, password: str = GOOD, **headers: str) -> Iterator[httpx.Client]:
        with self.visitor(**headers) as client:
            answer = sign_in(client, person.employee_id, password)
            assert answer.status_code == 303, answer.text
            yield client


def sign_in(client: httpx.Client, account: str, password: str = GOOD, target: str = "/") -> httpx.Response:
    return client.post("/sign-in", data={"account": account, "password": password, "next": target})


def is_in(client: httpx.Client) -> bool:
    return client.get("/").status_code == 200


def said(answer: httpx.Response) -> str:
    return plain(unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def new_password(password: str, again: str | None = None) -> dict[str, str]:
    return {"password": password, "again": password if again is None else again}


def ids(printed: str) -> set[str]:
    return {line.partition(" ")[0] for line in printed.splitlines()}
