"""What is stored about one person, gathered as plain data; and the reading of it by others, which is noted in it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, or_, select

from database import Database, written
from lessons.cards import CardKind
from lessons.model import canonical
from people import directory
from people.access import Act, Principal, Role, refused, require, sees, visible
from people.deputies import deputies
from people.directory import Person, Search, people
from people.history import history
from people.sign_in.accounts import grants, sessions
from people.sign_in.identity_system import provisioned
from people.sign_in.passwords import links, passwords
from progress.completion import certificates, enrolments
from progress.completion.certificates import Certificate
from progress.completion.editions import editions
from progress.completion.enrolments import Enrolment
from progress.completion.rules import status
from progress.record import chains
from progress.record.chains import Event, Kind
from progress.record.checkpoints import sealed_heads
from progress.reports import export_log

FORMAT = 1
"""Of the file. It changes when a field is renamed or leaves, and not when one is added."""
MOST_FOUND = 20
DECISIONS = frozenset({Kind.ASSIGNED, Kind.EXEMPTED, Kind.REVOKED, Kind.CORRECTED, Kind.ERASED})
"""What others decide about somebody, each with who it was and why."""


@dataclass(frozen=True)
class Session:
    begun_at: datetime
    seen_at: datetime
    agent: str


@dataclass(frozen=True)
class Deputy:
    """One period in which somebody stands in for a manager; the person is one of the two."""

    manager: Person
    deputy: Person
    from_on: date
    until_on: date


@dataclass(frozen=True)
class Link:
    """A one-time link that was made for somebody."""

    purpose: str
    expires_at: datetime
    mailed_at: datetime | None


@dataclass(frozen=True)
class HeldRole:
    """A role that was granted, or that follows from the directory."""

    role: Role
    unit: str = ""
    """What it is limited to; empty where it is not."""
    granted_at: datetime | None = None
    granted_by: str | None = None


@dataclass(frozen=True)
class Place:
    """Where the directory had somebody from a moment on."""

    from_at: datetime
    unit: str
    manager: Person | None
    active: bool


@dataclass(frozen=True)
class Overview:
    """What HR and auditors see of one person: where they stand, and never what they answered."""

    person: Person
    manager: Person | None
    enrolments: tuple[Enrolment, ...]
    """The latest first, without what was chosen."""
    certificates: tuple[Certificate, ...]
    decisions: tuple[Event, ...] = ()
    """What was decided about them, and the attempts that a decision may be about, in their order."""
    named: Mapping[str, Person] = field(default_factory=dict)
    """By key: who decided it, as far as the directory still knows them."""


@dataclass(frozen=True)
class MyRecord:
    """All that is stored about one person."""

    at: datetime
    overview: Overview
    roles: tuple[HeldRole, ...]
    deputies: tuple[Deputy, ...]
    places: tuple[Place, ...]
    """The latest first."""
    sealed: tuple[Mapping[str, Any], ...]
    """The heads of the chain that stand in checkpoints: leaf, seq and hash."""
    sessions: tuple[Session, ...]
    account: Mapping[str, Any]
    """What the identity system calls them, by the names of the columns; empty where it does not."""
    password_changed_at: datetime | None
    links: tuple[Link, ...]
    exports: tuple[export_log.Entry, ...]
    """What they were given, the latest first."""
    events: tuple[Event, ...]
    """In the order in which they happened."""
    named: Mapping[str, Person]
    """By key: whoever the events tell of, as far as the directory still knows them."""
    editions: Mapping[str, Any]
    """By SHA-256: the content that the events tell of, as it was, by language. It holds what is right, and so is
    not for showing as a whole."""

    @property
    def readings(self) -> list[Event]:
        """Who read the record, the latest first."""
        return [event for event in reversed(self.events) if event.kind is Kind.READ]


def gather(database: Database, principal: Principal, now: datetime) -> MyRecord:
    """The principal's own record."""
    require(principal, Act.LEARN)
    key = principal.key
    with database.snapshot() as connection:
        chained = tuple(_as_known_to_the_learner(chains.chain(connection, key)))
        return MyRecord(
            at=now,
            overview=_overview(connection, key),
            roles=_roles(connection, key),
            deputies=_deputies(connection, key),
            places=_places(connection, key),
            sealed=_sealed(connection, key),
            sessions=_sessions(connection, key),
            account=_account(connection, key),
            password_changed_at=connection.execute(
                select(passwords.c.changed_at).where(passwords.c.person_key == key)
            ).scalar(),
            links=tuple(
                Link(row.purpose, row.expires_at, row.mailed_at)
                for row in connection.execute(select(links).where(links.c.person_key == key))
            ),
            exports=tuple(export_log.of_person(connection, key)),
            events=chained,
            named=_named(connection, (event.body.get("by") for event in chained)),
            editions=_editions(connection, chained),
        )


def opened_by_another(
    database: Database, principal: Principal, person_key: str, now: datetime, zone: ZoneInfo
) -> Overview:
    """One person's overview for HR or an auditor. That they read it is noted in the record: once a reader and day."""
    require(principal, Act.SEE_RECORD)

    def note(connection: Connection) -> None:
        if not sees(connection, principal, Act.SEE_RECORD, person_key):
            raise refused(principal, Act.SEE_RECORD)
        if principal.key == person_key:
            return
        body = {"by": principal.key, "as": _reads_as(connection, principal, person_key)}
        today = now.astimezone(zone).date()
        if any(
            event.kind is Kind.READ and event.body == body and event.at.astimezone(zone).date() == today
            for event in chains.chain(connection, person_key)
        ):
            return
        before = chains.head(connection, person_key)
        chains.append(connection, chains.following(before, person_key, [(Kind.READ, body)], now))

    database.write(note)
    with database.snapshot() as connection:
        chained = chains.chain(connection, person_key)
        decided = tuple(event for event in chained if event.kind in {*DECISIONS, Kind.ATTEMPT_STARTED})
        named = _named(connection, (event.body.get("by") for event in decided))
        return replace(_overview(connection, person_key), decisions=decided, named=named)


def found(connection: Connection, principal: Principal, search: str) -> list[Person]:
    """Those whose record the principal may open, by their name, number or address; not those who are erased."""
    if not search.strip():
        return []
    seen = visible(principal, Act.SEE_RECORD)
    return directory.find(connection, seen, Search(search), MOST_FOUND, principal.person.language).persons


def as_data(kept: MyRecord, today: date, says: Callable[[Event], str]) -> dict[str, Any]:
    """The record under names that stay, as docs/privacy.md describes them. Moments are in UTC; `says` tells an
    event in the reader's words."""
    overview = kept.overview
    person = overview.person
    return {
        "format": FORMAT,
        "made_at": written(kept.at),
        "person": {
            "key": person.key,
            "employee_id": person.employee_id,
            "name": person.name,
            "family_name": person.family_name,
            "email": person.email,
            "unit": person.unit,
            "manager": overview.manager and _who(overview.manager),
            "language": person.language,
            "active": person.active,
            "invented": person.invented,
            "starts_on": _text(person.starts_on),
            "ends_on": _text(person.ends_on),
            "external_id": person.external_id,
        },
        "roles": [
            {
                "role": held.role.value,
                "unit": held.unit or None,
                "granted_at": _text(held.granted_at),
                "granted_by": held.granted_by,
            }
            for held in kept.roles
        ],
        "deputies": [
            {
                "manager": _who(each.manager),
                "deputy": _who(each.deputy),
                "from_on": _text(each.from_on),
                "until_on": _text(each.until_on),
            }
            for each in kept.deputies
        ],
        "places": [
            {
                "from_at": written(each.from_at),
                "unit": each.unit,
                "manager": each.manager and _who(each.manager),
                "active": each.active,
            }
            for each in kept.places
        ],
        "sealed": [dict(each) for each in kept.sealed],
        "sessions": [
            {"begun_at": written(each.begun_at), "seen_at": written(each.seen_at), "agent": each.agent}
            for each in kept.sessions
        ],
        "account": _plain(kept.account) or None,
        "password_changed_at": _text(kept.password_changed_at),
        "one_time_links": [
            {"purpose": each.purpose, "expires_at": written(each.expires_at), "mailed_at": _text(each.mailed_at)}
            for each in kept.links
        ],
        "exports": [
            {
                "number": each.number,
                "at": written(each.at),
                "kind": each.handed_out.kind.value,
                "extent": asdict(each.handed_out.extent),
                "selection": dict(each.handed_out.selection),
                "file": each.handed_out.file,
                "format": each.handed_out.format,
                "records": each.handed_out.records,
                "sha256": each.handed_out.sha256,
                "statement": each.handed_out.statement,
            }
            for each in kept.exports
        ],
        "enrolments": [
            {**_plain(enrolments.as_row(each), but="state"), "status": status(each, today).value}
            for each in overview.enrolments
        ],
        "certificates": [
            {**_plain(vars(each)), "printed": json.loads(each.printed) if each.printed else None}
            for each in overview.certificates
        ],
        "readings": [
            {"at": written(each.at), "by": _reader(kept, each), "as": each.body["as"]} for each in kept.readings
        ],
        "events": [
            {
                "seq": each.seq,
                "at": written(each.at),
                "kind": each.kind.value,
                "body": each.body,
                "previous_hash": each.previous_hash,
                "hash": each.hash,
                "says": says(each),
            }
            for each in kept.events
        ],
    }


def part_of(kept: MyRecord, sha256: str, language: str) -> Mapping[str, Any]:
    """A lesson, principle or question in one language, as it was; empty where it is not kept."""
    texts = kept.editions.get(sha256, {})
    found_text: Mapping[str, Any] = texts.get(language) or next(iter(texts.values()), {})
    return found_text


def _as_known_to_the_learner(chained: Iterable[Event]) -> list[Event]:
    """Whether the first answer to a dilemma was right is said once it is answered again, at the end of its lesson:
    until then it would give the answer away."""
    events = list(chained)
    answered = {
        (event.body["course"], event.body["cycle"], event.body["card"])
        for event in events
        if event.kind is Kind.CHECKED
    }

    def is_open(event: Event) -> bool:
        if event.kind is not Kind.CHECKED:
            return False
        lesson, _, part = event.body["card"].rpartition("/")
        again = (event.body["course"], event.body["cycle"], f"{lesson}/{CardKind.ANSWER.value}")
        return part == CardKind.DILEMMA and again not in answered

    return [_without_verdict(event) if is_open(event) else event for event in events]


def _without_verdict(event: Event) -> Event:
    return replace(event, written_body=canonical({**event.body, "right": None}))


def _overview(connection: Connection, person_key: str) -> Overview:
    managers = people.alias("managers")
    row = connection.execute(select(people).where(people.c.person_key == person_key)).one()
    above = connection.execute(
        select(managers)
        .join(people, managers.c.person_key == people.c.manager_key)
        .where(people.c.person_key == person_key)
    ).first()
    taken = sorted(enrolments.of_person(connection, person_key), key=lambda each: each.assigned_at, reverse=True)
    return Overview(
        directory.from_row(row),
        directory.from_row(above) if above else None,
        tuple(replace(each, checks={}, attempt=None, met=()) for each in taken),
        tuple(certificates.of_person(connection, person_key)),
    )


def _roles(connection: Connection, person_key: str) -> tuple[HeldRole, ...]:
    """Those that were granted, and those that follow from the directory."""
    granted = connection.execute(
        select(grants).where(grants.c.person_key == person_key).order_by(grants.c.role, grants.c.unit)
    )
    reports = connection.execute(
        select(people.c.person_key).where(people.c.manager_key == person_key, people.c.active).limit(1)
    ).first()
    derived = (Role.EMPLOYEE, Role.MANAGER) if reports else (Role.EMPLOYEE,)
    return (
        *(HeldRole(role) for role in derived),
        *(HeldRole(Role(row.role), row.unit, row.granted_at, row.granted_by) for row in granted),
    )


def _deputies(connection: Connection, person_key: str) -> tuple[Deputy, ...]:
    rows = connection.execute(
        select(deputies)
        .where(or_(deputies.c.manager_key == person_key, deputies.c.deputy_key == person_key))
        .order_by(deputies.c.from_on.desc())
    ).all()
    who = _named(connection, (key for row in rows for key in (row.manager_key, row.deputy_key)))
    return tuple(Deputy(who[row.manager_key], who[row.deputy_key], row.from_on, row.until_on) for row in rows)


def _places(connection: Connection, person_key: str) -> tuple[Place, ...]:
    rows = connection.execute(
        select(history).where(history.c.person_key == person_key).order_by(history.c.from_at.desc())
    ).all()
    who = _named(connection, (row.manager_key for row in rows))
    return tuple(Place(row.from_at, row.unit, who.get(row.manager_key), row.active) for row in rows)


def _sealed(connection: Connection, person_key: str) -> tuple[Mapping[str, Any], ...]:
    columns = (sealed_heads.c.leaf, sealed_heads.c.seq, sealed_heads.c.hash)
    rows = connection.execute(
        select(*columns).where(sealed_heads.c.person_key == person_key).order_by(sealed_heads.c.seq)
    )
    return tuple(map(dict, rows.mappings()))


def _sessions(connection: Connection, person_key: str) -> tuple[Session, ...]:
    rows = connection.execute(
        select(sessions).where(sessions.c.person_key == person_key).order_by(sessions.c.begun_at.desc())
    )
    return tuple(Session(row.begun_at, row.seen_at, row.agent) for row in rows)


def _account(connection: Connection, person_key: str) -> Mapping[str, Any]:
    columns = [column for column in provisioned.c if column.name != "person_key"]
    row = connection.execute(select(*columns).where(provisioned.c.person_key == person_key)).mappings().first()
    return dict(row) if row else {}


def _named(connection: Connection, keys: Iterable[str | None]) -> dict[str, Person]:
    rows = connection.execute(select(people).where(people.c.person_key.in_({key for key in keys if key})))
    return {row.person_key: directory.from_row(row) for row in rows}


def _editions(connection: Connection, chained: Iterable[Event]) -> dict[str, Any]:
    """What was met: a question drawn and not yet answered is not among it."""
    drawn: dict[str, str] = {}
    met: set[str] = set()
    for event in chained:
        match event.kind:
            case Kind.CARD_SEEN | Kind.CHECKED:
                met.add(event.body["edition"])
            case Kind.ATTEMPT_STARTED:
                drawn.update(dict(event.body["questions"]))
            case Kind.ANSWERED:
                met.add(drawn[event.body["question"]])
    rows = connection.execute(select(editions.c.sha256, editions.c.body).where(editions.c.sha256.in_(met)))
    return {row.sha256: json.loads(row.body) for row in rows}


def _reads_as(connection: Connection, principal: Principal, person_key: str) -> str:
    """The role that lets somebody read a record; HR's, where they have both."""
    as_hr = Principal(principal.person, principal.roles - {Role.AUDITOR}, principal.units)
    return Role.HR if sees(connection, as_hr, Act.SEE_RECORD, person_key) else Role.AUDITOR


def _reader(kept: MyRecord, reading: Event) -> dict[str, str | None]:
    reader = kept.named.get(reading.body["by"])
    return {"employee_id": None, "name": None} if reader is None or reader.erased_at else _who(reader)


def _who(person: Person) -> dict[str, str | None]:
    return {"employee_id": person.employee_id, "name": person.name}


def _plain(row: Mapping[str, Any], but: str = "") -> dict[str, Any]:
    return {name: _text(value) for name, value in row.items() if name != but}


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return written(value)
    return value.isoformat() if isinstance(value, date) else value
