"""HR's file on the screen: what it would change, what is wrong with it, and what was done, read back."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from database import Database, UnknownOutcomeError
from people import columns, fault_file, importing, reader, security_log
from people.access import Act, require
from people.columns import Field, Roster, WrongMappingError
from people.csv_file import Encoding
from people.files import Fault
from people.identities import SAME_BY, Pair, Verdict, Verdicts
from people.importing import FIELDS_SAID, SAID, Change, Done, FaultyFileError, Kind, Leavers, NotImportedError, Plan
from screens.parts import page
from screens.session import Visit, still
from settings import Mode
from words import Sentence, Words, sentence

MOST_SHOWN = 500
"""People in the table on the screen."""
MOST_FAULTS = 100
ALARMING = 0.1
"""From which share of all who have access HR is asked whether the file holds everybody."""
MOST_PAIRS = 20
"""People who may have a new number, in the table on the screen."""
FEW_PAIRS = 10
"""Up to how many of them HR may decide one by one."""
TICK = 0.2
"""Seconds between two looks at how far the writing is."""
_ROUND = "people_round"
"""Counts the files that were applied: the next one has an uploader of its own, which is empty."""
_PREVIEW = "people_preview"
_DONE = "people_done"
_REFUSED = "people_refused"
_UNDER_WAY = "people_under_way"
_SKIP_BAD = "people_skip_bad"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Choices:
    """What HR has chosen for a file."""

    leavers: Leavers
    skip_bad: bool
    encoding: Encoding | None
    verdicts: Verdicts


@dataclass(frozen=True)
class Upload:
    """A file as it was uploaded, with the names of its columns where there are any."""

    file: bytes
    mapping: bytes | None
    name: str


@dataclass(frozen=True)
class Preview:
    """What is kept of a plan between two runs: no more of it than is shown."""

    of: tuple[str, str, Choices, date]
    taken: Sentence | None
    encoding: str
    """Of text that says nowhere what it is written in; empty for all other files."""
    is_doubtful: bool
    examples: tuple[str, ...]
    pairs: tuple[Pair, ...]
    pair_count: int
    undecided: int
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
    """Who has access before."""
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
                "CSV, XLSX or ODS of at most 10 MB, as it comes from the HR system. "
                "Nothing changes before you have seen what would."
            )
        )
        number = st.session_state.get(_ROUND, 0)
        uploaded = st.file_uploader(t("File with all people"), key=f"people_file_{number}")
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
            st.session_state.pop(_DONE, None)
            preview = _preview(
                seen, uploaded.file_id, mapped, _choices(leavers or Leavers.DEACTIVATE, uploaded.file_id)
            )
        refused: Sentence | None = st.session_state.pop(_REFUSED, None)
        if refused is not None:
            page.complaint(t.say(refused))
        if preview is not None:
            _show(seen, preview, number)
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


def _uploaded(number: int) -> Upload:
    file, mapping = st.session_state[f"people_file_{number}"], st.session_state.get(f"people_mapping_{number}")
    return Upload(file.getvalue(), mapping.getvalue() if mapping else None, file.name)


def _choices(leavers: Leavers, file_id: str) -> Choices:
    state = st.session_state
    of_all: Verdict | None = state.get(f"people_pairs_{file_id}")
    verdicts = Verdicts({}, of_all) if of_all else Verdicts(state.get(f"people_verdicts_{file_id}", {}))
    return Choices(leavers, bool(state.get(_SKIP_BAD)), state.get(f"people_encoding_{file_id}"), verdicts)


def _mapped(upload: Upload) -> dict[Field, str]:
    return columns.mapping(upload.mapping) if upload.mapping else {}


def _roster(upload: Upload, encoding: Encoding | None) -> Roster:
    """Reads what is uploaded; raises `WrongMappingError`."""
    return reader.read(upload.file, _mapped(upload), encoding)


def _planned(database: Database, upload: Upload, choices: Choices, today: date) -> tuple[Roster, Plan, int]:
    """What the file says, what it would change, and how many have access before."""
    roster = _roster(upload, choices.encoding)
    with database.snapshot() as connection:
        staff = importing.everybody(connection)
    planned = importing.plan(
        roster, staff, choices.leavers, today, skip_bad=choices.skip_bad, verdicts=choices.verdicts
    )
    return roster, planned, sum(person.has_access(today) for person in staff)


def _preview(seen: Visit, file_id: str, mapped: str, choices: Choices) -> Preview | None:
    """What the file would change, worked out once for each file and choice."""
    t = seen.words
    of = (file_id, mapped, choices, seen.today)
    kept: Preview | None = st.session_state.get(_PREVIEW)
    if kept is not None and kept.of == of:
        return kept
    with st.spinner(t("The file is being compared with the directory…")):
        try:
            upload = _uploaded(st.session_state.get(_ROUND, 0))
            roster, planned, active = _planned(seen.database, upload, choices, seen.today)
        except WrongMappingError as error:
            page.complaint(error.fault.in_words(t))
            return None
        except NotImportedError as error:
            page.complaint(t.say(error.reason))
            return None
    preview = _kept(of, roster, planned, active, seen.principal.key)
    st.session_state[_PREVIEW] = preview
    return preview


def _kept(of: tuple[str, str, Choices, date], roster: Roster, planned: Plan, active: int, own_key: str) -> Preview:
    return Preview(
        of,
        roster.taken if roster.head_line else None,
        roster.origin.encoding if roster.examples else "",
        roster.is_doubtful,
        roster.examples,
        tuple(planned.pairs[:MOST_PAIRS]),
        len(planned.pairs),
        len(planned.undecided),
        planned.counts(),
        planned.unchanged,
        tuple(planned.faults[:MOST_FAULTS]),
        len(planned.faults),
        roster.is_usable,
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


def _show(seen: Visit, preview: Preview, number: int) -> None:
    t = seen.words
    if preview.taken:
        page.said(t.say(preview.taken))
    if preview.encoding:
        _ask_for_encoding(t, preview)
    if preview.faults:
        _show_faults(t, preview)
        if preview.taken:
            _offer_faults(seen, preview, number)
        if preview.can_skip:
            st.checkbox(t("Leave these rows out and go on with the others"), key=_SKIP_BAD)
    if preview.pairs:
        _ask_for_pairs(t, preview)
    if preview.undecided or not _is_sound(preview):
        return
    lost = preview.counts.get(Kind.LEFT, 0)
    page.heading(_finding(t, preview))
    if lost >= ALARMING * preview.active:
        share = t.percent(100 * lost / preview.active)
        page.complaint(t("That is {share} of all who have access now. Is everybody in the file?", share=share))
    _count(t, preview.counts, [(t("unchanged"), preview.unchanged)], key="counts_before")
    if preview.not_read:
        page.said(t("Columns that are not read: {columns}.", columns=t.list(preview.not_read)))
    if preview.held_back:
        page.said(t("A skipped row does not say whose it is; so nobody loses access for not being in the file."))
    if preview.shown:
        _show_people(t, preview)
        _offer_changes(seen, preview, number)


def _ask_for_encoding(t: Words, preview: Preview) -> None:
    """Shows names by which HR can tell whether they are spelled right."""
    file_id, *_ = preview.of
    page.said(
        t(
            "Nothing in the file says what it is written in. As {encoding}, names in it are: {names}.",
            encoding=preview.encoding,
            names="; ".join(preview.examples),
        )
    )
    st.selectbox(
        t("What the file is written in"),
        [None, *Encoding],
        format_func=lambda each: each or t("as it looks: {encoding}", encoding=preview.encoding),
        key=f"people_encoding_{file_id}",
        width=320,
    )
    st.caption(t("If none of them fits, save the file as “CSV UTF-8” or as XLSX."))
    if preview.is_doubtful:
        st.checkbox(t("These names are spelled right."), key=f"people_spelled_{file_id}")


def _ask_for_pairs(t: Words, preview: Preview) -> None:
    """Whether somebody new is somebody who would leave; of everybody at once, and of few also one by one."""
    page.heading(
        t.plural(
            "{n} person who would leave may be somebody in the file under another number",
            "{n} people who would leave may be people in the file under other numbers",
            preview.pair_count,
        )
    )
    page.rows(
        [
            [
                *(pair.before.employee_id, pair.before.name),
                *(pair.entry.employee_id, pair.entry.name),
                t.say(SAME_BY[pair.by]),
            ]
            for pair in preview.pairs
        ],
        [t("Old number"), t("Name"), t("New number"), t("Name"), t("What is the same")],
    )
    if preview.pair_count > len(preview.pairs):
        st.caption(t("The first {n} are shown.", n=t.number(len(preview.pairs))))
    file_id, *_ = preview.of
    one_by_one = 1 < preview.pair_count <= FEW_PAIRS
    st.radio(
        t("Who they are"),
        [Verdict.SAME, Verdict.TWO, *([None] if one_by_one else [])],
        index=None,
        format_func=lambda each: _verdict(t, each, preview.pair_count),
        key=f"people_pairs_{file_id}",
    )
    if one_by_one and not preview.of[2].verdicts.of_others:
        _ask_one_by_one(t, preview)


def _verdict(t: Words, verdict: Verdict | None, n: int) -> str:
    match verdict:
        case Verdict.SAME:
            return t.plural("the same person, with a new number", "the same people, with new numbers", n)
        case Verdict.TWO:
            return t.plural("two people: one leaves, another comes", "others: these leave, those come", n)
        case None:
            return t("it differs: I decide below")


def _ask_one_by_one(t: Words, preview: Preview) -> None:
    file_id, *_ = preview.of
    said: dict[tuple[str, str], Verdict] = {}
    for pair in preview.pairs:
        verdict = st.selectbox(
            f"{pair.numbers[0]} → {pair.numbers[1]}",
            list(Verdict),
            index=None,
            format_func=lambda each: _verdict(t, each, 1),
            placeholder=t("Who they are"),
            key=f"people_pair_{file_id}_{pair.numbers[0]}_{pair.numbers[1]}",
            width=420,
        )
        if verdict:
            said[pair.numbers] = verdict
    if said != st.session_state.get(f"people_verdicts_{file_id}", {}):
        st.session_state[f"people_verdicts_{file_id}"] = said
        st.rerun()


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
    return not preview.faults or (preview.can_skip and preview.of[2].skip_bad)


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


def _offer_faults(seen: Visit, preview: Preview, number: int) -> None:
    """The file with all of its faults in a column, to correct or to send back."""
    upload, choices, t = _uploaded(number), preview.of[2], seen.words

    def data() -> bytes:
        _, planned, _ = _planned(seen.database, upload, choices, seen.today)
        mapped = _mapped(upload)
        return reader.with_faults(upload.file, planned.faults, t.language, mapped, choices.encoding)

    _offer_download(
        seen, t("Download the file with its faults (XLSX)"), "kodex-faults.xlsx", "faults of a file", data
    )


def _offer_changes(seen: Visit, preview: Preview, number: int) -> None:
    """Everybody for whom something would change: the screen shows some of them."""
    upload, choices, t = _uploaded(number), preview.of[2], seen.words

    def data() -> bytes:
        _, planned, _ = _planned(seen.database, upload, choices, seen.today)
        rows = (
            [t.say(SAID[each.kind]), each.name, each.employee_id, each.unit, _fields(t, each.kind, each.fields) or ""]
            for each in sorted(planned.changes, key=_weight)
        )
        head = [t("What"), t("Name"), t("Number"), t("Unit"), t("Changed fields")]
        return fault_file.as_xlsx([fault_file.Sheet(t("Changes"), head, rows)])

    _offer_download(seen, t("Download all changes (XLSX)"), "kodex-changes.xlsx", "changes by a file", data)


def _offer_download(seen: Visit, label: str, name: str, what: str, data: Callable[[], bytes]) -> None:
    """A file that is made when somebody asks for it, and only if they may still change people then."""
    check = still(Act.CHANGE_PEOPLE)

    def made() -> bytes:
        check()
        security_log.note("download", person=seen.principal.key, what=what)
        return data()

    st.download_button(label, made, name, XLSX, on_click="ignore", icon=":material/download:", key=f"people_{name}")


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
    if not _is_sound(preview) or preview.undecided or not _total(preview):
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
    if preview.is_doubtful and not st.session_state.get(f"people_spelled_{preview.of[0]}"):
        page.complaint(t("Look at the names first and say whether they are spelled right."))
        return
    require(seen.principal, Act.CHANGE_PEOPLE)
    st.session_state[_UNDER_WAY] = begun = _begin(seen, preview, number)
    _follow(t, begun)


def _begin(seen: Visit, preview: Preview, number: int) -> UnderWay:
    """Begins what the preview said, and nothing else."""
    written: list[int] = []
    beside = ThreadPoolExecutor(1)
    work = beside.submit(
        _brought_in_step, seen.database, _uploaded(number), preview, seen.today, seen.now, written.append
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
    upload: Upload,
    preview: Preview,
    today: date,
    now: datetime,
    on_progress: Callable[[int], None],
) -> Done:
    choices = preview.of[2]
    return importing.apply(
        database,
        _roster(upload, choices.encoding),
        choices.leavers,
        today,
        now,
        skip_bad=choices.skip_bad,
        verdicts=choices.verdicts,
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
    except UnknownOutcomeError:
        st.session_state[_REFUSED] = page.UNKNOWN_OUTCOME
    except SQLAlchemyError:
        st.session_state[_REFUSED] = sentence("It could not be saved. Nothing was changed; try again.")
    else:
        st.session_state[_DONE] = done
        st.session_state[_ROUND] = under_way.number + 1
    st.session_state.pop(_PREVIEW, None)


def say_what_was_done(t: Words) -> None:
    """It stays until the next file is chosen: a click in the same moment draws the screen once more."""
    done: Done | None = st.session_state.get(_DONE)
    if done is None:
        return
    with st.container(gap="small", key="explained"):
        page.heading(t("The directory is in step with the file"))
        left_out = [(t("rows left out"), done.skipped)] if done.skipped else []
        rest = [(t("unchanged"), done.unchanged), (t("have access now"), done.active)]
        _count(t, done.counts, [*left_out, *rest], key="counts_after")
