"""Checkpoints: the signed Merkle root over the heads of all chains, to be kept where no administrator can reach."""

import base64
import binascii
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    type_coerce,
)

from database import NO_TEXT, Database, Instant, metadata, read_back, whatever_is_kept, written
from people.directory import people
from people.personal_data import PersonalData
from progress.record import merkle, sealed_directory, signing
from progress.record.chains import events
from progress.record.merkle import Tree
from progress.record.signing import Key, NotSignedError, Verifier
from words import Sentence, sentence

log = logging.getLogger(__name__)

sealed_heads = Table(
    "sealed_heads",
    metadata,
    Column("leaf", Integer, primary_key=True, autoincrement=False),
    Column("person_key", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("person_key", "seq"),
)
"""The leaves of the tree, in order. Each checkpoint adds the heads of the chains that have grown since the previous
one. So a chain's last leaf is its head, and every earlier checkpoint is the root over the first leaves."""

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("subtrees", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("note", Text, nullable=False),
    Column("reason", Text),
    Column("directory", Text),
)
"""`subtrees` is a JSON list of the roots of the tree's full subtrees, in hexadecimal, from which the next checkpoint
goes on. `directory` is [size, such a list] of the tree over the directory's past. Checkpoints from before version
0006 of the schema have neither a reason nor a directory."""

restorations = Table(
    "restorations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("size", Integer, nullable=False),
)
"""Each time that the database was restored from a backup: leaves beyond `size` that were sealed before are lost."""


class Reason(StrEnum):
    """Reason for making a checkpoint."""

    COMMAND = "command"
    NIGHTLY = "nightly"
    HR = "hr"
    """A member of HR sealed the record on its screen."""
    EXPORT = "export"
    EVIDENCE = "evidence"
    """For an evidence pack or a proof."""
    KEY = "key"
    """The signing key was changed."""


REASONS: Mapping[str | None, Sentence] = {
    Reason.COMMAND: sentence("by a command"),
    Reason.NIGHTLY: sentence("every night"),
    Reason.HR: sentence("by human resources"),
    Reason.EXPORT: sentence("for an export"),
    Reason.EVIDENCE: sentence("for evidence"),
    Reason.KEY: sentence("for a new key"),
    None: sentence("not noted"),
}
"""In words; None is the reason of checkpoints made before reasons were stored."""

LEAVES_AT_A_TIME = 5000
"""Leaves read or written at a time."""


@dataclass(frozen=True)
class Checkpoint:
    """The contents of a checkpoint (C2SP tlog-checkpoint). The lines after the root are extensions."""

    origin: str
    size: int
    """Number of leaves of the tree."""
    root: bytes
    epoch: int
    """1, plus one for every time that the database was restored from a backup."""
    events: int
    at: datetime
    directory: tuple[int, bytes] | None = None
    """Size and root of the tree over the directory's past; None in checkpoints that do not cover it."""

    def __str__(self) -> str:
        extensions = (f"epoch {self.epoch}", f"events {self.events}", f"time {written(self.at)}")
        past = [f"directory {self.directory[0]} {_base64(self.directory[1])}"] if self.directory else []
        lines = (self.origin, self.size, _base64(self.root), *extensions, *past)
        return "".join(f"{line}\n" for line in lines)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass(frozen=True)
class Signed:
    """A checkpoint with its whole text, signature included, as it is handed out."""

    checkpoint: Checkpoint
    note: str


_TEXT = re.compile(
    r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"epoch (?P<epoch>[1-9][0-9]{0,8})\nevents (?P<events>0|[1-9][0-9]{0,17})\ntime (?P<time>[0-9T:.-]{26}Z)\n"
    r"(?:directory (?P<notes>0|[1-9][0-9]{0,17}) (?P<past>[A-Za-z0-9+/]{43}=)\n)?"
).fullmatch


def read(note: str, verifiers: Iterable[Verifier]) -> Signed:
    """The checkpoint in a note; raises `NotSignedError` if none of `verifiers` signed it or it is no checkpoint."""
    text, by = signing.opened_note(note, verifiers)
    found = _TEXT(text)
    if found is None or found["origin"] != by.name:
        raise NotSignedError(sentence("this is no checkpoint"))
    try:
        root, at = base64.b64decode(found["root"], validate=True), datetime.fromisoformat(found["time"])
        past = (int(found["notes"]), base64.b64decode(found["past"], validate=True)) if found["notes"] else None
    except (ValueError, binascii.Error) as error:
        raise NotSignedError(sentence("this is no checkpoint")) from error
    epoch, n_events = int(found["epoch"]), int(found["events"])
    return Signed(Checkpoint(by.name, int(found["size"]), root, epoch, n_events, at, past), note)


def make(database: Database, key: Key, now: datetime, reason: Reason = Reason.COMMAND) -> Signed:
    """Seal the heads of all chains and the directory's past, and return the checkpoint as read back.

    People whose data holds bytes that are no text are left out and logged as errors: nobody else's record waits until
    that is put right.
    """

    def work(connection: Connection) -> tuple[int, set[str]]:
        with whatever_is_kept(connection):
            return _make(connection, key, now, reason)

    number, left_out = database.write(work)
    for person_key in sorted(left_out):
        log.error(
            "What is new of %s is not sealed: it holds bytes that are no text. “record verify” says where; put them "
            "right from a copy, and seal again.",
            person_key,
        )
    with read_back(), database.reading() as connection:
        made = connection.execute(select(checkpoints.c.note).where(checkpoints.c.number == number)).scalar_one()
    return read(made, key.verifiers)


def _make(connection: Connection, key: Key, now: datetime, reason: Reason) -> tuple[int, set[str]]:
    """The number of the new checkpoint, and the keys of the people of whose data something was left out."""
    before = _last(connection)
    number, tree = (before.number + 1, _tree(before)) if before else (1, Tree())
    left_out = _seal(connection, tree)
    directory = _tree_of(before.directory) if before and before.directory else Tree()
    left_out |= sealed_directory.seal(connection, directory)
    checkpoint = Checkpoint(
        origin=key.verifier.name,
        size=tree.size,
        root=tree.root(),
        epoch=epoch(connection),
        events=connection.execute(select(func.coalesce(func.sum(_SEALED.c.seq), 0))).scalar_one(),
        at=max(now, before.made_at) if before else now,
        directory=(directory.size, directory.root()),
    )
    row = {
        "number": number,
        "size": tree.size,
        "subtrees": json.dumps([each.hex() for each in tree.full]),
        "made_at": checkpoint.at,
        "note": signing.signed(str(checkpoint), key),
        "reason": reason.value,
        "directory": json.dumps([directory.size, [each.hex() for each in directory.full]]),
    }
    connection.execute(insert(checkpoints), [row])
    return number, left_out


def current(
    database: Database, key: Key, now: datetime, *, may_seal: bool, reason: Reason = Reason.EXPORT
) -> Signed | None:
    """The newest checkpoint if no chain has grown since or the reader may not seal; otherwise a new one. None if
    there is no valid checkpoint and the reader may not make one."""
    with database.reading() as connection, whatever_is_kept(connection):
        last = connection.execute(
            select(checkpoints.c.note).order_by(checkpoints.c.number.desc()).limit(1)
        ).scalar_one_or_none()
        has_grown = may_seal and any(map(_is_readable, connection.execute(_GROWN)))
    signed = None if last is None else _signed(last, key)
    return make(database, key, now, reason) if may_seal and (has_grown or signed is None) else signed


def _signed(note: str, key: Key) -> Signed | None:
    try:
        return read(note, key.verifiers)
    except NotSignedError:
        return None


_AS_STORED = select(
    checkpoints.c.number,
    checkpoints.c.size,
    type_coerce(checkpoints.c.made_at, Text).label("made_at"),
    checkpoints.c.note,
    checkpoints.c.reason,
)
"""`made_at` is read as text, because a tampered row may hold no timestamp; the signed note is authoritative."""


def stored(connection: Connection) -> list[Row[tuple[int, int, str, str, str | None]]]:
    """All checkpoints made here, the oldest first."""
    return list(connection.execute(_AS_STORED.order_by(checkpoints.c.number)))


def newest(connection: Connection, most: int) -> list[Row[tuple[int, int, str, str, str | None]]]:
    """At most `most` checkpoints made here, the newest first."""
    return list(connection.execute(_AS_STORED.order_by(checkpoints.c.number.desc()).limit(most)))


def note(connection: Connection, number: int) -> str | None:
    """The signed text of a checkpoint; None if there is no such number."""
    asked = select(checkpoints.c.note).where(checkpoints.c.number == number)
    return connection.execute(asked).scalar_one_or_none()


def first_by(connection: Connection, verifier: Verifier) -> datetime | None:
    """Time of the first checkpoint made here that this key signed; None if it signed none."""
    is_by = checkpoints.c.note.contains(verifier.mark, autoescape=True)
    asked = select(checkpoints.c.note).where(is_by).order_by(checkpoints.c.number).limit(1)
    first = connection.execute(asked).scalar_one_or_none()
    try:
        return read(first, [verifier]).checkpoint.at if first else None
    except NotSignedError:
        return None


def epoch(connection: Connection) -> int:
    return 1 + connection.execute(select(func.count()).select_from(restorations)).scalar_one()


def leaf(person_key: str, seq: int, event_hash: str) -> bytes:
    """Leaf hash of a chain's head."""
    return merkle.leaf(f"kodex head 1\n{person_key}\n{seq}\n{event_hash}".encode())


def begin_epoch(connection: Connection, now: datetime) -> int:
    """Store that the database was restored from a backup, and return the number of the epoch that begins."""
    last = _last(connection)
    ended = epoch(connection)
    connection.execute(insert(restorations), [{"number": ended, "at": now, "size": last.size if last else 0}])
    return ended + 1


def ends_of_epochs(connection: Connection) -> dict[int, int]:
    """By epoch that has ended: the number of its leaves that were restored."""
    rows = connection.execute(select(restorations.c.number, restorations.c.size))
    return {row.number: row.size for row in rows}


def leaves(connection: Connection) -> Iterator[bytes]:
    """All leaf hashes, in order."""
    asked = select(sealed_heads.c.person_key, sealed_heads.c.seq, sealed_heads.c.hash).order_by(sealed_heads.c.leaf)
    with connection.execute(asked, execution_options={"yield_per": LEAVES_AT_A_TIME}) as rows:
        for row in rows:
            yield leaf(*row)


def _last(connection: Connection) -> Row[*tuple[Any, ...]] | None:
    return connection.execute(select(checkpoints).order_by(checkpoints.c.number.desc()).limit(1)).first()


def _tree(row: Row[*tuple[Any, ...]]) -> Tree:
    return Tree(row.size, map(bytes.fromhex, json.loads(row.subtrees)))


def _tree_of(directory: str) -> Tree:
    size, full = json.loads(directory)
    return Tree(size, map(bytes.fromhex, full))


_SEALED = (
    select(sealed_heads.c.person_key, func.max(sealed_heads.c.seq).label("seq"))
    .group_by(sealed_heads.c.person_key)
    .subquery()
)
_LATER = events.c.seq > func.coalesce(_SEALED.c.seq, 0)
_THEIRS = events.c.person_key == people.c.person_key
_HEAD = [
    select(column).where(_THEIRS).order_by(events.c.seq.desc()).limit(1).scalar_subquery().label(column.name)
    for column in (events.c.seq, events.c.hash)
]
_GROWN = (
    select(people.c.person_key, *_HEAD)
    .outerjoin(_SEALED, _SEALED.c.person_key == people.c.person_key)
    .where(select(events.c.seq).where(_THEIRS, _LATER).exists())
    .order_by(people.c.person_key)
)
"""The heads of the chains that have grown since they were last sealed. Queried per person, which takes a tenth of the
time of reading all events, most of which are old."""


def _seal(connection: Connection, tree: Tree) -> set[str]:
    """Add the heads of the chains that have grown, and return the keys of the people whose heads cannot be read."""
    found = connection.execute(_GROWN).all()
    grown = [row for row in found if _is_readable(row)]
    for begin in range(0, len(grown), LEAVES_AT_A_TIME):
        piece = grown[begin : begin + LEAVES_AT_A_TIME]
        rows = [{"leaf": tree.size + n, **row._mapping} for n, row in enumerate(piece)]
        connection.execute(insert(sealed_heads), rows)
        for row in piece:
            tree.add(leaf(*row))
    return {row.person_key for row in found} - {row.person_key for row in grown}


def _is_readable(head: Row[Any]) -> bool:
    return NO_TEXT not in f"{head.person_key}{head.hash}"


def _heads_of(connection: Connection, person_key: str) -> tuple[Mapping[str, Any], ...]:
    columns = (sealed_heads.c.leaf, sealed_heads.c.seq, sealed_heads.c.hash)
    rows = connection.execute(
        select(*columns).where(sealed_heads.c.person_key == person_key).order_by(sealed_heads.c.seq)
    )
    return tuple(map(dict, rows.mappings()))


SEALED_HEADS = PersonalData(
    "sealed",
    (sealed_heads, sealed_directory.sealed_history),
    _heads_of,
    list,
    withheld={"sealed_history.hash": "it says nothing that the note next to it does not"},
)
