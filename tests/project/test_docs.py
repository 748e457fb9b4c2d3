"""The docs name everything that somebody may look for: a setting, a command, a role, a column, a kind of event."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from surroundings import HOME
from typer.core import TyperGroup

import settings
from commands.application import app
from people.access import Role
from progress.record.chains import Kind
from progress.reports.columns import TABLE, TEAM_COLUMNS

PAGES = {page.stem: page.read_text("utf-8") for page in (HOME / "docs").glob("*.md")}
"""By name. The addresses are held in tests/people/test_matrix.py, which compares docs/access.md with the routes."""


def section(page: str, heading: str) -> str:
    return PAGES[page].partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """The first cell of each row whose first cell is code."""
    return [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| `")]


def commands(group: TyperGroup, path: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        whole = f"{path} {name}".strip()
        yield from commands(command, whole) if isinstance(command, TyperGroup) else [whole]


def test_the_operators_page_lists_every_setting_and_no_other() -> None:
    rows = first_cells(section("operators", "Settings"))
    assert {name.strip().strip("`") for row in rows for name in row.split(",")} == settings.NAMES
    assert len(rows) == len(set(rows))


def test_the_operators_page_has_every_command() -> None:
    listed = " ".join(first_cells(section("operators", "Commands")))
    group = typer.main.get_group(app)
    missing = [each for each in commands(group) if not re.search(rf"`{each}\b", listed)]
    assert missing == []


@pytest.mark.parametrize("role", Role)
def test_the_access_page_has_every_role(role: Role) -> None:
    heads = PAGES["access"].lower()
    assert re.search(rf"\b{role.value}\b", heads)


def test_the_page_on_records_has_every_column_of_the_exports_and_no_other() -> None:
    rows = [row for row in section("records", "The export").splitlines() if row.startswith("| `")]
    assert rows == [
        f"| `{column.name}` | {'yes' if column.name in TEAM_COLUMNS else ''} | {column.meaning} |" for column in TABLE
    ]


def test_the_page_for_auditors_has_every_kind_of_event_and_no_other() -> None:
    assert {cell.strip("`") for cell in first_cells(section("audit", "The events"))} == {kind.value for kind in Kind}


LINK = re.compile(r"\]\(([^)#:\s]+)(?:#([^)\s]+))?\)")
ALL_PAGES = [HOME / "README.md", *sorted((HOME / "docs").glob("**/*.md"))]


def anchors(page: str) -> set[str]:
    """The ids that GitHub gives to headings."""
    heads = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.stem)
def test_links_lead_to_pages_and_headings_that_exist(page: Path) -> None:
    broken = []
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        file = page.parent / target
        if not file.exists() or (anchor and anchor not in anchors(file.read_text("utf-8"))):
            broken.append(f"{target}#{anchor}")
    assert broken == []


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.stem)
def test_pages_name_test_files_that_exist(page: Path) -> None:
    named = re.findall(r"`(tests/[\w/]+(?:\.py|/))`", page.read_text("utf-8"))
    assert [name for name in named if not (HOME / name).exists()] == []
