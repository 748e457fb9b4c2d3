"""A folder of content in which something is broken, and bytes with something broken in them."""

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

import yaml
from bundled import CATALOGUE, without_later_courses
from PIL import Image

SOURCES = ("lessons/customer-privacy/cs.yaml", "quizzes/customer-privacy/cs.yaml")
TRANSLATIONS = ("lessons/customer-privacy/en.yaml", "quizzes/customer-privacy/en.yaml")
FILES = (CATALOGUE, *SOURCES, *TRANSLATIONS)
PICTURE = "lessons/customer-privacy/hands.png"
PICTURE_OF_WHY = re.compile(rb"(^why:\n  title: .*\n)(?:  picture:\n(?:    .*\n)+)?", re.MULTILINE)
NUMBERS = ("pass_mark", "valid_months", "questions", "each_principle")
NEEDLESS = ("phone", "picture", "must", "own", "moves")
"""Keys that a file can do without."""

NASTY = (
    b"\x00",
    b"\xff",
    b"\r",
    b"\t",
    b"&a ",
    b"*a",
    b"!!",
    b"'",
    b'"',
    b": ",
    b"- ",
    b"{",
    b"[",
    b"---\n",
    b"\xe2\x80\xae",
)
NO_NUMBERS = ("", "+10", "1_0", "10.0", "1e1", "0x1", "ten", "-5", "NaN", ".inf", "١٠", "１０", "10 %", "true", "1;2")
HOSTILE = (
    *("<b>a</b>", "<script>alert(1)</script>", "<!-- a -->", "[a](https://example.com)", "https://example.com"),
    *("www.example.com", "HTTP://EXAMPLE.COM", "![a](b.png)", "[a][b]", "[a]: b", "javascript:alert(1)"),
    *("\u202egnp.exe", "a\u200bb", "a\u2066b", "\x1b[31mred", "a\x00b", "a\x9b31m", "a\u061cb", "a\ufeffb", "a\x7fb"),
)


class Expected(Enum):
    NAMED = auto()
    """The check has to find a fault in the file that was broken, or beside it."""
    THE_SAME = auto()
    """The content has to be what it was."""
    SOUND = auto()
    """There may be nothing wrong with it; what is let through has to be sound."""


@dataclass(frozen=True)
class Mutant:
    """What was done to the folder, and what the check has to make of it."""

    kind: str
    expected: Expected
    file: str
    """What was broken, or stands where it should: a file, or a folder."""


class Workshop:
    """One folder that is made sound again before each mutation."""

    def __init__(self, home: Path, folder: Path, chance: Random) -> None:
        self.folder = folder
        self.chance = chance
        self.sound = {file: (home / file).read_bytes() for file in FILES}
        self.sound[CATALOGUE] = without_later_courses(self.sound[CATALOGUE])
        drawings = (home / "lessons").glob("*/drawings/*.svg")
        self.sound |= {file.relative_to(home).as_posix(): file.read_bytes() for file in drawings}
        for file, picture in ((SOURCES[0], '{file: "hands.png", alt: Ruce}'), (TRANSLATIONS[0], "{alt: Hands}")):
            instead = rf"\1  picture: {picture}\n".encode()
            self.sound[file] = PICTURE_OF_WHY.sub(instead, self.sound[file])
        self.sound[PICTURE] = sample_picture("PNG")

    def restore(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        for file, data in self.sound.items():
            (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / file).write_bytes(data)

    def write(self, file: str, data: bytes) -> str:
        (self.folder / file).write_bytes(data)
        return file

    def one_of(self, files: Sequence[str] = FILES) -> str:
        return self.chance.choice(files)

    @cached_property
    def _parsed(self) -> dict[str, Any]:
        return {file: yaml.load(self.sound[file], yaml.CBaseLoader) for file in FILES}

    def tree(self, file: str) -> Any:
        return deepcopy(self._parsed[file])

    def plant(self, file: str, tree: Any) -> str:
        """JSON is YAML, and quickly written."""
        return self.write(file, json.dumps(tree, ensure_ascii=False, indent=1).encode())

    def at_a_value(self, file: str, change: Callable[[Any], Any], *, of: type | tuple[type, ...] = object) -> str:
        """Puts something else where a value stands."""
        tree = self.tree(file)
        holders = [(holder, key) for holder, key in places_of(tree) if isinstance(holder[key], of)]
        holder, key = self.chance.choice(holders)
        holder[key] = change(holder[key])
        return self.plant(file, tree)

    def at_an_item(self, file: str, change: Callable[[list[Any], int], object]) -> str:
        """Changes a list of things that have ids."""
        tree = self.tree(file)
        lists = [holder[key] for holder, key in places_of(tree) if has_ids(holder[key])]
        items = self.chance.choice(lists)
        change(items, self.chance.randrange(len(items)))
        return self.plant(file, tree)

    def at_a_holder(
        self, key: str, change: Callable[[dict[str, Any]], object], files: Sequence[str] = SOURCES
    ) -> str:
        """Changes a mapping that has the key, in one of the files that have such."""
        held = {file: self.tree(file) for file in files}
        found = [(file, holder) for file, tree in held.items() for holder, each in places_of(tree) if each == key]
        file, holder = self.chance.choice(found)
        change(holder)
        return self.plant(file, held[file])

    def at_a_key(self, file: str, change: Callable[[dict[str, Any], str], object]) -> str:
        tree = self.tree(file)
        found = [
            (holder, key)
            for holder, key in places_of(tree)
            if isinstance(holder, dict) and key not in NEEDLESS and not _is_understood(holder, key)
        ]
        holder, key = self.chance.choice(found)
        change(holder, key)
        return self.plant(file, tree)


def _is_understood(holder: dict[str, Any], key: str) -> bool:
    """True for the kind of a decision on a card that may go unnamed."""
    return key == "kind" and holder[key] == "single" and "principle" not in holder


def damaged(sound: bytes, chance: Random, nasty: Sequence[bytes] = NASTY) -> bytes:
    """`sound` with some bytes changed, lost, doubled, or put in."""
    data = bytearray(sound)
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randint(1, 40)]
            case 2:
                data[place:place] = data[chance.randrange(len(data)) :][: chance.randint(1, 40)]
            case _:
                data[place:place] = chance.choice(nasty)
    return bytes(data)


def places_of(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Everything that holds something, with the key or position of what it holds."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from places_of(tree[key])


def has_ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and "id" in item for item in value)


def sample_picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((64, 64)).save(file, form)
    return file.getvalue()
