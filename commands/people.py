"""The directory: add, show and list people, grant and take roles."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, Row, select

from commands import hr_file
from commands.console import fail, opened, say, t
from commands.options import with_options
from installation import Installation, now
from people import directory, security_log
from people.access import Role
from people.directory import Person
from people.hr_file import files, importing, roster
from people.hr_file.columns import Field
from people.hr_file.comparison import NotImportedError
from people.hr_file.importing import FaultyFileError
from people.hr_file.plan import ImportOptions, Leavers
from people.sign_in import accounts, identity_system, provisioning

app = typer.Typer(help=t("The people of the directory."), no_args_is_help=True)
app.command("import", help=t("Update the directory from a file of the HR system."))(hr_file.import_)

GRANTED = (Role.HR, Role.EDITOR, Role.AUDITOR)

EmployeeId = Annotated[str, typer.Argument(help=t("Their employee number."))]


@dataclass(frozen=True)
class PersonOptions:
    name: Annotated[str, typer.Option(help=t("First and last name."))]
    unit: Annotated[str, typer.Option(help=t("Their unit."))]
    email: Annotated[str, typer.Option(help=t("Their e-mail address."))] = ""
    manager: Annotated[str, typer.Option(help=t("Their manager’s number or e-mail address."))] = ""
    start: Annotated[str, typer.Option(help=t("The first day."))] = ""
    end: Annotated[str, typer.Option(help=t("The last day."))] = ""
    language: Annotated[str, typer.Option(help=t("cs or en."))] = ""


@app.command("add", help=t("Add one person, or change the one with this number."))
@with_options
def add(employee_id: EmployeeId, options: PersonOptions) -> None:
    installed = opened()
    given = {
        Field.ID: employee_id,
        Field.NAME: options.name,
        Field.EMAIL: options.email,
        Field.UNIT: options.unit,
        Field.MANAGER: options.manager,
        Field.START: options.start,
        Field.END: options.end,
        Field.LANGUAGE: options.language,
    }
    # What is not given stays as it is.
    said = {field: value for field, value in given.items() if value or field is Field.EMAIL}
    head, row = files.Row(0, list(said)), files.Row(0, list(said.values()))
    read = roster.of_rows([head, row], {field: field.value for field in said})
    at = now()
    try:
        importing.apply(installed.database, read, ImportOptions(installed.today(at), Leavers.REPORT), at)
    except NotImportedError as error:
        fail(t.say(error.reason), t("Nothing was changed."))
    except FaultyFileError as error:
        fail(*(_of_option(fault) for fault in error.faults), t("Nothing was changed."))
    _describe(installed, _person(installed, read.entries[0].employee_id))


def _of_option(fault: files.FileFault) -> str:
    what = t.say(fault.what)
    return f"{fault.column}: {what}" if fault.column else what


@app.command("show", help=t("Show everything that the directory knows about a person."))
def show(employee_id: EmployeeId) -> None:
    installed = opened()
    _describe(installed, _person(installed, employee_id))


def _describe(installed: Installation, person: Person) -> None:
    with installed.database.reading() as connection:
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
        t("access"): t("yes") if person.has_access(installed.today(now())) else t("no"),
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


@app.command("list", help=t("List everybody, by employee number."))
def list_(
    unit: Annotated[str, typer.Option(help=t("Only this unit."))] = "",
    everybody: Annotated[bool, typer.Option("--all", help=t("Also people who have left."))] = False,
) -> None:
    installed = opened()
    today = installed.today(now())
    asked = select(directory.people).where(directory.people.c.erased_at.is_(None))
    if unit:
        asked = asked.where(directory.people.c.unit == unit)
    if not everybody:
        asked = asked.where(directory.has_access(today))
    with installed.database.reading() as connection:
        found = 0
        for row in connection.execute(asked.order_by(directory.people.c.employee_id)):
            found += 1
            left = () if directory.from_row(row).has_access(today) else (t("has left"),)
            typer.echo("\t".join((row.employee_id, row.name, row.email, row.unit, *left)))
    if not found:
        fail(t("There is nobody."))


def _person(installed: Installation, employee_id: str) -> Person:
    with installed.database.reading() as connection:
        person = directory.by_employee_id(connection, employee_id)
    if person is None:
        fail(t("There is nobody with the employee number {id}.", id=employee_id))
    return person


def _check_role(role: Role, unit: str) -> None:
    if role not in GRANTED:
        fail(t("Employee and manager follow from the directory; grant hr, editor or auditor."))
    if unit and role is not Role.HR:
        fail(t("Only HR’s role can be limited to a unit."))


@app.command("grant", help=t("Grant somebody a role."))
def grant(
    employee_id: EmployeeId,
    role: Annotated[Role, typer.Argument()],
    unit: Annotated[str, typer.Option(help=t("For HR: limited to this unit."))] = "",
) -> None:
    installed = opened()
    _check_role(role, unit)
    person = _person(installed, employee_id)
    roles, at = [(person.key, role)], now()
    if installed.database.write(lambda connection: accounts.grant(connection, roles, unit, at, "people grant")):
        security_log.note("role granted", person=person.key, role=role, by="people grant")
    say(t("{name} has the role {role} from now on.", name=person.name, role=role.value))


@app.command("take", help=t("Take a role away, and end the person’s sessions."))
def take(
    employee_id: EmployeeId,
    role: Annotated[Role, typer.Argument()],
    unit: Annotated[str, typer.Option(help=t("For HR: the unit it was limited to."))] = "",
) -> None:
    installed = opened()
    _check_role(role, unit)
    person = _person(installed, employee_id)
    if not installed.database.write(lambda connection: accounts.take(connection, person.key, role, unit)):
        fail(t("{name} does not have the role {role}.", name=person.name, role=role.value))
    security_log.note("role taken", person=person.key, role=role, by="people take")
    say(t("{name} no longer has the role {role}.", name=person.name, role=role.value))


@app.command(
    "incomplete", help=t("List accounts of the identity system that have no employee number yet, and so no access.")
)
def incomplete(
    forget: Annotated[
        str, typer.Option(help=t("Instead, remove the account with this user name, about which nothing is recorded."))
    ] = "",
) -> None:
    installed = opened()
    if forget:
        if not installed.database.write(lambda connection: provisioning.forget(connection, forget)):
            fail(t("No account without an employee number has the user name {name}.", name=forget))
        say(t("The account {name} is removed.", name=forget))
        return
    with installed.database.reading() as connection:
        waiting = identity_system.without_number(connection)
    for each in waiting:
        typer.echo("\t".join((each.user_name, each.name, each.email, each.unit, each.since.date().isoformat())))
    if not waiting:
        say(t("Nobody is waiting for an employee number."))
