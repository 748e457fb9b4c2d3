"""The lists in pyproject.toml name what there is: a module that is added is checked, and goes along."""

import re
import tomllib
from typing import Any

import pytest
from surroundings import HOME

NOT_RUN = {"benchmarks", "tests"}
"""Beside what runs: packages and folders of Python that no other module needs."""
GENERATED = {"var", "mutants"}
PROJECT: dict[str, Any] = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["tool"]


def modules() -> set[str]:
    """The files and packages at the top that the application is made of."""
    packages = {file.parent.name for file in HOME.glob("*/*.py") if not file.parent.name.startswith(".")}
    return {file.name for file in HOME.glob("*.py")} | packages - NOT_RUN


def test_every_module_is_type_checked() -> None:
    named = {found.name for pattern in PROJECT["mypy"]["files"] for found in HOME.glob(pattern)}
    assert modules() <= named


def test_every_module_goes_along_where_mutants_are_tried() -> None:
    named = set(PROJECT["mutmut"]["also_copy"])
    assert modules() <= named
    assert [each for each in named if not (HOME / each).exists()] == []


@pytest.mark.parametrize("setting", ["source_paths", "pytest_add_cli_args_test_selection"])
def test_what_mutants_are_made_of_and_tried_on_is_there(setting: str) -> None:
    assert [each for each in PROJECT["mutmut"][setting] if not (HOME / each).exists()] == []


def test_the_developers_page_names_every_module() -> None:
    house = (HOME / "docs" / "developers.md").read_text("utf-8").split("```")[1]
    named = {
        word.rstrip("/") for line in house.splitlines() for word in re.findall(r"(?:^|(?<=  ))[\w/]+(?:\.py|/)", line)
    }
    packages = {file.parent.relative_to(HOME).as_posix() for file in HOME.glob("[a-z]*/**/__init__.py")}
    tracked = {folder.name for folder in HOME.glob("[a-z]*/") if folder.is_dir() and any(folder.iterdir())}
    deep = {each for each in packages if each.count("/") == 1}
    assert named == {file.name for file in HOME.glob("*.py")} | deep | tracked - GENERATED
