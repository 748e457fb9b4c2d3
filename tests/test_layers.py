"""Imports point one way: what is below never knows what is above."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import HOME

LAYERS = (
    {"words", "spelling"},
    {"settings", "database", "descriptors", "postgresql", "mail", "signing"},
    {"lessons", "people"},
    {"quizzes"},
    {"progress"},
    {"schema", "installation", "logs"},
    {"startup"},
    {"web"},
    {"screens", "commands"},
    {"manage", "app"},
)
"""From the bottom up. Neighbours in one layer do not know each other either."""
DOMAIN = ("lessons", "people", "quizzes", "progress")
MAY_IMPORT_STREAMLIT = {"app.py", "web/headers.py"}
"""Beside the screens. The headers read a file of Streamlit's package."""

RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
FILES = sorted(file for own in RANK for file in (HOME / f"{own}.py", *(HOME / own).glob("**/*.py")) if file.exists())


def name(file: Path) -> str:
    return file.relative_to(HOME).as_posix()


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imported(file: Path) -> Iterator[str]:
    """The first part of each module that `file` imports, wherever in the file it does."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("file", FILES, ids=name)
def test_imports_point_one_way(file: Path) -> None:
    own = file.relative_to(HOME).parts[0].removesuffix(".py")
    above = {other for other in imported(file) if other in RANK and other != own and RANK[other] >= RANK[own]}
    assert above == set()


@pytest.mark.parametrize("file", FILES, ids=name)
def test_only_screens_and_the_application_import_streamlit(file: Path) -> None:
    if "streamlit" in imported(file):
        assert file.is_relative_to(HOME / "screens") or name(file) in MAY_IMPORT_STREAMLIT


def test_every_module_has_its_layer() -> None:
    here = {file.stem for file in HOME.glob("*.py")} | {file.parent.name for file in HOME.glob("*/__init__.py")}
    assert here - {"benchmarks"} == set(RANK)


@pytest.mark.parametrize("package", DOMAIN)
def test_the_domain_reads_neither_the_clock_nor_the_environment(package: str) -> None:
    """`now`, `today` and settings are arguments."""
    for file in (HOME / package).glob("**/*.py"):
        assert {"settings", "installation", "os", "time"}.isdisjoint(imported(file)), name(file)
        calls = (node.func for node in ast.walk(tree(file)) if isinstance(node, ast.Call))
        asked = {call.attr for call in calls if isinstance(call, ast.Attribute)}
        assert {"now", "utcnow", "today"}.isdisjoint(asked), name(file)
