"""Preview of HR's file: its changes, worked out once for each file and choice, and stored between runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from database import Database
from people.hr_file import columns, comparison, importing, reader
from people.hr_file.columns import Field, WrongMappingError
from people.hr_file.comparison import NotImportedError
from people.hr_file.csv_file import Encoding
from people.hr_file.files import FileFault
from people.hr_file.identities import Pair, Verdicts
from people.hr_file.plan import Change, ChangeKind, ImportOptions, ImportPlan, Leavers
from people.hr_file.roster import Roster
from screens.parts import page
from screens.parts.session import Visit
from words import Sentence

MOST_CHANGES_SHOWN = 500
MOST_FAULTS_SHOWN = 100
MOST_PAIRS_SHOWN = 20
"""People who may have a new number, in the table on the screen."""
MOST_URGENT_FIRST = (ChangeKind.LEFT, ChangeKind.MISSING, ChangeKind.RETURNED, ChangeKind.CHANGED, ChangeKind.ADDED)
_PREVIEW = "people_preview"


@dataclass(frozen=True)
class Upload:
    """A file as it was uploaded, and the mapping file with the names of its columns, if there is one."""

    file: bytes
    mapping: bytes | None


@dataclass(frozen=True)
class Choices:
    """HR's choices for a file."""

    leavers: Leavers
    skip_bad: bool
    encoding: Encoding | None
    verdicts: Verdicts


@dataclass(frozen=True)
class UploadedFiles:
    """The origin of a preview. Another source needs another preview."""

    file_id: str
    mapping_id: str
    """Empty without a mapping file."""
    choices: Choices
    today: date


@dataclass(frozen=True)
class ShownChange:
    kind: ChangeKind
    name: str
    employee_id: str
    unit: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Preview:
    """The part of a plan that the screen shows."""

    source: UploadedFiles
    taken: Sentence | None
    """The sheet or text that was read as the table; None if none was found."""
    encoding: str
    """Of a text file that does not name its encoding; empty for all other files."""
    is_doubtful: bool
    """True if names may be spelled wrong."""
    examples: tuple[str, ...]
    """Names by which HR can see whether the encoding is right."""
    not_read: tuple[str, ...]
    """Columns with an unknown name."""
    can_skip: bool
    """True if the file can be used without its faulty rows."""
    pairs: tuple[Pair, ...]
    pair_count: int
    undecided: int
    counts: Mapping[ChangeKind, int]
    unchanged: int
    faults: tuple[FileFault, ...]
    fault_count: int
    skipped: int
    held_back: bool
    changes: tuple[ShownChange, ...]
    active: int
    """Number of people who have access before."""
    loses_own_access: bool
    fingerprint: str

    @property
    def written(self) -> int:
        """Number of people for whom something would be written."""
        return sum(n for kind, n in self.counts.items() if kind is not ChangeKind.MISSING)

    @property
    def lost(self) -> int:
        """Number of people who would lose access."""
        return self.counts.get(ChangeKind.LEFT, 0)

    @property
    def is_sound(self) -> bool:
        return not self.faults or (self.can_skip and self.source.choices.skip_bad)


def of_upload(visit: Visit, upload: Upload, source: UploadedFiles) -> Preview | None:
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


def planned_by(database: Database, upload: Upload, choices: Choices, today: date) -> tuple[Roster, ImportPlan, int]:
    """Return what the file says, what it would change, and how many people have access before."""
    roster = read(upload, choices.encoding)
    with database.snapshot() as connection:
        staff = importing.everybody(connection)
    options = ImportOptions(today, choices.leavers, choices.skip_bad, choices.verdicts)
    planned = comparison.plan(roster, staff, options)
    return roster, planned, sum(person.has_access(today) for person in staff)


def most_urgent_first(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (MOST_URGENT_FIRST.index(change.kind), change.name))


def _preview(source: UploadedFiles, roster: Roster, planned: ImportPlan, active: int, own_key: str) -> Preview:
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
        loses_own_access=any(
            change.before and change.before.key == own_key for change in planned.of(ChangeKind.LEFT)
        ),
        fingerprint=planned.fingerprint,
    )
