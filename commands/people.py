"""The directory: people brought in, looked up, given roles."""

from typing import Annotated

import typer

from commands.console import fail, opened, say, t
from people import accounts, directory
from people.access import Role

app = typer.Typer(help=t("The people of the directory."), no_args_is_help=True)

GRANTED = (Role.HR, Role.EDITOR, Role.AUDITOR)


@app.command("grant", help=t("Give somebody a role."))
def grant(
    employee_id: Annotated[str, typer.Argument(help=t("Their employee number."))],
    role: Annotated[Role, typer.Argument()],
    unit: Annotated[str, typer.Option(help=t("For HR: limited to this unit."))] = "",
) -> None:
    house = opened()
    if role not in GRANTED:
        fail(t("Employee and manager follow from the directory; grant hr, editor or auditor."))
    if unit and role is not Role.HR:
        fail(t("Only HR’s role can be limited to a unit."))
    with house.database.reading() as connection:
        person = directory.by_employee_id(connection, employee_id)
    if person is None:
        fail(t("There is nobody with the employee number {id}.", id=employee_id))
    house.database.write(lambda connection: accounts.grant(connection, [(person.key, role)], unit))
    say(t("{name} has the role {role} from now on.", name=person.name, role=role.value))
