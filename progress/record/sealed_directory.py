"""The directory's past under the checkpoints: each note of who belonged where is a leaf of a second tree."""

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

from database import Instant, metadata, written
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
"""The leaves of the tree, in order: the hash of each note, which stays when the note is erased. It says nothing
without the salt, which goes with the note."""

PIECE = 500
"""People who are asked for at a time."""
_FROM = type_coerce(history.c.from_at, Text).label("from_at")
_NOTES = select(
    history.c.person_key, _FROM, history.c.unit, history.c.manager_key, history.c.active, history.c.salt
).order_by(history.c.person_key, history.c.from_at)
"""The moment as the text that is kept."""


@dataclass(frozen=True)
class Covering:
    """A signed checkpoint that covers the directory's past."""

    called: Sentence
    size: int
    """Leaves of the tree."""
    root: bytes
    at: datetime
    lost: int = 0
    """How many of its leaves the copy never had from which the database was put back since."""


@dataclass(frozen=True)
class Past:
    """How much of the directory's past there is, and how much of it is sealed."""

    notes: int = 0
    sealed: int = 0
    checkpoints: int = 0
    """Those that cover it: older ones do not."""


def seal(connection: Connection, tree: Tree) -> None:
    """Add to the tree the notes that no checkpoint has yet."""
    is_sealed = and_(
        sealed_history.c.person_key == history.c.person_key, sealed_history.c.from_at == history.c.from_at
    )
    # Of a note that is sealed and has no salt any more the verification tells; it is not sealed a second time.
    rows = connection.execute(_NOTES.where(history.c.salt.is_(None), ~exists().where(is_sealed))).all()
    if not rows:
        return
    salted = [(row, secrets.token_hex(16)) for row in rows]
    hashes = [_hash(row.person_key, row.from_at, row.unit, row.manager_key, row.active, salt) for row, salt in salted]
    leaves = [
        {"leaf": tree.size + n, "person_key": row.person_key, "from_at": row.from_at, "hash": digest.hex()}
        for n, ((row, _), digest) in enumerate(zip(salted, hashes, strict=True))
    ]
    connection.execute(insert(_AS_TEXT), leaves)
    salts = [{"key": row.person_key, "since": row.from_at, "its": salt} for row, salt in salted]
    connection.execute(_SALTED, salts)
    for digest in hashes:
        tree.add(digest)


_AS_TEXT = table("sealed_history", *map(column, ("leaf", "person_key", "from_at", "hash")))
"""With moments as the text that is kept."""
_SALTED = (
    update(history)
    .where(
        history.c.person_key == bindparam("key"),
        type_coerce(history.c.from_at, Text) == bindparam("since", type_=Text),
    )
    .values(salt=bindparam("its"))
)


def _hash(person_key: str, from_at: str, unit: str, manager_key: str | None, active: Any, salt: str | None) -> bytes:
    """The leaf hash of a note."""
    said = canonical([person_key, from_at, unit, manager_key, bool(active), salt])
    return merkle.leaf(f"kodex directory 1\n{said}".encode())


def faults(connection: Connection, covering: Sequence[Covering], late: timedelta) -> Iterator[tuple[Sentence, str]]:
    """What of the directory's past is not as it was sealed, each with the person key that it is about, or with none.

    `late` is how much earlier than a checkpoint that does not have it a note may say that it was made."""
    leaf, moment = sealed_history.c.leaf, type_coerce(sealed_history.c.from_at, Text)
    asked = select(leaf, sealed_history.c.person_key, moment, sealed_history.c.hash).order_by(leaf)
    sealed = connection.execute(asked).all()
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
    """The hash that is kept in hexadecimal; something else where it is none, which no root agrees with."""
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
    for key, at, unit, manager_key, active, salt in connection.execute(_NOTES):
        leaf, digest = sealed.pop((key, at), (None, ""))
        if leaf is None and salt is not None:
            yield sentence("the directory’s note of {at} was put in: no checkpoint has it", at=at), key
        elif leaf is not None and _hash(key, at, unit, manager_key, active, salt).hex() != digest:
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
    """Those of the people whose record says that they were erased."""
    found: set[str] = set()
    waiting = iter(sorted(keys))
    while piece := list(islice(waiting, PIECE)):
        is_erasure = events.c.person_key.in_(piece) & (events.c.kind == Kind.ERASED)
        found.update(connection.execute(select(events.c.person_key).where(is_erasure)).scalars())
    return found


def extent(connection: Connection, n_covering: int) -> Past:
    """How much there is, and how much of it has been sealed by the `n_covering` checkpoints that cover it."""
    counted = select(func.count(), func.count(history.c.salt)).select_from(history)
    notes, n_sealed = connection.execute(counted).one()
    return Past(notes, n_sealed, n_covering)


def lost(size: int, epoch: int, kept_sizes: Mapping[int, int], newest_epoch: int) -> int:
    """How many leaves of a checkpoint of `epoch` the copy did not have from which the database was put back since.
    `kept_sizes` has, by epoch, the size of the tree in the last checkpoint that is kept here."""
    if epoch >= newest_epoch:
        return 0
    end = max((kept for each, kept in kept_sizes.items() if each <= epoch), default=0)
    return max(size - end, 0)
