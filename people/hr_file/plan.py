"""The changes that HR's file would make to the directory, one for each person, and its faults."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from people.directory import Person
from people.hr_file.columns import Field
from people.hr_file.files import FileFault
from people.hr_file.identities import NONE_SAID, Pair, Verdicts
from words import Sentence, sentence


class Leavers(StrEnum):
    """The treatment of people who are missing from the file."""

    DEACTIVATE = "deactivate"
    REPORT = "report"


@dataclass(frozen=True)
class ImportOptions:
    today: date
    leavers: Leavers = Leavers.DEACTIVATE
    skip_bad: bool = False
    """Leave faulty rows out, and import the rest."""
    verdicts: Verdicts = NONE_SAID
    agreed: str | None = None
    """The fingerprint of the plan that was agreed to: another one is not carried out."""


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    RETURNED = "returned"
    LEFT = "left"
    """They lose access; their record stays."""
    MISSING = "missing"
    """They are not in the file and keep access."""


SAID: dict[ChangeKind, Sentence] = {
    ChangeKind.ADDED: sentence("new"),
    ChangeKind.CHANGED: sentence("changed"),
    ChangeKind.RETURNED: sentence("access again"),
    ChangeKind.LEFT: sentence("access ends"),
    ChangeKind.MISSING: sentence("not in the file, access stays"),
}
"""The meaning of a change, in front of the person's name."""

FIELDS_SAID: dict[Field, Sentence] = {
    Field.ID: sentence("number"),
    Field.NAME: sentence("name"),
    Field.EMAIL: sentence("e-mail"),
    Field.UNIT: sentence("unit"),
    Field.MANAGER: sentence("manager"),
    Field.START: sentence("first day"),
    Field.END: sentence("last day"),
    Field.LANGUAGE: sentence("language"),
}
"""The fields that can change."""


class Change(NamedTuple):
    """The change for one person. The line is 0 for people who are not in the file."""

    kind: ChangeKind
    line: int
    employee_id: str
    before: Person | None
    after: Person | None
    """Their `manager_key` holds the manager's employee number, since a manager may be new, too."""
    fields: tuple[Field, ...] = ()

    @property
    def name(self) -> str:
        known = self.after or self.before
        return known.name if known else ""

    @property
    def unit(self) -> str:
        known = self.after or self.before
        return known.unit if known else ""


@dataclass(frozen=True)
class ImportPlan:
    """The changes that a file would make, and its faults."""

    changes: Sequence[Change]
    unchanged: int
    faults: Sequence[FileFault]
    skipped: int
    """Rows that are faulty, or build on a faulty one."""
    held_back: bool
    """True if a skipped row has no employee number, so that nobody can be called missing."""
    pairs: Sequence[Pair] = ()
    """HR decides of each pair whether it is one person."""
    undecided: Sequence[Pair] = ()
    """Pairs that HR has not decided on."""

    def of(self, *kinds: ChangeKind) -> list[Change]:
        return [change for change in self.changes if change.kind in kinds]

    def counts(self) -> Counter[ChangeKind]:
        return Counter(change.kind for change in self.changes)

    @property
    def fingerprint(self) -> str:
        """The same for two plans that do the same to the same people."""
        digest = hashlib.sha256()
        for change in self.changes:
            digest.update(repr((change.kind, change.employee_id, change.after, change.before)).encode())
        return digest.hexdigest()
