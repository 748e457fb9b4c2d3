"""HR's file on the screen: what it would change, what is wrong with it, and what was done, read back."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st
from sqlalchemy.exc import DBAPIError

from database import Database
from people import columns, files, importing
from people.access import Act, require
from people.columns import Field, Roster, WrongMappingError
from people.files import Fault
from people.importing import FIELDS_SAID, SAID, Change, Done, FaultyFileError, Kind, Leavers, NotImportedError, Plan
from screens.parts import page
from screens.session import Visit
from settings import Mode
from words import Sentence, Words, sentence

MOST_SHOWN = 500
"""People in the table on the screen."""
MOST_FAULTS = 100
ALARMING = 0.1
"""From which share of all who can sign in HR is asked whether the file holds everybody."""
TICK = 0.2
"""Seconds between two looks at how far the writing is."""
_ROUND = "people_round"
"""Counts the files that were applied: the next one has an uploader of its own, which is empty."""
_PREVIEW = "people_preview"
_DONE = "people_done"
_REFUSED = "people_refused"
_UNDER_WAY = "people_under_way"
_SKIP_BAD = "people_skip_bad"


@dataclass(frozen=True)
class Preview:
    """What is kept of a plan between two runs: no more of it than is shown."""

    of: tuple[str, ...]
    counts: Mapping[Kind, int]
    unchanged: int
    faults: tuple[Fault, ...]
    fault_count: int
    can_skip: bool
    skipped: int
    held_back: bool
    not_read: tuple[str, ...]
    shown: tuple[tuple[Kind, str, str, str, tuple[Field, ...]], ...]
    active: int
    """Who can sign in before."""
    loses_own_access: bool
    fingerprint: str


@dataclass(frozen=True)
class UnderWay:
    """What has been agreed to and is being done, beside the runs: each of them ends when somebody presses something,
    and the tab may be closed."""

    work: Future[Done]
    written: list[int]
    total: int
    number: int


def draw(seen: Visit) -> None:
    t = seen.words
    with st.container(gap="small", key="hr_file"):
        st.header(t("Bring the directory in step with HR’s file"), anchor=False)
        is_demonstration = seen.house.settings.mode is Mode.DEMONSTRATION
        st.markdown(
            t(
                "A demonstration takes no real people: a file is checked and shown here, and nothing is changed. "
                "Use a file with invented names."
            )
            if is_demonstration
            else t(
                "CSV or XLSX of at most 10 MB, as the HR system gives it. "
                "Nothing changes before you have seen what would."
            )
        )
        number = st.session_state.get(_ROUND, 0)
        uploaded = st.file_uploader(
            t("File with all people"), type=["csv", "txt", "xlsx"], key=f"people_file_{number}"
        )
        mapped = _mapping(t, number)
        with st.container(key="filters_file"):
            leavers = st.selectbox(
                t("People who are not in the file"),
                list(Leavers),
                format_func=lambda each: _leavers(t, each),
                key="people_leavers",
                width=320,
            )
        preview = None
        if uploaded is not None:
            skip_bad = bool(st.session_state.get(_SKIP_BAD))
            preview = _preview(seen, uploaded.file_id, mapped, leavers or Leavers.DEACTIVATE, skip_bad=skip_bad)
        refused: Sentence | None = st.session_state.pop(_REFUSED, None)
        if refused is not None:
            page.complaint(t.say(refused))
        if preview is not None:
            _show(t, preview)
        if _UNDER_WAY in st.session_state:
            _follow(t, st.session_state[_UNDER_WAY])
        elif preview is not None and not is_demonstration:
            _offer(seen, preview, number)


def _leavers(t: Words, each: Leavers) -> str:
    return t("lose their access at once") if each is Leavers.DEACTIVATE else t("are only listed")


def _mapping(t: Words, number: int) -> str:
    with st.expander(t("The columns have other names")):
        st.markdown(
            t(
                "Upload a mapping file: one line for each column, such as `id: Pers. č.` The fields are: {fields}."
            ).format(fields=", ".join(f"`{each}`" for each in Field))
        )
        uploaded = st.file_uploader(t("Mapping file"), type=["yaml", "yml"], key=f"people_mapping_{number}")
    return uploaded.file_id if uploaded else ""


# What would change


def _uploaded(number: int) -> tuple[bytes, bytes | None]:
    """The file, and the mapping where there is one."""
    mapping = st.session_state.get(f"people_mapping_{number}")
    return st.session_state[f"people_file_{number}"].getvalue(), mapping.getvalue() if mapping else None


def _roster(file: bytes, mapping: bytes | None) -> Roster:
    """Reads what is uploaded; raises `WrongMappingError`."""
    return columns.roster(files.read(file).rows, columns.mapping(mapping) if mapping else {})


def _preview(seen: Visit, file_id: str, mapped: str, leavers: Leavers, *, skip_bad: bool) -> Preview | None:
    """What the file would change, worked out once for each file and choice."""
    t = seen.words
    of = (file_id, mapped, leavers.value, str(skip_bad), seen.today.isoformat())
    kept: Preview | None = st.session_state.get(_PREVIEW)
    if kept is not None and kept.of == of:
        return kept
    with st.spinner(t("The file is being compared with the directory…")):
        try:
            roster = _roster(*_uploaded(st.session_state.get(_ROUND, 0)))
        except WrongMappingError as error:
            page.complaint(error.fault.in_words(t))
            return None
        with seen.database.snapshot() as connection:
            staff = importing.everybody(connection)
        planned = importing.plan(roster, staff, leavers, seen.today, skip_bad=skip_bad)
    active = sum(person.active for person in staff)
    preview = _kept(of, roster, planned, active, seen.principal.key)
    st.session_state[_PREVIEW] = preview
    return preview


def _kept(of: tuple[str, ...], roster: Roster, planned: Plan, active: int, own_key: str) -> Preview:
    return Preview(
        of,
        planned.counts(),
        planned.unchanged,
        tuple(planned.faults[:MOST_FAULTS]),
        len(planned.faults),
        bool(roster.rows),
        planned.skipped,
        planned.held_back,
        roster.not_read,
        tuple(
            (change.kind, change.name, change.employee_id, change.unit, change.fields)
            for change in sorted(planned.changes, key=_weight)[:MOST_SHOWN]
        ),
        active,
        any(change.before and change.before.key == own_key for change in planned.of(Kind.LEFT)),
        planned.fingerprint,
    )


_ORDER = (Kind.LEFT, Kind.MISSING, Kind.RETURNED, Kind.CHANGED, Kind.ADDED)
"""What needs a look first."""


def _weight(change: Change) -> tuple[int, str]:
    return _ORDER.index(change.kind), change.name


def _show(t: Words, preview: Preview) -> None:
    if preview.faults:
        _show_faults(t, preview)
        if not _is_sound(preview):
            return
    lost = preview.counts.get(Kind.LEFT, 0)
    page.heading(_finding(t, preview))
    if lost >= ALARMING * preview.active:
        share = t.percent(100 * lost / preview.active)
        page.complaint(t("That is {share} of all who can sign in now. Is everybody in the file?", share=share))
    _count(t, preview.counts, [(t("unchanged"), preview.unchanged)], key="counts_before")
    if preview.not_read:
        page.said(t("Columns that are not read: {columns}.", columns=t.list(preview.not_read)))
    if preview.held_back:
        page.said(t("A skipped row does not say whose it is; so nobody loses access for not being in the file."))
    if preview.shown:
        _show_people(t, preview)


def _finding(t: Words, preview: Preview) -> str:
    """What HR has to know first."""
    if lost := preview.counts.get(Kind.LEFT, 0):
        return t.plural("{n} person would lose access", "{n} people would lose access", lost)
    return t("Nobody would lose access") if _total(preview) else t("The file changes nothing")


def _count(t: Words, counts: Mapping[Kind, int], more: Sequence[tuple[str, int]], key: str) -> None:
    rows = [(t.say(SAID[kind]), counts[kind]) for kind in _ORDER if counts.get(kind)]
    with st.container(width=420, key=key):
        page.rows([[what, t.number(n)] for what, n in [*rows, *more]])


def _total(preview: Preview) -> int:
    """For how many people something would be written."""
    return sum(n for kind, n in preview.counts.items() if kind is not Kind.MISSING)


def _is_sound(preview: Preview) -> bool:
    return not preview.faults or (preview.can_skip and preview.of[3] == str(True))


def _show_faults(t: Words, preview: Preview) -> None:
    page.heading(
        t.plural(
            "{n} fault in the file: correct it there and upload it again",
            "{n} faults in the file: correct them there and upload it again",
            preview.fault_count,
        )
    )
    rows = [[t.number(fault.line) if fault.line else "", fault.column, t.say(fault.what)] for fault in preview.faults]
    with st.container(key="faults"):
        page.rows(rows, [t("Line"), t("Column"), t("What is wrong")])
    if preview.fault_count > len(preview.faults):
        st.caption(t("The first {n} are shown.", n=t.number(len(preview.faults))))
    if preview.can_skip:
        st.checkbox(t("Leave these rows out and go on with the others"), key=_SKIP_BAD)


def _show_people(t: Words, preview: Preview) -> None:
    page.listing(
        {
            t("What"): [t.say(SAID[kind]) for kind, *_ in preview.shown],
            t("Name"): [name for _, name, *_ in preview.shown],
            t("Number"): [employee_id for _, _, employee_id, *_ in preview.shown],
            t("Unit"): [unit for _, _, _, unit, _ in preview.shown],
            t("Changed fields"): [_fields(t, kind, fields) for kind, _, _, _, fields in preview.shown],
        },
        t("People whom the file changes, those who lose access first"),
        minor={t("Number"), t("Unit")},
    )
    if sum(preview.counts.values()) > len(preview.shown):
        st.caption(t("The first {n} are shown.", n=t.number(len(preview.shown))))


def _fields(t: Words, kind: Kind, fields: tuple[Field, ...]) -> str:
    return ", ".join(t.say(FIELDS_SAID[each]) for each in fields) if kind is not Kind.ADDED else ""


# Applying it


def _offer(seen: Visit, preview: Preview, number: int) -> None:
    """The button, and what has to be confirmed before: who loses what by it."""
    t = seen.words
    if not _is_sound(preview) or not _total(preview):
        return
    if preview.loses_own_access:
        page.complaint(
            t("You would lose your own access: you are not in the file, or it says that you have left. Check it.")
        )
        return
    lost = preview.counts.get(Kind.LEFT, 0)
    agreed = not lost or st.checkbox(
        t.plural(
            "{n} person loses access at once and is signed out. I have checked that.",
            "{n} people lose access at once and are signed out. I have checked that.",
            lost,
        ),
        key=f"people_agreed_{number}",
    )
    if not st.button(t("Change the directory"), type="primary"):
        return
    if not agreed:
        page.complaint(t("Tick the box first: people would lose their access."))
        return
    require(seen.principal, Act.CHANGE_PEOPLE)
    st.session_state[_UNDER_WAY] = begun = _begin(seen, preview, number)
    _follow(t, begun)


def _begin(seen: Visit, preview: Preview, number: int) -> UnderWay:
    """Begins what the preview said, and nothing else."""
    written: list[int] = []
    beside = ThreadPoolExecutor(1)
    work = beside.submit(
        _brought_in_step, seen.database, *_uploaded(number), preview, seen.today, seen.now, written.append
    )
    beside.shutdown(wait=False)
    return UnderWay(work, written, _total(preview), number)


def _follow(t: Words, under_way: UnderWay) -> None:
    """Shows how far it is until it has ended, and then what came of it."""
    place = st.empty()
    while not under_way.work.done():
        written = sum(under_way.written)
        with place:
            page.progress(written / under_way.total, _how_far(t, written, under_way.total))
        wait([under_way.work], TICK)
    if st.session_state.pop(_UNDER_WAY, None) is not None:
        _keep_outcome(under_way)
    st.rerun()


def _how_far(t: Words, written: int, total: int) -> str:
    if not written:
        return t("The file is being compared with the directory…")
    if written == total:
        return t("All {n} are written and are being read back…", n=t.number(total))
    return t("{n} {of_total} people written", n=t.number(written), of_total=t.out_of(total))


def _brought_in_step(
    database: Database,
    file: bytes,
    mapping: bytes | None,
    preview: Preview,
    today: date,
    now: datetime,
    on_progress: Callable[[int], None],
) -> Done:
    return importing.apply(
        database,
        _roster(file, mapping),
        Leavers(preview.of[2]),
        today,
        now,
        skip_bad=preview.of[3] == str(True),
        agreed=preview.fingerprint,
        on_progress=on_progress,
    )


def _keep_outcome(under_way: UnderWay) -> None:
    """For the next run, which draws all that has changed."""
    try:
        done = under_way.work.result()
    except NotImportedError as error:
        st.session_state[_REFUSED] = error.reason
    except (FaultyFileError, WrongMappingError):
        st.session_state[_REFUSED] = importing.CHANGED_MEANWHILE
    except DBAPIError:
        st.session_state[_REFUSED] = sentence("It could not be saved. Nothing was changed; try again.")
    else:
        st.session_state[_DONE] = done
        st.session_state[_ROUND] = under_way.number + 1
    st.session_state.pop(_PREVIEW, None)


def say_what_was_done(t: Words) -> None:
    done: Done | None = st.session_state.pop(_DONE, None)
    if done is None:
        return
    with st.container(gap="small", key="explained"):
        page.heading(t("The directory is in step with the file"))
        left_out = [(t("rows left out"), done.skipped)] if done.skipped else []
        rest = [(t("unchanged"), done.unchanged), (t("can sign in now"), done.active)]
        _count(t, done.counts, [*left_out, *rest], key="counts_after")
