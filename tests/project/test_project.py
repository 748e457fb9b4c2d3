"""The lists in pyproject.toml name what there is: a module that is added is checked, and goes along."""

import ast
import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from surroundings import HOME
from width import ALWAYS_ON_POSTGRESQL, SECURITY

NOT_RUN = {"benchmarks", "docs", "tests"}
"""Beside what runs: packages and folders of Python that no other module needs."""
USUAL_PARAMETERS = 5
MOST_PARAMETERS = 7
MOST_FUNCTIONS_BEYOND_USUAL = 12
PROJECT: dict[str, Any] = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["tool"]


def modules() -> set[str]:
    """The files and packages at the top that the application is made of."""
    packages = {file.parent.name for file in HOME.glob("*/__init__.py")}
    return {file.name for file in HOME.glob("*.py")} | packages - NOT_RUN


def test_every_module_is_type_checked() -> None:
    named = {found.name for pattern in PROJECT["mypy"]["files"] for found in HOME.glob(pattern)}
    assert modules() == named


def test_a_class_name_has_one_meaning() -> None:
    where: dict[str, set[str]] = {}
    for file in product_files():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                where.setdefault(node.name, set()).add(str(file.relative_to(HOME)))
    assert {name: sorted(files) for name, files in where.items() if len(files) > 1} == {}


def test_few_functions_take_many_parameters() -> None:
    """Arguments that belong together are a dataclass, a command's options too (`commands/options.py`)."""
    taken = {
        f"{file.relative_to(HOME)}:{node.lineno} {node.name}": len(parameters(node))
        for file in product_files()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: n for name, n in taken.items() if n > MOST_PARAMETERS} == {}
    many = sorted(name for name, n in taken.items() if n > USUAL_PARAMETERS)
    assert len(many) <= MOST_FUNCTIONS_BEYOND_USUAL, many


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    taken = function.args
    named = [each.arg for each in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
    return [name for name in named if name not in {"self", "cls"}]


def product_files() -> list[Path]:
    found = (HOME / name for name in sorted(modules()))
    return [file for each in found for file in ([each] if each.is_file() else sorted(each.rglob("*.py")))]


def test_every_module_goes_along_where_mutants_are_tried() -> None:
    named = set(PROJECT["mutmut"]["also_copy"])
    assert modules() == named


@pytest.mark.parametrize("setting", ["source_paths", "pytest_add_cli_args_test_selection"])
def test_what_mutants_are_made_of_and_tried_on_is_there(setting: str) -> None:
    assert [each for each in PROJECT["mutmut"][setting] if not (HOME / each).exists()] == []


def test_the_map_of_the_code_is_as_the_imports_have_it() -> None:
    page = (HOME / "docs" / "developers.md").read_text("utf-8")
    assert runpy.run_path(str(HOME / "docs" / "map.py"))["with_map"](page) == page, "run make map"


def test_what_the_width_of_the_tests_names_is_there() -> None:
    assert [each for each in (*ALWAYS_ON_POSTGRESQL, *SECURITY) if not (HOME / "tests" / each).exists()] == []


def own_files() -> list[Path]:
    """The tests' own: the judges are other people's."""
    folders = [folder for folder in (HOME / "tests").iterdir() if folder.is_dir() and folder.name != "judges"]
    return [*(HOME / "tests").glob("*.py"), *(file for folder in folders for file in folder.rglob("*.py"))]


def test_nothing_is_imported_from_a_conftest() -> None:
    """Python would find whichever was loaded last."""
    importing = re.compile(r"^(from|import) conftest", re.MULTILINE)
    assert [file.name for file in own_files() if importing.search(file.read_text("utf-8"))] == []


def test_each_test_file_has_a_name_of_its_own_and_is_short() -> None:
    """Pytest imports them by their names alone; what is longer than 400 lines is about several things."""
    names = sorted(file.name for file in own_files() if file.name != "conftest.py")
    assert names == sorted(set(names))
    assert [file.name for file in own_files() if len(file.read_text("utf-8").splitlines()) > 400] == []
