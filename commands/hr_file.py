"""HR's file: the directory brought in step with it."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.console import bar, check_folder, fail, opened, say, t, whole
from commands.options import with_options
from installation import Installation, now
from people.hr_file import columns, comparison, importing, reader
from people.hr_file.columns import Field
from people.hr_file.comparison import NotImportedError
from people.hr_file.csv_file import Encoding
from people.hr_file.identities import SAME_BY, Verdict, Verdicts
from people.hr_file.importing import Done, FaultyFileError
from people.hr_file.plan import FIELDS_SAID, SAID, Change, ChangeKind, ImportOptions, ImportPlan, Leavers
from people.hr_file.reader import UnreadableFileError
from people.hr_file.roster import Roster

MANY_LEAVE_FROM = 10
"""People who may lose access at once, whatever the size of the company."""
ALL_PAIRS = "all"
"""Given instead of a pair of numbers."""


@dataclass(frozen=True)
class HrFileOptions:
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("Show what would change; change nothing."))] = False
    mapping: Annotated[Path | None, typer.Option(help=t("YAML with lines of “field: column name”."))] = None
    leavers: Annotated[Leavers, typer.Option(help=t("What happens to people who are not in the file."))] = (
        Leavers.DEACTIVATE
    )
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help=t("Skip faulty rows, and do the rest."))] = False
    many_leave: Annotated[
        bool, typer.Option("--many-leave", help=t("Allow more than half of all people to lose access."))
    ] = False
    encoding: Annotated[
        Encoding | None, typer.Option(help=t("The encoding of a CSV file that does not say it itself."))
    ] = None
    same_person: Annotated[
        list[str] | None,
        typer.Option(metavar="OLD=NEW", help=t("They are one person with a new number; “all” means all such pairs.")),
    ] = None
    two_people: Annotated[
        list[str] | None,
        typer.Option(metavar="OLD=NEW", help=t("They are two people; “all” means all such pairs.")),
    ] = None
    faults_to: Annotated[
        Path | None, typer.Option(help=t("Where to write the file with its faults in a column, as XLSX."))
    ] = None


@with_options
def import_(file: Annotated[Path, typer.Argument(help=t("CSV or XLSX."))], options: HrFileOptions) -> None:
    installed, at = opened(), now()
    verdicts = _verdicts(options.same_person or [], options.two_people or [])
    applied = ImportOptions(installed.today(at), options.leavers, options.skip_bad, verdicts)
    data, mapped = _bytes(file), _mapping(options.mapping)
    roster = reader.read(data, mapped, options.encoding)
    planned, active = _planned(installed, roster, applied)
    if roster.head_line:
        say(t.say(roster.taken))
    for fault in planned.faults:
        say(fault.in_words(t))
    if planned.faults and options.faults_to:
        _write_faults(options.faults_to, data, planned, mapped, options.encoding)
    can_import = not planned.faults or (options.skip_bad and roster.is_usable)
    _check_encoding(roster, is_fatal=can_import and not options.dry_run)
    _check_pairs(planned, is_fatal=can_import and not options.dry_run)
    if not can_import:
        fail(_nothing_because_of(len(planned.faults)))
    warned = None if options.many_leave else _warning(planned, active)
    if options.dry_run:
        _say_changes(planned)
        say(t("Nothing was changed."))
        if warned:
            say(warned)
    elif warned:
        fail(warned, t("Nothing was changed."))
    else:
        _apply(installed, roster, planned, replace(applied, agreed=planned.fingerprint), at)


def _planned(installed: Installation, roster: Roster, options: ImportOptions) -> tuple[ImportPlan, int]:
    """Return what the file would change, and how many people have not left."""
    with installed.database.snapshot() as connection:
        staff = importing.everybody(connection)
    try:
        return comparison.plan(roster, staff, options), sum(person.active for person in staff)
    except NotImportedError as error:
        fail(t.say(error.reason), t("Nothing was changed."))


def _apply(
    installed: Installation, roster: Roster, planned: ImportPlan, options: ImportOptions, at: datetime
) -> None:
    try:
        with bar(t("People"), sum(change.kind is not ChangeKind.MISSING for change in planned.changes)) as progress:
            task = progress.task_ids[0]
            done = importing.apply(installed.database, roster, options, at, lambda n: progress.advance(task, n))
    except NotImportedError as error:
        fail(t.say(error.reason), t("Nothing was changed."))
    except FaultyFileError as error:
        fail(*(fault.in_words(t) for fault in error.faults), _nothing_because_of(len(error.faults)))
    _sum_up(planned, done)


def _warning(planned: ImportPlan, active: int) -> str | None:
    """Return a warning if most people would lose access, as with the wrong file, or None."""
    leaving = len(planned.of(ChangeKind.LEFT))
    if leaving <= MANY_LEAVE_FROM or 2 * leaving <= active:
        return None
    return t.plural(
        "{n} {of_active} people would lose access. Is it the whole file? If this is intended, use --many-leave.",
        "{n} {of_active} people would lose access. Is it the whole file? If this is intended, use --many-leave.",
        leaving,
        of_active=t.out_of(active),
    )


def _mapping(file: Path | None) -> dict[Field, str]:
    try:
        return columns.mapping(_bytes(file)) if file else {}
    except columns.WrongMappingError as error:
        fail(error.fault.in_words(t))


def _verdicts(same: list[str], two: list[str]) -> Verdicts:
    """Return the verdicts of pairs such as `10=0010`."""
    if ALL_PAIRS in same and ALL_PAIRS in two:
        fail(t("Give “all” once: they are either the same people or others."))
    said: dict[tuple[str, str], Verdict] = {}
    of_others: Verdict | None = None
    for verdict, pairs in ((Verdict.SAME, same), (Verdict.TWO, two)):
        for pair in pairs:
            old, equals, new = (part.strip() for part in pair.partition("="))
            if pair == ALL_PAIRS:
                of_others = verdict
            elif equals and old and new:
                said[old, new] = verdict
            else:
                fail(t("“{pair}” has to be an old and a new number, such as 10=0010, or “all”.", pair=pair))
    return Verdicts(said, of_others)


def _check_encoding(roster: Roster, *, is_fatal: bool) -> None:
    """Fail, or say so, if names may be misspelled because the encoding is a guess."""
    if not roster.is_doubtful:
        return
    lines = t(
        "The file does not say which encoding it is in. As {encoding}, its names are: {names}.",
        encoding=roster.origin.encoding,
        names="; ".join(roster.examples),
    )
    remedy = t(
        "If they are spelled right, give --encoding {encoding}; if not, one of: {others}.",
        encoding=roster.origin.encoding,
        others=", ".join(each for each in Encoding if each != roster.origin.encoding),
    )
    otherwise = t("If none of them fits, save the file as “CSV UTF-8” or as XLSX.")
    if is_fatal:
        fail(lines, remedy, otherwise, t("Nothing was changed."))
    for line in (lines, remedy, otherwise):
        say(line)


def _check_pairs(planned: ImportPlan, *, is_fatal: bool) -> None:
    """Fail, or say so, if somebody might become another person because their number has changed."""
    pairs = planned.undecided
    if not pairs:
        return
    lines = [
        t.plural(
            "{n} person who would leave may be somebody in the file under another number:",
            "{n} people who would leave may be people in the file under other numbers:",
            len(pairs),
        )
    ]
    lines += [
        f"{pair.before.employee_id} {pair.before.name} → {pair.entry.employee_id} {pair.entry.name} "
        f"({t.say(SAME_BY[pair.by])})"
        for pair in pairs
    ]
    first = "=".join(pairs[0].numbers)
    lines += [
        t("The same person: --same-person {pair}. Two people: --two-people {pair}.", pair=first),
        t("All of them at once: --same-person all, or --two-people all."),
    ]
    if is_fatal:
        fail(*lines, t("Nothing was changed."))
    for line in lines:
        say(line)


def _write_faults(
    output: Path, data: bytes, planned: ImportPlan, mapped: dict[Field, str], encoding: Encoding | None
) -> None:
    """Write the file with its faults in a column, readable by its owner alone."""
    check_folder(output)
    try:
        workbook = reader.with_faults(data, planned.faults, t.language, mapped, encoding)
    except UnreadableFileError as error:
        say(error.fault.in_words(t))
        return
    with whole(output) as unfinished:
        unfinished.touch(0o600)
        unfinished.write_bytes(workbook)
    say(t("The file with its faults is in {file}.", file=str(output)))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        fail(t("{file} cannot be read: {reason}", file=str(file), reason=error.strerror or ""))


def _nothing_because_of(faults: int) -> str:
    return t.plural("{n} fault. Nothing was changed.", "{n} faults. Nothing was changed.", faults)


def _say_changes(planned: ImportPlan) -> None:
    """Print a line for each change, then the counts."""
    for change in planned.changes:
        say(f"{t.say(SAID[change.kind])}: {change.employee_id} {change.name}{_fields(change)}")
    counts = planned.counts()
    for kind in ChangeKind:
        if counts[kind]:
            say(_counted(kind, counts[kind]))
    say(_unchanged(planned.unchanged))


def _fields(change: Change) -> str:
    return f" ({', '.join(t.say(FIELDS_SAID[field]) for field in change.fields)})" if change.fields else ""


def _counted(kind: ChangeKind, n: int) -> str:
    match kind:
        case ChangeKind.ADDED:
            return t.plural("{n} person is new.", "{n} people are new.", n)
        case ChangeKind.CHANGED:
            return t.plural("{n} person has changed.", "{n} people have changed.", n)
        case ChangeKind.RETURNED:
            return t.plural("{n} person gets access again.", "{n} people get access again.", n)
        case ChangeKind.LEFT:
            return t.plural("{n} person loses access.", "{n} people lose access.", n)
        case ChangeKind.MISSING:
            return t.plural(
                "{n} person is not in the file and keeps access.",
                "{n} people are not in the file and keep access.",
                n,
            )


def _unchanged(n: int) -> str:
    return t.plural("{n} person stays as they are.", "{n} people stay as they are.", n)


def _sum_up(planned: ImportPlan, done: Done) -> None:
    for kind in ChangeKind:
        if done.counts.get(kind):
            say(_counted(kind, done.counts[kind]))
    for change in planned.of(ChangeKind.MISSING):
        say(f"{t.say(SAID[change.kind])}: {change.employee_id} {change.name}")
    if planned.held_back:
        say(t("One skipped row has no employee number, so nobody will lose access for being absent from the file."))
    if done.skipped:
        say(t.plural("{n} row was skipped.", "{n} rows were skipped.", done.skipped))
    say(_unchanged(done.unchanged))
    say(t.plural("{n} person has access now.", "{n} people have access now.", done.active))
