"""Checkpoints: the Merkle root over the heads of all chains, signed, to be kept where no administrator reaches."""

import base64
import binascii
import json
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

from database import Database, Instant, metadata, read_back, written
from people.directory import people
from people.personal_data import PersonalData
from progress.record import merkle, sealed_directory, signing
from progress.record.chains import events
from progress.record.merkle import Tree
from progress.record.signing import Key, NotSignedError, Verifier
from words import Sentence, sentence

sealed_heads = Table(
    "sealed_heads",
    metadata,
    Column("leaf", Integer, primary_key=True, autoincrement=False),
    Column("person_key", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("person_key", "seq"),
)
"""The leaves of the tree, in order. Each checkpoint adds the heads of the chains that have grown since the last one,
so that a chain's last leaf is its head, and every earlier checkpoint is the root over the first leaves."""

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
"""`subtrees` are the roots of the tree's full subtrees, in hexadecimal: the next checkpoint goes on from them.
`directory` are those of the tree over the directory's past. Checkpoints of before version 0006 of the schema have
neither a reason nor a directory."""

restorations = Table(
    "restorations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("size", Integer, nullable=False),
)
"""Each time that the database was put back from a copy: what was sealed beyond `size` before is not in it."""


class Reason(StrEnum):
    """Why a checkpoint was made."""

    COMMAND = "command"
    NIGHTLY = "nightly"
    HR = "hr"
    """Somebody of HR sealed the record on its screen."""
    EXPORT = "export"
    EVIDENCE = "evidence"
    """For an evidence pack or a proof."""
    KEY = "key"
    """The key that signs was changed."""


REASONS: Mapping[str | None, Sentence] = {
    Reason.COMMAND: sentence("by a command"),
    Reason.NIGHTLY: sentence("every night"),
    Reason.HR: sentence("by human resources"),
    Reason.EXPORT: sentence("for an export"),
    Reason.EVIDENCE: sentence("for evidence"),
    Reason.KEY: sentence("for a new key"),
    None: sentence("not noted"),
}
"""In words; of those that were made before it was noted, that it was not."""

PIECE = 5000
"""Leaves that are read or written at a time."""


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint says. The lines after the root are extensions as C2SP tlog-checkpoint allows them."""

    origin: str
    size: int
    """Leaves of the tree."""
    root: bytes
    epoch: int
    """1, and one more for every time that the database was put back from a copy."""
    events: int
    at: datetime
    directory: tuple[int, bytes] | None = None
    """Leaves and root of the tree over the directory's past; none in checkpoints that do not cover it."""

    def __str__(self) -> str:
        said = (f"epoch {self.epoch}", f"events {self.events}", f"time {written(self.at)}")
        past = [f"directory {self.directory[0]} {_base64(self.directory[1])}"] if self.directory else []
        lines = (self.origin, self.size, _base64(self.root), *said, *past)
        return "".join(f"{line}\n" for line in lines)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass(frozen=True)
class Signed:
    """A checkpoint and the whole text, signature included, that is handed out."""

    checkpoint: Checkpoint
    note: str


_TEXT = re.compile(
    r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"epoch (?P<epoch>[1-9][0-9]{0,8})\nevents (?P<events>0|[1-9][0-9]{0,17})\ntime (?P<time>[0-9T:.-]{26}Z)\n"
    r"(?:directory (?P<notes>0|[1-9][0-9]{0,17}) (?P<past>[A-Za-z0-9+/]{43}=)\n)?"
)


def read(note: str, verifiers: Iterable[Verifier]) -> Signed:
    """A checkpoint that one of `verifiers` has signed; raises `NotSignedError` where it is none."""
    text, by = signing.opened_note(note, verifiers)
    said = _TEXT.fullmatch(text)
    if said is None or said["origin"] != by.name:
        raise NotSignedError(sentence("this is no checkpoint"))
    try:
        root, at = base64.b64decode(said["root"], validate=True), datetime.fromisoformat(said["time"])
        past = (int(said["notes"]), base64.b64decode(said["past"], validate=True)) if said["notes"] else None
    except (ValueError, binascii.Error) as error:
        raise NotSignedError(sentence("this is no checkpoint")) from error
    epoch, n_events = int(said["epoch"]), int(said["events"])
    return Signed(Checkpoint(by.name, int(said["size"]), root, epoch, n_events, at, past), note)


def make(database: Database, key: Key, now: datetime, reason: Reason = Reason.COMMAND) -> Signed:
    """Seal the heads of all chains and the directory's past as they are; returns the checkpoint as it is kept."""

    def work(connection: Connection) -> int:
        before = _last(connection)
        number, tree = (before.number + 1, _tree(before)) if before else (1, Tree())
        _seal(connection, tree)
        directory = _tree_of(before.directory) if before and before.directory else Tree()
        sealed_directory.seal(connection, directory)
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
        return number

    number = database.write(work)
    with read_back(), database.reading() as connection:
        made = connection.execute(select(checkpoints.c.note).where(checkpoints.c.number == number)).scalar_one()
    return read(made, key.verifiers)


def current(
    database: Database, key: Key, now: datetime, *, may_seal: bool, reason: Reason = Reason.EXPORT
) -> Signed | None:
    """The newest checkpoint while no chain has grown since; otherwise a new one where the reader may seal, and the
    newest where not. None where there is no checkpoint that holds and the reader may not make one."""
    with database.reading() as connection:
        last = connection.execute(
            select(checkpoints.c.note).order_by(checkpoints.c.number.desc()).limit(1)
        ).scalar_one_or_none()
        has_grown = may_seal and connection.execute(_GROWN.limit(1)).first() is not None
    signed = None if last is None else _signed(last, key)
    return make(database, key, now, reason) if may_seal and (has_grown or signed is None) else signed


def _signed(note: str, key: Key) -> Signed | None:
    try:
        return read(note, key.verifiers)
    except NotSignedError:
        return None


_AS_KEPT = select(
    checkpoints.c.number,
    checkpoints.c.size,
    type_coerce(checkpoints.c.made_at, Text).label("made_at"),
    checkpoints.c.note,
    checkpoints.c.reason,
)
"""The moment as the text that is kept, which need not be one any more; what is signed is in the note."""


def kept(connection: Connection) -> list[Row[tuple[int, int, str, str, str | None]]]:
    """All that were made here, the oldest first."""
    return list(connection.execute(_AS_KEPT.order_by(checkpoints.c.number)))


def newest(connection: Connection, most: int) -> list[Row[tuple[int, int, str, str, str | None]]]:
    """Those that were made here last, the newest first."""
    return list(connection.execute(_AS_KEPT.order_by(checkpoints.c.number.desc()).limit(most)))


def note(connection: Connection, number: int) -> str | None:
    """The text of one of them, as it is handed out; none where there is no such number."""
    asked = select(checkpoints.c.note).where(checkpoints.c.number == number)
    return connection.execute(asked).scalar_one_or_none()


def first_by(connection: Connection, verifier: Verifier) -> datetime | None:
    """When the first of those kept here was made that bears the mark of this key, as it says itself."""
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
    """The leaf hash of a chain's head."""
    return merkle.leaf(f"kodex head 1\n{person_key}\n{seq}\n{event_hash}".encode())


def begin_epoch(connection: Connection, now: datetime) -> int:
    """Notes that the database was put back from a copy; gives the number of the epoch that begins with it."""
    last = _last(connection)
    ended = epoch(connection)
    connection.execute(insert(restorations), [{"number": ended, "at": now, "size": last.size if last else 0}])
    return ended + 1


def ends_of_epochs(connection: Connection) -> dict[int, int]:
    """By epoch that has ended: how many leaves it has left."""
    rows = connection.execute(select(restorations.c.number, restorations.c.size))
    return {row.number: row.size for row in rows}


def leaves(connection: Connection) -> Iterator[bytes]:
    """The leaf hashes of all leaves, in order."""
    asked = select(sealed_heads.c.person_key, sealed_heads.c.seq, sealed_heads.c.hash).order_by(sealed_heads.c.leaf)
    with connection.execute(asked, execution_options={"yield_per": PIECE}) as rows:
        for row in rows:
            yield leaf(*row)


def _last(connection: Connection) -> Row[*tuple[Any, ...]] | None:
    return connection.execute(select(checkpoints).order_by(checkpoints.c.number.desc()).limit(1)).first()


def _tree(kept: Row[*tuple[Any, ...]]) -> Tree:
    return Tree(kept.size, map(bytes.fromhex, json.loads(kept.subtrees)))


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
"""The heads of the chains that have grown since they were sealed last. It is asked of each person: that takes a tenth
of the time that all events take, most of which are old."""


def _seal(connection: Connection, tree: Tree) -> None:
    grown = connection.execute(_GROWN).all()
    for begin in range(0, len(grown), PIECE):
        piece = grown[begin : begin + PIECE]
        rows = [{"leaf": tree.size + n, **row._mapping} for n, row in enumerate(piece)]
        connection.execute(insert(sealed_heads), rows)
        for row in piece:
            tree.add(leaf(*row))


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
