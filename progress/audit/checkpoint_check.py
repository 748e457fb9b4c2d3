"""Checkpoints checked against the sealed heads of chains: those stored here, and those kept elsewhere."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from database import written
from progress.audit.findings import Finding
from progress.record import checkpoints, sealed_directory
from progress.record.checkpoints import Checkpoint, sealed_heads
from progress.record.merkle import Tree
from progress.record.sealed_directory import Covering
from progress.record.signing import NotSignedError, Verifier
from words import Sentence, sentence


@dataclass(frozen=True)
class Named:
    """A checkpoint signed by a trusted key, with the name that findings call it by."""

    name: Sentence
    signed: Checkpoint


@dataclass
class Trusted:
    """All checkpoints that are signed by a trusted key."""

    here: list[Named] = field(default_factory=list)
    """Those in the database."""
    elsewhere: list[Named] = field(default_factory=list)


@dataclass
class Seals:
    """The sizes and times of all trusted checkpoints, in order.

    The database's own columns about them are not used: a person who backdates an event could alter those too.
    """

    sizes: list[int] = field(default_factory=list)
    """Number of leaves of each."""
    made_at: list[datetime] = field(default_factory=list)
    agreed: int = 0
    """Number of leaves up to which the stored heads have the roots of the checkpoints."""

    def made_first_with(self, leaf: int) -> datetime | None:
        """Time of the first checkpoint that includes the leaf."""
        return self._made(bisect_right(self.sizes, leaf))

    def made_last_without(self, leaf: int | None) -> datetime | None:
        """Time of the last checkpoint that does not include the leaf; of the very last one if `leaf` is None."""
        return self._made((len(self.sizes) if leaf is None else bisect_right(self.sizes, leaf)) - 1)

    def _made(self, number: int) -> datetime | None:
        return self.made_at[number] if 0 <= number < len(self.made_at) else None


def trusted(
    connection: Connection, verifiers: Sequence[Verifier], notes: Mapping[str, str]
) -> tuple[Trusted, list[Finding]]:
    """The checkpoints that `verifiers` signed, and a finding for each other one. `notes` are those kept elsewhere, by
    the names of their files."""
    known, findings = Trusted(), list[Finding]()
    for row in checkpoints.kept(connection):
        name = sentence("checkpoint {n} of {time}", n=row.number, time=row.made_at)
        try:
            signed = checkpoints.read(row.note, verifiers).checkpoint
        except NotSignedError as error:
            findings.append(_untrusted(name, error))
            continue
        if (signed.size, written(signed.at)) != (row.size, row.made_at):
            findings.append(
                Finding(sentence("{checkpoint} was altered: what is signed says otherwise", checkpoint=name))
            )
        known.here.append(Named(name, signed))
    for file, note in notes.items():
        name = sentence("the checkpoint in {file}", file=file)
        try:
            known.elsewhere.append(Named(name, checkpoints.read(note, verifiers).checkpoint))
        except NotSignedError as error:
            findings.append(_untrusted(name, error))
    return known, findings


def _untrusted(name: Sentence, error: NotSignedError) -> Finding:
    return Finding(sentence("{checkpoint}: {reason}", checkpoint=name, reason=error.reason))


def covering(known: Trusted) -> list[Covering]:
    """The checkpoints that cover the directory's past."""
    newest = max((each.signed.epoch for each in known.here), default=1)
    sizes: dict[int, int] = {}
    for each in known.here:
        if each.signed.directory:
            sizes[each.signed.epoch] = max(each.signed.directory[0], sizes.get(each.signed.epoch, 0))
    found = []
    for each in (*known.here, *known.elsewhere):
        if each.signed.directory:
            size, root = each.signed.directory
            lost = sealed_directory.lost(size, each.signed.epoch, sizes, newest)
            found.append(Covering(each.name, size, root, each.signed.at, lost))
    return found


def seals(connection: Connection, known: Trusted) -> tuple[Seals, list[Finding]]:
    """The trusted checkpoints as seals, and what of them does not agree with the sealed heads stored here."""
    findings = list(_misnumbered(connection))
    ends = checkpoints.ends_of_epochs(connection)
    by_size = sorted((*known.here, *known.elsewhere), key=lambda each: (each.signed.size, each.signed.at))
    against = _Heads(checkpoints.leaves(connection))
    for each in by_size:
        signed = each.signed
        end = min((size for epoch, size in ends.items() if epoch >= signed.epoch), default=signed.size)
        fault = _lost(each, signed.size - end) if signed.size > end else against.fault(each)
        if fault is not None:
            findings.append(fault)
    return against.seals, findings


def _misnumbered(connection: Connection) -> Iterator[Finding]:
    """A head's number tells which checkpoints include it, while their roots rest on the order alone."""
    leaf = sealed_heads.c.leaf
    first, last, number = connection.execute(select(func.min(leaf), func.max(leaf), func.count(leaf))).one()
    if number and (first, last) != (0, number - 1):
        yield Finding(sentence("sealed chain heads are numbered out of order"))


def _lost(named: Named, heads: int) -> Finding:
    return Finding(
        sentence(
            "{checkpoint} covers {n} more chain heads than the backup that was restored later; events recorded in "
            "between are lost",
            checkpoint=named.name,
            n=heads,
        )
    )


class _Heads:
    """The tree over the stored heads, grown from one checkpoint to the next larger one."""

    def __init__(self, leaves: Iterator[bytes]) -> None:
        self.seals = Seals()
        self._leaves = leaves
        self._tree = Tree()
        self._sound_until: datetime | None = None
        self._is_sound = True

    def fault(self, named: Named) -> Finding | None:
        """The reason why a checkpoint, at least as large as the last one asked for, has another tree; or None."""
        signed, tree = named.signed, self._tree
        self.seals.sizes.append(signed.size)
        self.seals.made_at.append(signed.at)
        while tree.size < signed.size and (leaf := next(self._leaves, None)) is not None:
            tree.add(leaf)
        if tree.size < signed.size:
            self._is_sound = False
            return Finding(self._too_few(named), sound_until=self._sound_until)
        if tree.root() != signed.root:
            self._is_sound = False
            return Finding(_other_root(named), sound_until=self._sound_until)
        if self._is_sound:
            self.seals.agreed, self._sound_until = signed.size, signed.at
        return None

    def _too_few(self, named: Named) -> Sentence:
        return sentence(
            "{checkpoint} covers {n} chain heads, and the database has only {stored}: events were removed, or an "
            "older backup was restored",
            checkpoint=named.name,
            n=named.signed.size,
            stored=self._tree.size,
        )


def _other_root(named: Named) -> Sentence:
    return sentence(
        "{checkpoint} has another root than the chain heads that are sealed here: the record was altered before the "
        "checkpoint was made, or its heads were altered afterwards",
        checkpoint=named.name,
    )
