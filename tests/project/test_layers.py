"""Imports point one way: what is below never knows what is above."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from surroundings import HOME

LAYERS = (
    {"words"},
    {"settings", "database", "mail"},
    {"lessons", "people"},
    {"quizzes"},
    {"progress"},
    {"installation"},
    {"web"},
    {"screens", "commands"},
    {"manage", "app"},
)
"""From the bottom up. Neighbours in one layer do not know each other either."""
ROOMS = {
    # Who somebody is comes before how they sign in, and HR's file changes both.
    "people": ({"people"}, {"people.sign_in"}, {"people.hr_file"}),
    # A kind of decision knows no lesson; a kind of question knows no bank and no form. Advice looks at whole content.
    "lessons": ({"lessons.decisions", "lessons.pictures"}, {"lessons"}),
    "quizzes": ({"quizzes.kinds"}, {"quizzes"}, {"quizzes.advice"}),
    # The chain knows no course, completion no report; rules assign, refreshers follow a certificate, and letters
    # remind of all of it. Deliveries to other systems are made from reports. What the holder is given is checked
    # against the record first, and what is stored about a person gathers from all of them.
    "progress": (
        {"progress.record"},
        {"progress.completion"},
        {"progress.assigning", "progress.refreshers"},
        {"progress.reminding"},
        {"progress.audit", "progress.insight", "progress.remarks", "progress.reports"},
        {"progress.documents", "progress.reports.lrs"},
        {"progress.personal"},
        {"progress"},
    ),
    # Every address asks the same guard and shows the same pages, with the same files; downloads include certificates.
    "web": ({"web.assets"}, {"web"}, {"web.certificates", "web.scim", "web.sign_in"}, {"web.downloads"}),
    # Parts that every screen uses, content as HTML, the form of a kind of question, the parts of one screen, and the
    # screens.
    "screens": (
        {"screens.parts"},
        {"screens.parts.content"},
        {"screens.parts.course.forms"},
        {"screens.parts.assigning", "screens.parts.course", "screens.parts.hr_file", "screens.parts.records"},
        {"screens.parts.result"},
        {"screens"},
    ),
}
"""The rooms of the larger packages, from the bottom up."""
DOMAIN = ("lessons", "people", "quizzes", "progress")
MAY_IMPORT_STREAMLIT = {"app.py", "web/headers.py", "web/assets/files.py"}
"""Beside the screens. The headers and the assets read files of Streamlit's package."""
READS_A_FILE = {"progress/record/signing.py": {"os"}}
"""The key that signs lies in a file, and only its owner may read it."""
MOST_MODULES = 14
"""In one folder: as many as can be taken in at a glance."""

RANK = {name: rank for rank, names in enumerate(LAYERS) for name in sorted(names)}
ROOM_RANK = {room: rank for rooms in ROOMS.values() for rank, names in enumerate(rooms) for room in names}
FILES = sorted(file for own in RANK for file in (HOME / f"{own}.py", *(HOME / own).glob("**/*.py")) if file.exists())
MIGRATIONS = HOME / "installation" / "migrations"


def name(file: Path) -> str:
    return file.relative_to(HOME).as_posix()


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imported(file: Path) -> Iterator[str]:
    """Each module that `file` imports, wherever in the file it does; of `from package import name` both parts."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top(module: str) -> str:
    return module.split(".")[0]


def room(module: str) -> str:
    """The package in which `module` is, or a name of it."""
    parts = module.split(".")
    while not HOME.joinpath(*parts).is_dir():
        parts.pop()
    return ".".join(parts)


@pytest.mark.parametrize("layer", RANK)
def test_imports_point_one_way(layer: str) -> None:
    files = [file for file in FILES if file.relative_to(HOME).parts[0].removesuffix(".py") == layer]
    above = {
        (name(file), other)
        for file in files
        for other in map(top, imported(file))
        if other in RANK and other != layer and RANK[other] >= RANK[layer]
    }
    assert above == set()


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_of_a_package_know_only_those_below(package: str) -> None:
    above = set()
    for file in (HOME / package).glob("**/*.py"):
        own = ".".join(file.relative_to(HOME).parent.parts)
        others = {room(module) for module in imported(file) if top(module) == package}
        above |= {(name(file), other) for other in others - {own} if ROOM_RANK[other] >= ROOM_RANK[own]}
    assert above == set()


def test_every_room_has_its_place() -> None:
    here = {
        ".".join(file.relative_to(HOME).parent.parts) for top in ROOMS for file in HOME.glob(f"{top}/**/__init__.py")
    }
    assert here == set(ROOM_RANK)


def test_no_folder_has_more_modules_than_can_be_taken_in() -> None:
    # Every screen has its line in screens/parts/addresses.py, every group of commands in commands/application.py.
    listed_elsewhere = {HOME, HOME / "screens", HOME / "commands"}
    folders = {file.parent for file in FILES if MIGRATIONS not in file.parents} - listed_elsewhere
    crowded = {name(folder): n for folder in folders if (n := len({*folder.glob("[!_]*.py")})) > MOST_MODULES}
    assert crowded == {}


@pytest.mark.parametrize("layer", RANK)
def test_only_screens_and_the_application_import_streamlit(layer: str) -> None:
    files = [file for file in FILES if file.relative_to(HOME).parts[0].removesuffix(".py") == layer]
    drawing = {name(file) for file in files if "streamlit" in map(top, imported(file))}
    assert layer == "screens" or drawing <= MAY_IMPORT_STREAMLIT


def test_every_module_has_its_layer() -> None:
    here = {file.stem for file in HOME.glob("*.py")} | {file.parent.name for file in HOME.glob("*/__init__.py")}
    assert here - {"benchmarks"} == set(RANK)


@pytest.mark.parametrize("package", DOMAIN)
def test_the_domain_reads_neither_the_clock_nor_the_environment(package: str) -> None:
    """`now`, `today` and settings are arguments."""
    for file in (HOME / package).glob("**/*.py"):
        outside = {"settings", "installation", "os", "time"} & {*map(top, imported(file))}
        assert outside == READS_A_FILE.get(name(file), set()), name(file)
        calls = (node.func for node in ast.walk(tree(file)) if isinstance(node, ast.Call))
        asked = {call.attr for call in calls if isinstance(call, ast.Attribute)}
        assert {"now", "utcnow", "today"}.isdisjoint(asked), name(file)
