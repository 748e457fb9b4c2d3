"""The directory: people brought in, looked up, given roles."""

from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, Row, select

from commands.console import bar, check_folder, fail, opened, say, t, whole
from installation import Installation, now
from people import directory
from people.access import Role
from people.directory import Person
from people.hr_file import columns, files, importing, reader
from people.hr_file.columns import Field, Roster
from people.hr_file.csv_file import Encoding
from people.hr_file.identities import SAME_BY, Verdict, Verdicts
from people.hr_file.importing import (
    FIELDS_SAID,
    SAID,
    Change,
    Done,
    FaultyFileError,
    Kind,
    Leavers,
    NotImportedError,
    Plan,
)
from people.hr_file.reader import UnreadableFileError
from people.sign_in import accounts, provisioning, security_log

app = typer.Typer(help=t("The people of the directory."), no_args_is_help=True)

GRANTED = (Role.HR, Role.EDITOR, Role.AUDITOR)
FEW = 10
"""How many may lose access at once, whatever the size of the company."""
ALL = "all"
"""Said instead of a pair of numbers."""

EmployeeId = Annotated[str, typer.Argument(help=t("Their employee number."))]


@app.command("import", help=t("Bring the directory in step with a file from the HR system."))
def import_(
    file: Annotated[Path, typer.Argument(help=t("CSV or XLSX."))],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("Say what would change, and change nothing."))] = False,
    mapping: Annotated[Path | None, typer.Option(help=t("YAML with lines of “field: column name”."))] = None,
    leavers: Annotated[
        Leavers, typer.Option(help=t("What becomes of people who are not in the file."))
    ] = Leavers.DEACTIVATE,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help=t("Leave faulty rows out, and do the rest."))] = False,
    many_leave: Annotated[
        bool, typer.Option("--many-leave", help=t("Let it be that more than half of all people lose access."))
    ] = False,
    encoding: Annotated[
        Encoding | None, typer.Option(help=t("What a CSV file is written in, where nothing in it says so."))
    ] = None,
    same_person: Annotated[
        list[str] | None,
        typer.Option(metavar="OLD=NEW", help=t("They are one person with a new number; “all” means all such pairs.")),
    ] = None,
    two_people: Annotated[
        list[str] | None,
        typer.Option(metavar="OLD=NEW", help=t("They are two people; “all” means all such pairs.")),
    ] = None,
    faults_to: Annotated[
        Path | None, typer.Option(help=t("Where to write the file with its faults in a column, as XLSX."))
    ] = None,
) -> None:
    house = opened()
    at = now()
    today = house.today(at)
    verdicts = _verdicts(same_person or [], two_people or [])
    data, mapped = _bytes(file), _mapping(mapping)
    roster = reader.read(data, mapped, encoding)
    with house.database.snapshot() as connection:
        staff = importing.everybody(connection)
    try:
        planned = importing.plan(roster, staff, leavers, today, skip_bad=skip_bad, verdicts=verdicts)
    except NotImportedError as error:
        fail(t.say(error.reason), t("Nothing was changed."))
    if roster.head_line:
        say(t.say(roster.taken))
    for fault in planned.faults:
        say(fault.in_words(t))
    if planned.faults and faults_to:
        _write_faults(faults_to, data, planned, mapped, encoding)
    if planned.faults and not (skip_bad and roster.is_usable):
        _check_encoding(roster, is_fatal=False)
        _check_pairs(planned, is_fatal=False)
        fail(_nothing_because_of(len(planned.faults)))
    _check_encoding(roster, is_fatal=not dry_run)
    _check_pairs(planned, is_fatal=not dry_run)
    warned = None if many_leave else _warning(planned, sum(person.active for person in staff))
    if dry_run:
        _tell(planned)
        say(t("Nothing was changed."))
        if warned:
            say(warned)
        return
    if warned:
        fail(warned, t("Nothing was changed."))
    try:
        with bar(t("People"), sum(change.kind is not Kind.MISSING for change in planned.changes)) as progress:
            done = importing.apply(
                house.database,
                roster,
                leavers,
                today,
                at,
                skip_bad=skip_bad,
                verdicts=verdicts,
                agreed=planned.fingerprint,
                on_progress=lambda n: progress.advance(progress.task_ids[0], n),
            )
    except NotImportedError as error:
        fail(t.say(error.reason), t("Nothing was changed."))
    except FaultyFileError as error:
        fail(*(fault.in_words(t) for fault in error.faults), _nothing_because_of(len(error.faults)))
    _sum_up(planned, done)


def _warning(planned: Plan, active: int) -> str | None:
    """What is said of a file that looks like the wrong one: it takes access from most of those who have it."""
    leaving = len(planned.of(Kind.LEFT))
    if leaving <= FEW or 2 * leaving <= active:
        return None
    return t(
        "{leaving} of {active} people would lose access. Is it the whole file? If it is meant so, give --many-leave.",
        leaving=leaving,
        active=active,
    )


def _mapping(file: Path | None) -> dict[Field, str]:
    try:
        return columns.mapping(_bytes(file)) if file else {}
    except columns.WrongMappingError as error:
        fail(error.fault.in_words(t))


def _verdicts(same: list[str], two: list[str]) -> Verdicts:
    """What was said of pairs such as `10=0010`."""
    if ALL in same and ALL in two:
        fail(t("Give “all” once: they are either the same people or others."))
    said: dict[tuple[str, str], Verdict] = {}
    of_others: Verdict | None = None
    for verdict, pairs in ((Verdict.SAME, same), (Verdict.TWO, two)):
        for pair in pairs:
            old, equals, new = (part.strip() for part in pair.partition("="))
            if pair == ALL:
                of_others = verdict
            elif equals and old and new:
                said[old, new] = verdict
            else:
                fail(t("“{pair}” has to be an old and a new number, such as 10=0010, or “all”.", pair=pair))
    return Verdicts(said, of_others)


def _check_encoding(roster: Roster, *, is_fatal: bool) -> None:
    """Lets nobody's name be written that may be spelled wrong."""
    if not roster.is_doubtful:
        return
    told = t(
        "Nothing in the file says what it is written in. As {encoding}, names in it are: {names}.",
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
        fail(told, remedy, otherwise, t("Nothing was changed."))
    for line in (told, remedy, otherwise):
        say(line)


def _check_pairs(planned: Plan, *, is_fatal: bool) -> None:
    """Lets nobody become another person because their number has changed."""
    pairs = planned.undecided
    if not pairs:
        return
    told = [
        t.plural(
            "{n} person who would leave may be somebody in the file under another number:",
            "{n} people who would leave may be people in the file under other numbers:",
            len(pairs),
        )
    ]
    told += [
        f"{pair.before.employee_id} {pair.before.name} → {pair.entry.employee_id} {pair.entry.name} "
        f"({t.say(SAME_BY[pair.by])})"
        for pair in pairs
    ]
    first = "=".join(pairs[0].numbers)
    told += [
        t("The same person: --same-person {pair}. Two people: --two-people {pair}.", pair=first),
        t("All of them at once: --same-person all, or --two-people all."),
    ]
    if is_fatal:
        fail(*told, t("Nothing was changed."))
    for line in told:
        say(line)


def _write_faults(
    output: Path, data: bytes, planned: Plan, mapped: dict[Field, str], encoding: Encoding | None
) -> None:
    """The file with its faults in a column, to be read by whoever runs the command and by nobody else."""
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


def _tell(planned: Plan) -> None:
    """One line for each person that something would change for."""
    for change in planned.changes:
        say(f"{t.say(SAID[change.kind])}: {change.employee_id} {change.name}{_fields(change)}")
    counts = planned.counts()
    for kind in Kind:
        if counts[kind]:
            say(_counted(kind, counts[kind]))
    say(_unchanged(planned.unchanged))


def _fields(change: Change) -> str:
    return f" ({', '.join(t.say(FIELDS_SAID[field]) for field in change.fields)})" if change.fields else ""


def _counted(kind: Kind, n: int) -> str:
    match kind:
        case Kind.ADDED:
            return t.plural("{n} person is new.", "{n} people are new.", n)
        case Kind.CHANGED:
            return t.plural("{n} person has changed.", "{n} people have changed.", n)
        case Kind.RETURNED:
            return t.plural("{n} person gets access again.", "{n} people get access again.", n)
        case Kind.LEFT:
            return t.plural("{n} person loses access.", "{n} people lose access.", n)
        case Kind.MISSING:
            return t.plural(
                "{n} person is not in the file and keeps access.",
                "{n} people are not in the file and keep access.",
                n,
            )


def _unchanged(n: int) -> str:
    return t.plural("{n} person stays as they are.", "{n} people stay as they are.", n)


def _sum_up(planned: Plan, done: Done) -> None:
    for kind in Kind:
        if done.counts.get(kind):
            say(_counted(kind, done.counts[kind]))
    for change in planned.of(Kind.MISSING):
        say(f"{t.say(SAID[change.kind])}: {change.employee_id} {change.name}")
    if planned.held_back:
        say(t("A skipped row does not say whose it is; so nobody loses access for not being in the file."))
    if done.skipped:
        say(t.plural("{n} row was skipped.", "{n} rows were skipped.", done.skipped))
    say(_unchanged(done.unchanged))
    say(t.plural("{n} person has access now.", "{n} people have access now.", done.active))


@app.command("add", help=t("Add one person, or change the one with this number."))
def add(
    employee_id: EmployeeId,
    name: Annotated[str, typer.Option(help=t("First and last name."))],
    unit: Annotated[str, typer.Option(help=t("Their unit."))],
    email: Annotated[str, typer.Option(help=t("Their e-mail address."))] = "",
    manager: Annotated[str, typer.Option(help=t("Their manager’s number or e-mail address."))] = "",
    start: Annotated[str, typer.Option(help=t("The first day."))] = "",
    end: Annotated[str, typer.Option(help=t("The last day."))] = "",
    language: Annotated[str, typer.Option(help=t("cs or en."))] = "",
) -> None:
    house = opened()
    given = {
        Field.ID: employee_id,
        Field.NAME: name,
        Field.EMAIL: email,
        Field.UNIT: unit,
        Field.MANAGER: manager,
        Field.START: start,
        Field.END: end,
        Field.LANGUAGE: language,
    }
    # What is not given stays as it is.
    said = {field: value for field, value in given.items() if value or field is Field.EMAIL}
    head, row = files.Row(0, list(said)), files.Row(0, list(said.values()))
    roster = columns.roster([head, row], {field: field.value for field in said})
    at = now()
    try:
        importing.apply(house.database, roster, Leavers.REPORT, house.today(at), at)
    except NotImportedError as error:
        fail(t.say(error.reason), t("Nothing was changed."))
    except FaultyFileError as error:
        fail(*(_of_option(fault) for fault in error.faults), t("Nothing was changed."))
    _describe(house, _person(house, roster.entries[0].employee_id))


def _of_option(fault: files.Fault) -> str:
    what = t.say(fault.what)
    return f"{fault.column}: {what}" if fault.column else what


@app.command("show", help=t("All that the directory knows of a person."))
def show(employee_id: EmployeeId) -> None:
    house = opened()
    _describe(house, _person(house, employee_id))


def _describe(house: Installation, person: Person) -> None:
    with house.database.reading() as connection:
        manager = _by_key(connection, person.manager_key)
        granted = connection.execute(
            select(accounts.grants)
            .where(accounts.grants.c.person_key == person.key)
            .order_by(accounts.grants.c.role, accounts.grants.c.unit)
        ).all()
    said = {
        t("employee number"): person.employee_id,
        t("name"): person.name,
        t("e-mail"): person.email,
        t("unit"): person.unit,
        t("manager"): f"{manager.employee_id} {manager.name}" if manager else "",
        t("first day"): t.date(person.starts_on) if person.starts_on else "",
        t("last day"): t.date(person.ends_on) if person.ends_on else "",
        t("language"): person.language,
        t("access"): t("yes") if person.has_access(house.today(now())) else t("no"),
        t("roles"): ", ".join(_granted(row) for row in granted),
        t("key in the record"): person.key,
    }
    for what, value in said.items():
        say(f"{what}: {value or '–'}")


def _granted(row: Row[Any]) -> str:
    role = f"{row.role} ({row.unit})" if row.unit else str(row.role)
    if row.granted_at is None:
        return role
    return t("{role} since {day} by “{by}”", role=role, day=t.date(row.granted_at.date()), by=row.granted_by or "")


def _by_key(connection: Connection, key: str | None) -> Person | None:
    row = connection.execute(select(directory.people).where(directory.people.c.person_key == key)).first()
    return directory.from_row(row) if row else None


@app.command("list", help=t("Everybody, by number."))
def list_(
    unit: Annotated[str, typer.Option(help=t("Only this unit."))] = "",
    everybody: Annotated[bool, typer.Option("--all", help=t("Those who have left too."))] = False,
) -> None:
    house = opened()
    asked = select(directory.people).where(directory.people.c.erased_at.is_(None))
    if unit:
        asked = asked.where(directory.people.c.unit == unit)
    if not everybody:
        asked = asked.where(directory.people.c.active)
    with house.database.reading() as connection:
        found = 0
        for row in connection.execute(asked.order_by(directory.people.c.employee_id)):
            found += 1
            left = () if row.active else (t("has left"),)
            typer.echo("\t".join((row.employee_id, row.name, row.email, row.unit, *left)))
    if not found:
        fail(t("There is nobody."))


def _person(house: Installation, employee_id: str) -> Person:
    with house.database.reading() as connection:
        person = directory.by_employee_id(connection, employee_id)
    if person is None:
        fail(t("There is nobody with the employee number {id}.", id=employee_id))
    return person


def _check_role(role: Role, unit: str) -> None:
    if role not in GRANTED:
        fail(t("Employee and manager follow from the directory; grant hr, editor or auditor."))
    if unit and role is not Role.HR:
        fail(t("Only HR’s role can be limited to a unit."))


@app.command("grant", help=t("Give somebody a role."))
def grant(
    employee_id: EmployeeId,
    role: Annotated[Role, typer.Argument()],
    unit: Annotated[str, typer.Option(help=t("For HR: limited to this unit."))] = "",
) -> None:
    house = opened()
    _check_role(role, unit)
    person = _person(house, employee_id)
    roles, at = [(person.key, role)], now()
    if house.database.write(lambda connection: accounts.grant(connection, roles, unit, at, "people grant")):
        security_log.note("role granted", person=person.key, role=role, by="people grant")
    say(t("{name} has the role {role} from now on.", name=person.name, role=role.value))


@app.command("take", help=t("Take a role away, and end the sessions of whoever had it."))
def take(
    employee_id: EmployeeId,
    role: Annotated[Role, typer.Argument()],
    unit: Annotated[str, typer.Option(help=t("For HR: the unit it was limited to."))] = "",
) -> None:
    house = opened()
    _check_role(role, unit)
    person = _person(house, employee_id)
    if not house.database.write(lambda connection: accounts.take(connection, person.key, role, unit)):
        fail(t("{name} does not have the role {role}.", name=person.name, role=role.value))
    security_log.note("role taken", person=person.key, role=role, by="people take")
    say(t("{name} no longer has the role {role}.", name=person.name, role=role.value))


@app.command(
    "incomplete", help=t("Accounts of the identity system that have no employee number yet, and so no access.")
)
def incomplete(
    forget: Annotated[
        str, typer.Option(help=t("Remove the account with this user name instead, of whom nothing is recorded."))
    ] = "",
) -> None:
    house = opened()
    if forget:
        if not house.database.write(lambda connection: provisioning.forget(connection, forget)):
            fail(t("No account without an employee number has the user name {name}.", name=forget))
        say(t("The account {name} is removed.", name=forget))
        return
    with house.database.reading() as connection:
        waiting = provisioning.without_number(connection)
    for each in waiting:
        typer.echo("\t".join((each.user_name, each.name, each.email, each.unit, each.since.date().isoformat())))
    if not waiting:
        say(t("Nobody is waiting for an employee number."))
