"""Who gets to what, read from the code: `make access` writes it into docs/access.md."""

import ast
import pkgutil
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sqlalchemy import Connection
from starlette.routing import Route

import web
from database import Database
from installation import schema
from people import directory
from people.access import Act, Principal, Role, may, visible
from people.directory import Person
from progress.reports.exporting import ACTS as ACT_OF_EXPORT
from settings import HOME
from web.downloads.certificates_zip import ACT as ACT_OF_ZIP
from web.downloads.exports import EXPORTS, FORMS
from web.downloads.records import ACTS
from web.guard import CLOSED_PATHS, OPEN_PATHS

DOCUMENT = HOME / "docs" / "access.md"
BEGIN, END = "<!-- from the code: make access -->", "<!-- to here -->"
NO_SCREENS = {"__init__", "entry", "session", "refused"}
CERTIFICATE = "/certificate/{number}.pdf"
CERTIFICATES = "/export/certificates.zip"
CHECKPOINT = "/export/checkpoint/{checkpoint}.txt"
EXPORT = "/export/{what}.{form}"
STATEMENT = "/export/statement/{export}"
FOR_PROGRAMS = "/scim/"
OF_ANOTHER = " of somebody else"

_ABSENT = Person("a" * 32, "1", "", "", "Sales", None, "cs")
_THEIRS = Person("b" * 32, "2", "", "", "Sales", _ABSENT.key, "cs")
_LEADER = Person("c" * 32, "3", "", "", "Stock", None, "cs")
_BELOW = Person("d" * 32, "4", "", "", "Stock", _LEADER.key, "cs")
_SELF = Person("e" * 32, "5", "", "", "Office", None, "cs")
_PEOPLE = (_ABSENT, _THEIRS, _LEADER, _BELOW, _SELF)


def _who(*roles: Role, person: Person = _SELF, **more: frozenset[str]) -> Principal:
    return Principal(person, frozenset({Role.EMPLOYEE, *roles}), **more)


WHO: dict[str, Principal | None] = {
    "nobody": None,
    "employee": _who(),
    "manager": _who(Role.MANAGER, person=_LEADER),
    "deputy": _who(Role.MANAGER, stands_in_for=frozenset({_ABSENT.key})),
    "HR": _who(Role.HR),
    "HR of units": _who(Role.HR, units=frozenset({"Stock"})),
    "editor": _who(Role.EDITOR),
    "auditor": _who(Role.AUDITOR),
}
"""Nobody, and one person for each way to be somebody. Everybody who is signed in is an employee as well."""

_SEEN: dict[frozenset[str], str] = {
    frozenset(): "–",
    frozenset({_SELF.key}): "themselves",
    frozenset({_LEADER.key}): "themselves",
    frozenset({_BELOW.key}): "their line",
    frozenset({_THEIRS.key}): "the line of the absent",
    frozenset({_LEADER.key, _BELOW.key}): "their units",
    frozenset(person.key for person in _PEOPLE): "everybody",
    frozenset(person.key for person in _PEOPLE if person is not _SELF): "everybody else",
}


@dataclass(frozen=True)
class Row:
    """Something that can be asked for, and what decides who gets it."""

    asked: str
    is_open: bool = False
    act: Act | None = None
    by_token: bool = False
    """For a program that holds a token, whoever else is signed in."""

    def lets_in(self, who: Principal | None) -> bool:
        if self.is_open:
            return True
        return who is not None and (self.act is None or may(who, self.act))


def screens() -> list[Row]:
    """Each screen and the act that its script requires; a learner's require none."""
    files = sorted(file for file in (HOME / "screens").glob("*.py") if file.stem not in NO_SCREENS)
    return [Row("/" if file.stem == "home" else f"/{file.stem}", act=_required(file)) for file in files]


def _required(file: Path) -> Act | None:
    acts = {
        Act[node.args[1].attr]
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "require"
        and isinstance(node.args[1], ast.Attribute)
    }
    assert len(acts) <= 1, f"{file.name} requires several acts"
    return next(iter(acts), None)


def modules_with_routes() -> list[str]:
    names = [module.name for module in pkgutil.walk_packages(web.__path__, "web.")]
    return [name for name in names if hasattr(import_module(name), "ROUTES")]


def routes() -> list[tuple[str, Row]]:
    """(method, what is asked for) of every route: open by the guard, by its act, or for whoever is signed in."""
    found = [
        (method, row)
        for name in modules_with_routes()
        for route in import_module(name).ROUTES
        for method in sorted((route.methods or {"GET"}) - {"HEAD"})
        for row in _rows(route)
    ]
    return sorted(found, key=lambda pair: (pair[1].asked, pair[0]))


def _rows(route: Route) -> Iterator[Row]:
    if route.path == EXPORT:
        for what, kind in EXPORTS.items():
            for form in FORMS:
                yield Row(EXPORT.replace("{what}", what).replace("{form}", form), act=ACT_OF_EXPORT[kind])
    elif route.path == STATEMENT:
        yield Row(STATEMENT)
        yield Row(STATEMENT + OF_ANOTHER, act=Act.VERIFY)
    elif route.path in ACTS:
        yield Row(route.path, act=ACTS[route.path])
    elif route.path == CERTIFICATES:
        yield Row(CERTIFICATES, act=ACT_OF_ZIP)
    elif route.path == CERTIFICATE:
        yield Row(CERTIFICATE)
        yield Row(CERTIFICATE + OF_ANOTHER, act=Act.SEE_CERTIFICATIONS)
    else:
        is_open = OPEN_PATHS.fullmatch(example(route.path)) is not None
        yield Row(route.path, is_open, by_token=route.path.startswith(FOR_PROGRAMS))


def example(path: str) -> str:
    """An address that the route takes, for something that is not there."""
    return re.sub(r"{[^}]*}", "x", path)


def seen_people() -> Iterator[tuple[Act, list[str]]]:
    """Whom each may see in each act, asked of a small company."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/people.sqlite3")
        schema.metadata.create_all(database.engine)
        with database.writing() as connection:
            directory.add(connection, _PEOPLE)
        with database.reading() as connection:
            for act in Act:
                yield act, [_seen(connection, who, act) for who in WHO.values() if who is not None]
        database.close()


def _seen(connection: Connection, who: Principal, act: Act) -> str:
    if act in {Act.SEE_CONTENT, Act.ANSWER_REMARKS, Act.ASSIGN, Act.SEAL}:  # they show nobody
        return "yes" if may(who, act) else "–"
    return _SEEN[frozenset(connection.execute(visible(who, act)).scalars())]


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def document() -> str:
    """The generated part of docs/access.md."""
    names = list(WHO)

    def cells(row: Row) -> list[str]:
        return ["by token" if row.by_token else "yes" if row.lets_in(who) else "–" for who in WHO.values()]

    acts = [[act.value, *seen] for act, seen in seen_people()]
    return "\n\n".join(
        [
            "## Acts: whom each may see",
            table(["act", *names[1:]], acts),
            "## Screens",
            table(["screen", "act", *names], [[f"`{r.asked}`", r.act or "", *cells(r)] for r in screens()]),
            "## Routes, exports and certificates",
            table(
                ["", "route", "act", *names],
                [[method, f"`{row.asked}`", row.act or "", *cells(row)] for method, row in routes()]
                + [["GET", "`/app/static/{file}`", "", *["yes"] * len(names)]]
                + [["GET", f"`{path}`", "", *["–"] * len(names)] for path in CLOSED_PATHS],
            ),
        ]
    )


def written() -> str:
    """docs/access.md as it has to be: what was written by hand, with the tables in their place."""
    text = DOCUMENT.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{document()}\n\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(written(), "utf-8")
