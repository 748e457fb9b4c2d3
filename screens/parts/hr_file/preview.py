"""What HR's file would change: worked out once for each file and choice, and stored between runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from database import Database
from people.hr_file import columns, importing, reader
from people.hr_file.columns import Field, Roster, WrongMappingError
from people.hr_file.csv_file import Encoding
from people.hr_file.files import Fault
from people.hr_file.identities import Pair, Verdicts
from people.hr_file.importing import Change, Kind, Leavers, NotImportedError, Plan
from screens.parts import page
from screens.parts.session import Visit
from words import Sentence

MOST_CHANGES_SHOWN = 500
MOST_FAULTS_SHOWN = 100
MOST_PAIRS_SHOWN = 20
"""People who may have a new number, in the table on the screen."""
MOST_URGENT_FIRST = (Kind.LEFT, Kind.MISSING, Kind.RETURNED, Kind.CHANGED, Kind.ADDED)
_PREVIEW = "people_preview"


@dataclass(frozen=True)
class Upload:
    """A file as it was uploaded, and the mapping file with the names of its columns, if there is one."""

    file: bytes
    mapping: bytes | None


@dataclass(frozen=True)
class Choices:
    """What HR has chosen for a file."""

    leavers: Leavers
    skip_bad: bool
    encoding: Encoding | None
    verdicts: Verdicts


@dataclass(frozen=True)
class Source:
    """What a preview was made from. Another source needs another preview."""

    file_id: str
    mapping_id: str
    """Empty without a mapping file."""
    choices: Choices
    today: date


@dataclass(frozen=True)
class ShownChange:
    kind: Kind
    name: str
    employee_id: str
    unit: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Preview:
    """The part of a plan that the screen shows."""

    source: Source
    taken: Sentence | None
    """What was taken for the table; None where no table was found."""
    encoding: str
    """Of a text file that does not name its encoding; empty for all other files."""
    is_doubtful: bool
    """Whether names may be spelled wrong."""
    examples: tuple[str, ...]
    """Names by which HR can see whether the encoding is right."""
    not_read: tuple[str, ...]
    """Columns with an unknown name."""
    can_skip: bool
    """Whether faulty rows can be left out."""
    pairs: tuple[Pair, ...]
    pair_count: int
    undecided: int
    counts: Mapping[Kind, int]
    unchanged: int
    faults: tuple[Fault, ...]
    fault_count: int
    skipped: int
    held_back: bool
    changes: tuple[ShownChange, ...]
    active: int
    """People who have access before."""
    loses_own_access: bool
    fingerprint: str

    @property
    def written(self) -> int:
        """The number of people for whom something would be written."""
        return sum(n for kind, n in self.counts.items() if kind is not Kind.MISSING)

    @property
    def lost(self) -> int:
        """The number of people who would lose access."""
        return self.counts.get(Kind.LEFT, 0)

    @property
    def is_sound(self) -> bool:
        return not self.faults or (self.can_skip and self.source.choices.skip_bad)


def of_upload(visit: Visit, upload: Upload, source: Source) -> Preview | None:
    """Return the preview of an upload. None if the file cannot be compared; the screen then says why."""
    stored: Preview | None = st.session_state.get(_PREVIEW)
    if stored is not None and stored.source == source:
        return stored
    t = visit.words
    with st.spinner(t("The file is being compared with the directory…")):
        try:
            roster, planned, active = planned_by(visit.database, upload, source.choices, source.today)
        except WrongMappingError as error:
            page.complaint(error.fault.in_words(t))
            return None
        except NotImportedError as error:
            page.complaint(t.say(error.reason))
            return None
    preview = _preview(source, roster, planned, active, visit.principal.key)
    st.session_state[_PREVIEW] = preview
    return preview


def forget() -> None:
    st.session_state.pop(_PREVIEW, None)


def read(upload: Upload, encoding: Encoding | None) -> Roster:
    """Raises `WrongMappingError`."""
    return reader.read(upload.file, mapping_of(upload), encoding)


def mapping_of(upload: Upload) -> dict[Field, str]:
    return columns.mapping(upload.mapping) if upload.mapping else {}


def planned_by(database: Database, upload: Upload, choices: Choices, today: date) -> tuple[Roster, Plan, int]:
    """Return what the file says, what it would change, and how many people have access before."""
    roster = read(upload, choices.encoding)
    with database.snapshot() as connection:
        staff = importing.everybody(connection)
    planned = importing.plan(
        roster, staff, choices.leavers, today, skip_bad=choices.skip_bad, verdicts=choices.verdicts
    )
    return roster, planned, sum(person.has_access(today) for person in staff)


def most_urgent_first(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (MOST_URGENT_FIRST.index(change.kind), change.name))


def _preview(source: Source, roster: Roster, planned: Plan, active: int, own_key: str) -> Preview:
    return Preview(
        source=source,
        taken=roster.taken if roster.head_line else None,
        encoding=roster.origin.encoding if roster.examples else "",
        is_doubtful=roster.is_doubtful,
        examples=roster.examples,
        not_read=roster.not_read,
        can_skip=roster.is_usable,
        pairs=tuple(planned.pairs[:MOST_PAIRS_SHOWN]),
        pair_count=len(planned.pairs),
        undecided=len(planned.undecided),
        counts=planned.counts(),
        unchanged=planned.unchanged,
        faults=tuple(planned.faults[:MOST_FAULTS_SHOWN]),
        fault_count=len(planned.faults),
        skipped=planned.skipped,
        held_back=planned.held_back,
        changes=tuple(
            ShownChange(change.kind, change.name, change.employee_id, change.unit, change.fields)
            for change in most_urgent_first(planned.changes)[:MOST_CHANGES_SHOWN]
        ),
        active=active,
        loses_own_access=any(change.before and change.before.key == own_key for change in planned.of(Kind.LEFT)),
        fingerprint=planned.fingerprint,
    )
