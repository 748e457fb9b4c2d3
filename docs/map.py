"""Draw the map of the code into docs/developers.md: its rooms, floor by floor, as the imports have them.

`make map` writes it; a test fails while it is out of date. What a room is, its docstring says.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "developers.md"
BEGIN, END = "<!-- map: made by `make map` -->\n", "<!-- end of the map -->\n"


@dataclass(frozen=True)
class Room:
    """A package, or a module at the top."""

    name: str
    purpose: str
    modules: int
    imports: frozenset[str]


def packages() -> list[str]:
    """The modules and packages at the top that the application is made of, as pyproject.toml lists them for mypy."""
    listed: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]["files"]
    return sorted({found.name for pattern in listed for found in ROOT.glob(pattern)})


def rooms() -> dict[str, Room]:
    homes: dict[str, list[Path]] = {}
    for package in packages():
        if package.endswith(".py"):
            homes[package.removesuffix(".py")] = [ROOT / package]
            continue
        for init in sorted((ROOT / package).glob("**/__init__.py")):
            homes[".".join(init.relative_to(ROOT).parent.parts)] = sorted(init.parent.glob("*.py"))
    return {name: _room(name, files, set(homes)) for name, files in homes.items()}


def _room(name: str, files: list[Path], names: set[str]) -> Room:
    trees = [ast.parse(file.read_text("utf-8")) for file in files]
    home = next((tree for file, tree in zip(files, trees, strict=True) if file.name == "__init__.py"), trees[0])
    purpose = (ast.get_docstring(home) or "").split("\n")[0]
    imports = {
        room for tree in trees for module in _imported(tree) if (room := _room_of(module, names)) not in {name, ""}
    }
    return Room(name, purpose, sum(file.name != "__init__.py" for file in files) or 1, frozenset(imports))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _room_of(module: str, names: set[str]) -> str:
    """The innermost room that `module` is in or is; empty for a library."""
    while module and module not in names:
        module = module.rpartition(".")[0]
    return module


def floors(found: dict[str, Room]) -> dict[str, int]:
    """By room: one floor above the highest that it imports. Raises `ValueError` where imports go in a circle."""
    known: dict[str, int] = {}
    while left := found.keys() - known.keys():
        placed = {
            name: 1 + max((known[other] for other in found[name].imports), default=0)
            for name in left
            if found[name].imports <= known.keys()
        }
        if not placed:
            raise ValueError(f"imports go in a circle among {', '.join(sorted(left))}")
        known |= placed
    return known


def resting_on(found: dict[str, Room]) -> dict[str, frozenset[str]]:
    """By room: of its imports those that none of its other imports reaches."""
    below: dict[str, set[str]] = {}
    for name in sorted(found, key=floors(found).__getitem__):
        below[name] = {*found[name].imports}.union(*(below[other] for other in found[name].imports))
    return {name: room.imports.difference(*(below[other] for other in room.imports)) for name, room in found.items()}


def drawn() -> str:
    found = rooms()
    floor, rests = floors(found), resting_on(found)
    rows = [
        f"| {floor[room.name]} | `{room.name}` | {room.purpose} | {room.modules} | {_said(rests[room.name])} |"
        for room in sorted(found.values(), key=lambda room: (-floor[room.name], room.name))
    ]
    arrows = sum(len(room.imports) for room in found.values())
    return "\n".join(
        [
            f"{len(found)} rooms on {max(floor.values())} floors, {arrows} arrows, no circles. "
            "*Rests on* leaves out what is reached through another room.",
            "",
            "| floor | room | what it is | modules | rests on |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _said(imports: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(imports))


def with_map(page: str) -> str:
    """`page` with the map between its marks."""
    between = re.escape(BEGIN) + ".*?" + re.escape(END)
    return re.sub(between, lambda _: f"{BEGIN}\n{drawn()}\n{END}", page, count=1, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(with_map(PAGE.read_text("utf-8")), "utf-8")
