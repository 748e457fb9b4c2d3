"""The directory's past, sealed in checkpoints: each note of who belonged where is a leaf of a second tree."""

import secrets
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    column,
    exists,
    func,
    insert,
    select,
    table,
    type_coerce,
    update,
)

from database import NO_TEXT, Instant, metadata, written
from lessons.model import canonical
from people.history import history
from progress.record import merkle
from progress.record.chains import Kind, events
from progress.record.merkle import Tree
from words import Sentence, sentence

sealed_history = Table(
    "sealed_history",
    metadata,
    Column("leaf", Integer, primary_key=True, autoincrement=False),
    Column("person_key", Text, nullable=False),
    Column("from_at", Instant, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("person_key", "from_at"),
)
"""The leaves of the tree, in order: the hash of each note. It stays when the note is erased; without the salt, which
is erased with the note, it says nothing."""

PEOPLE_AT_A_TIME = 500
_FROM = type_coerce(history.c.from_at, Text).label("from_at")
_NOTES = select(
    history.c.person_key, _FROM, history.c.unit, history.c.manager_key, history.c.active, history.c.salt
).order_by(history.c.person_key, history.c.from_at)
"""`from_at` is read as text, exactly as stored."""


@dataclass(frozen=True)
class Covering:
    """A signed checkpoint that covers the directory's past."""

    called: Sentence
    size: int
    """Number of leaves of the tree."""
    root: bytes
    at: datetime
    lost: int = 0
    """Number of its leaves that are missing from the backup that was restored later."""


@dataclass(frozen=True)
class Past:
    """Numbers of notes, of sealed notes, and of checkpoints that cover them."""

    notes: int = 0
    sealed: int = 0
    checkpoints: int = 0
    """Only those that cover the directory's past: older ones do not."""


def seal(connection: Connection, tree: Tree) -> set[str]:
    """Add the notes that no checkpoint has yet to the tree, except those that cannot be read, and return the keys of
    the people whose notes those are. `connection` has to be inside `whatever_is_kept`."""
    is_sealed = and_(
        sealed_history.c.person_key == history.c.person_key, sealed_history.c.from_at == history.c.from_at
    )
    # A sealed note that has lost its salt is not sealed a second time: verification reports it.
    found = connection.execute(_NOTES.where(history.c.salt.is_(None), ~exists().where(is_sealed))).all()
    left_out = {row.person_key for row in found if not _is_readable(connection, row)}
    rows = [row for row in found if row.person_key not in left_out]
    if not rows:
        return left_out
    salted = [(row, secrets.token_hex(16)) for row in rows]
    hashes = [_hash(row, salt) for row, salt in salted]
    leaves = [
        {"leaf": tree.size + n, "person_key": row.person_key, "from_at": row.from_at, "hash": digest.hex()}
        for n, ((row, _), digest) in enumerate(zip(salted, hashes, strict=True))
    ]
    connection.execute(insert(_AS_TEXT), leaves)
    salts = [{"key": row.person_key, "since": row.from_at, "its": salt} for row, salt in salted]
    connection.execute(_SALTED, salts)
    for digest in hashes:
        tree.add(digest)
    return left_out


def _is_readable(connection: Connection, note: Row[Any]) -> bool:
    """True if the note is stored as it was read. The character that replaces bytes that are no text is not enough to
    tell by: a unit's name may really have it."""
    if NO_TEXT not in f"{note.person_key}{note.from_at}{note.unit}{note.manager_key}":
        return True
    row = history.c
    same = select(row.person_key).where(
        row.person_key == note.person_key,
        type_coerce(row.from_at, Text) == note.from_at,
        row.unit == note.unit,
        row.manager_key.is_not_distinct_from(note.manager_key),
    )
    return connection.execute(same).first() is not None


_AS_TEXT = table("sealed_history", *map(column, ("leaf", "person_key", "from_at", "hash")))
"""With timestamps as text."""
_SALTED = (
    update(history)
    .where(
        history.c.person_key == bindparam("key"),
        type_coerce(history.c.from_at, Text) == bindparam("since", type_=Text),
    )
    .values(salt=bindparam("its"))
)


def _hash(note: Row[Any], salt: str | None) -> bytes:
    """Leaf hash of a row of `_NOTES`."""
    text = canonical([note.person_key, note.from_at, note.unit, note.manager_key, bool(note.active), salt])
    return merkle.leaf(f"kodex directory 1\n{text}".encode())


def faults(connection: Connection, covering: Sequence[Covering], late: timedelta) -> Iterator[tuple[Sentence, str]]:
    """Everything in the directory's past that is not as it was sealed, with the key of the person it is about; the
    key is empty for faults of a checkpoint.

    `late` is how much earlier than a checkpoint that lacks it a note may say that it was made."""
    leaf, from_at = sealed_history.c.leaf, type_coerce(sealed_history.c.from_at, Text)
    query = select(leaf, sealed_history.c.person_key, from_at, sealed_history.c.hash).order_by(leaf)
    sealed = connection.execute(query).all()
    by_size = sorted((each for each in covering if not each.lost), key=lambda each: (each.size, each.at))
    yield from _lost(covering)
    yield from _roots([digest for *_, digest in sealed], by_size)
    if [number for number, *_ in sealed] != list(range(len(sealed))):
        yield sentence("sealed notes of the directory’s past are numbered out of order"), ""
    yield from _notes(connection, {(key, at): (n, digest) for n, key, at, digest in sealed}, by_size, late)


def _lost(covering: Sequence[Covering]) -> Iterator[tuple[Sentence, str]]:
    for each in covering:
        if each.lost:
            yield (
                sentence(
                    "{checkpoint} covers {n} more notes of the directory’s past than the backup that was restored "
                    "later",
                    checkpoint=each.called,
                    n=each.lost,
                ),
                "",
            )


def _roots(hashes: Sequence[str], by_size: Sequence[Covering]) -> Iterator[tuple[Sentence, str]]:
    tree, leaves = Tree(), iter(hashes)
    for each in by_size:
        for digest in islice(leaves, each.size - tree.size):
            tree.add(_bytes(digest))
        if (tree.size, tree.root()) != (each.size, each.root):
            yield (
                sentence(
                    "{checkpoint} has another past of the directory than the one that is sealed here",
                    checkpoint=each.called,
                ),
                "",
            )


def _bytes(digest: str) -> bytes:
    """The hash in hexadecimal as bytes; empty if it is none, which agrees with no root."""
    try:
        return bytes.fromhex(digest)
    except ValueError:
        return b""


def _notes(
    connection: Connection,
    sealed: dict[tuple[str, str], tuple[int, str]],
    by_size: Sequence[Covering],
    late: timedelta,
) -> Iterator[tuple[Sentence, str]]:
    sizes, made_at = [each.size for each in by_size], [each.at for each in by_size]
    for note in connection.execute(_NOTES):
        key, at = note.person_key, note.from_at
        leaf, digest = sealed.pop((key, at), (None, ""))
        if leaf is None and note.salt is not None:
            yield sentence("the directory’s note of {at} was put in: no checkpoint has it", at=at), key
        elif leaf is not None and _hash(note, note.salt).hex() != digest:
            yield sentence("the directory’s note of {at} was altered since it was sealed", at=at), key
        before = (len(sizes) if leaf is None else bisect_right(sizes, leaf)) - 1
        if before >= 0 and at < written(made_at[before] - late):
            yield (
                sentence(
                    "the directory’s note of {at} was made after the checkpoint of {time}, which does not have it",
                    at=at,
                    time=written(made_at[before]),
                ),
                key,
            )
    erased = _erased(connection, {key for key, _ in sealed})
    for key, at in sorted(sealed):
        if key not in erased:
            yield sentence("the directory’s note of {at}, which a checkpoint has, is missing", at=at), key


def _erased(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of the people whose chain has an erasure."""
    found: set[str] = set()
    waiting = iter(sorted(keys))
    while piece := list(islice(waiting, PEOPLE_AT_A_TIME)):
        is_erasure = events.c.person_key.in_(piece) & (events.c.kind == Kind.ERASED)
        found.update(connection.execute(select(events.c.person_key).where(is_erasure)).scalars())
    return found


def extent(connection: Connection, n_covering: int) -> Past:
    """Numbers of notes; `n_covering` is the number of checkpoints that cover them."""
    counted = select(func.count(), func.count(history.c.salt)).select_from(history)
    notes, n_sealed = connection.execute(counted).one()
    return Past(notes, n_sealed, n_covering)


def lost(size: int, epoch: int, sizes: Mapping[int, int], newest_epoch: int) -> int:
    """The number of leaves of a checkpoint of `epoch` that are missing from the backup that was restored since.
    `sizes` has, by epoch, the size of the tree in the last checkpoint made here."""
    if epoch >= newest_epoch:
        return 0
    end = max((last for each, last in sizes.items() if each <= epoch), default=0)
    return max(size - end, 0)
