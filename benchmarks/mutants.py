"""Content folders and files of people with something broken in them: many kinds, the same ones for the same seed."""

import io
import json
import os
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
from PIL import Image

CATALOGUE = "lessons/catalogue.yaml"
SOURCES = ("lessons/customer-privacy/cs.yaml", "quizzes/customer-privacy/cs.yaml")
TRANSLATIONS = ("lessons/customer-privacy/en.yaml", "quizzes/customer-privacy/en.yaml")
FILES = (CATALOGUE, *SOURCES, *TRANSLATIONS)
PICTURE = "lessons/customer-privacy/hands.png"
NUMBERS = ("minutes", "pass_mark", "valid_months", "questions", "each_principle")
NEEDLESS = ("phone", "picture")
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
        for file, picture in ((SOURCES[0], '{file: "hands.png", alt: Ruce}'), (TRANSLATIONS[0], "{alt: Hands}")):
            self.sound[file] = self.sound[file].replace(b"\nwhy:\n", f"\nwhy:\n  picture: {picture}\n".encode())
        self.sound[PICTURE] = _picture("PNG")

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
        holders = [(holder, key) for holder, key in _places(tree) if isinstance(holder[key], of)]
        holder, key = self.chance.choice(holders)
        holder[key] = change(holder[key])
        return self.plant(file, tree)

    def at_an_item(self, file: str, change: Callable[[list[Any], int], object]) -> str:
        """Changes a list of things that have ids."""
        tree = self.tree(file)
        lists = [holder[key] for holder, key in _places(tree) if _has_ids(holder[key])]
        items = self.chance.choice(lists)
        change(items, self.chance.randrange(len(items)))
        return self.plant(file, tree)

    def at_a_key(self, file: str, change: Callable[[dict[str, Any], str], object]) -> str:
        tree = self.tree(file)
        found = [
            (holder, key)
            for holder, key in _places(tree)
            if isinstance(holder, dict) and key not in NEEDLESS and "alt" not in holder
        ]
        holder, key = self.chance.choice(found)
        change(holder, key)
        return self.plant(file, tree)


def mutants(home: Path, folder: Path, count: int, seed: int = 1) -> Iterator[Mutant]:
    """`count` broken copies of the content of `home`, one after the other in `folder`; all kinds, equally often."""
    chance = Random(seed)
    workshop = Workshop(home, folder, chance)
    kinds = list(KINDS.items())
    for number in range(count):
        kind, (expected, mutate) = kinds[number % len(kinds)]
        workshop.restore()
        yield Mutant(kind, expected, mutate(workshop))


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


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Everything that holds something, with the key or position of what it holds."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from _places(tree[key])


def _has_ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and "id" in item for item in value)


def _picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((64, 64)).save(file, form)
    return file.getvalue()


# Bytes and lines: whatever comes of it


def _bytes(workshop: Workshop) -> str:
    file = workshop.one_of()
    return workshop.write(file, damaged(workshop.sound[file], workshop.chance))


def _one_byte(workshop: Workshop) -> str:
    file = workshop.one_of()
    data = bytearray(workshop.sound[file])
    data[workshop.chance.randrange(len(data))] ^= 1 << workshop.chance.randrange(8)
    return workshop.write(file, bytes(data))


def _cut_off(workshop: Workshop) -> str:
    file = workshop.one_of()
    return workshop.write(file, workshop.sound[file][: workshop.chance.randrange(len(workshop.sound[file]))])


def _lines(change: Callable[[list[bytes], int, Random], None]) -> Callable[[Workshop], str]:
    def mutate(workshop: Workshop) -> str:
        file = workshop.one_of()
        lines = workshop.sound[file].splitlines(keepends=True)
        change(lines, workshop.chance.randrange(len(lines)), workshop.chance)
        return workshop.write(file, b"".join(lines))

    return mutate


def _cut_lines(lines: list[bytes], place: int, chance: Random) -> None:
    del lines[place : place + chance.randint(1, 5)]


def _double_lines(lines: list[bytes], place: int, chance: Random) -> None:
    lines[place:place] = lines[place : place + chance.randint(1, 5)]


def _swap_lines(lines: list[bytes], place: int, chance: Random) -> None:
    other = chance.randrange(len(lines))
    lines[place], lines[other] = lines[other], lines[place]


def _indent_line(lines: list[bytes], place: int, chance: Random) -> None:
    lines[place] = chance.choice([b"  " + lines[place], lines[place][2:], b"\t" + lines[place], b"- " + lines[place]])


def _other_value(lines: list[bytes], place: int, chance: Random) -> None:
    key = lines[place].split(b":")[0].rstrip()
    lines[place] = (
        key + b": " + chance.choice([b"", b"[]", b"[a]", b"{}", b"{id: [a]}", b"[{id: a}]", b"'", b"1e9", b"|"])
    )
    lines[place] += b"\n"


# The tree: what has to be noticed


def _rename(holder: dict[str, Any], key: str) -> None:
    holder[f"{key}s"] = holder.pop(key)


def _other_type(value: Any) -> Any:
    return [{"a": "b"}] if isinstance(value, str) else "a"


def _deep(_value: Any) -> Any:
    nested: Any = "a"
    for _ in range(60):
        nested = [nested]
    return nested


def _number(instead: Callable[[Random], str]) -> Callable[[Workshop], str]:
    def mutate(workshop: Workshop) -> str:
        file = workshop.one_of((CATALOGUE, *SOURCES))
        tree = workshop.tree(file)
        holders = [(each, key) for each, key in _places(tree) if key in NUMBERS and isinstance(each[key], str)]
        holder, key = workshop.chance.choice(holders)
        holder[key] = instead(workshop.chance)
        return workshop.plant(file, tree)

    return mutate


def _text(instead: Callable[[str, Random], str]) -> Callable[[Workshop], str]:
    """In place of a text that people read."""

    def mutate(workshop: Workshop) -> str:
        file = workshop.one_of(SOURCES + TRANSLATIONS)
        tree = workshop.tree(file)
        read = ("title", "text", "explanation", "prompt", "situation", "meaning", "rule", "example", "promise")
        holders = [(holder, key) for holder, key in _places(tree) if key in read]
        holder, key = workshop.chance.choice(holders)
        holder[key] = instead(holder[key], workshop.chance)
        return workshop.plant(file, tree)

    return mutate


def _options(change: Callable[[list[Any], Random], None], files: Sequence[str]) -> Callable[[Workshop], str]:
    def mutate(workshop: Workshop) -> str:
        file = workshop.one_of(files)
        tree = workshop.tree(file)
        change(
            workshop.chance.choice([holder[key] for holder, key in _places(tree) if key == "options"]),
            workshop.chance,
        )
        return workshop.plant(file, tree)

    return mutate


def _say_the_same(options: list[Any], chance: Random) -> None:
    one, other = chance.sample(options, 2)
    other["text"] = f"  {one['text']} "


def _right(workshop: Workshop) -> str:
    file = workshop.one_of(SOURCES)
    tree = workshop.tree(file)
    workshop.chance.choice([holder for holder, key in _places(tree) if key == "right"])["right"] = "nobody"
    return workshop.plant(file, tree)


def _shuffled(workshop: Workshop) -> str:
    """The order of a translation counts for nothing."""
    file = workshop.one_of(TRANSLATIONS)
    tree = workshop.tree(file)
    for holder, key in list(_places(tree)):
        if _has_ids(holder[key]):
            workshop.chance.shuffle(holder[key])
    return workshop.plant(file, tree)


def _catalogue(change: Callable[[Any], object]) -> Callable[[Workshop], str]:
    def mutate(workshop: Workshop) -> str:
        tree = workshop.tree(CATALOGUE)
        change(tree)
        return workshop.plant(CATALOGUE, tree)

    return mutate


def _languages(workshop: Workshop) -> str:
    wrong = [
        [],
        ["cs", "cs"],
        ["cs", "en", "de"],
        ["de"],
        ["CS", "en"],
        "cs",
        ["cs", ["en"]],
        ["cs", "../en"],
        ["en", "cs"],
    ]
    tree = workshop.tree(CATALOGUE)
    tree["languages"] = workshop.chance.choice(wrong)
    return workshop.plant(CATALOGUE, tree)


def _lessons(workshop: Workshop) -> str:
    wrong = [
        [],
        ["gifts"],
        ["customer-privacy"] * 2,
        ["../../etc"],
        ["customer-privacy", "Gifts"],
        [["a"]],
        "customer-privacy",
    ]
    tree = workshop.tree(CATALOGUE)
    tree["courses"][0]["lessons"] = workshop.chance.choice(wrong)
    return workshop.plant(CATALOGUE, tree)


# YAML as a weapon


def _before(*begins: bytes) -> Callable[[Workshop], str]:
    def mutate(workshop: Workshop) -> str:
        file = workshop.one_of()
        return workshop.write(file, workshop.chance.choice(begins) + workshop.sound[file])

    return mutate


def _instead(*datas: bytes) -> Callable[[Workshop], str]:
    def mutate(workshop: Workshop) -> str:
        return workshop.write(workshop.one_of(), workshop.chance.choice(datas))

    return mutate


def _bomb(width: int, depth: int) -> bytes:
    lines = ["l0: &l0 [" + ", ".join(["ha"] * width) + "]"]
    lines += [f"l{n}: &l{n} [" + ", ".join([f"*l{n - 1}"] * width) + "]" for n in range(1, depth)]
    return "\n".join(lines).encode() + b"\n"


TAGS = (b"a: !!python/object/apply:os.system [id]\n", b"a: !!binary aGE=\n", b"!a b: c\n", b"a: !<tag:x> b\n")
ANCHORS = (_bomb(9, 9), b"a: &a b\n", b"a: &a [*a]\n", b"&a a: b\n", b"a: &a {b: c}\nd: {<<: *a}\n")
DOCUMENTS = (b"---\na: b\n---\n", b"%YAML 1.1\n---\na: b\n...\n---\n")
TOO_MUCH = (
    *(b"[" * 400_000, b"{" * 400_000, b"- " * 400_000, b"? " * 400_000, b"a: " * 300_000, b'"' + b"\\" * 400_000),
    b"".join(b"k%d: b\n" % n for n in range(80_000)),
    b"a: b\n" * 160_000,
    b"a: [" + b"a," * 400_000 + b"]",
    b"a: [" + b"{x: y}," * 120_000 + b"]",
    b"questions:\n" + b"- id: a\n" * 100_000,
    b"a: '" + b"x" * 1_000_001 + b"'",
    b"#\n" * 400_000,
    b" " * 900_000,
    b"---\n" * 200_000,
)
FOREIGN = (
    b"",
    b"just text\n",
    b"- a\n- b\n",
    b"[]",
    b"{}",
    b"null",
    b"42",
    b"PK\x03\x04" + bytes(60),
    b"%PDF-1.7\n",
    bytes(range(256)),
)


# Files and folders


def _missing(workshop: Workshop) -> str:
    file = workshop.one_of()
    (workshop.folder / file).unlink()
    return file


def _folder_missing(workshop: Workshop) -> str:
    topic = workshop.chance.choice(["lessons/customer-privacy", "quizzes/customer-privacy", "quizzes"])
    (workshop.folder / topic).rename(workshop.folder / "elsewhere")
    return topic


def _folder_instead(workshop: Workshop) -> str:
    file = _missing(workshop)
    (workshop.folder / file).mkdir()
    return file


def _pipe_instead(workshop: Workshop) -> str:
    """Whoever opens it waits for ever."""
    file = _missing(workshop)
    os.mkfifo(workshop.folder / file)
    return file


def _link_instead(workshop: Workshop) -> str:
    file = _missing(workshop)
    link = workshop.folder / file
    link.symlink_to(
        workshop.chance.choice([link, Path("/dev/zero"), Path("/etc/passwd"), Path("/no/such"), Path("../../..")])
    )
    return file


def _linked_folder(workshop: Workshop) -> str:
    topic = workshop.chance.choice(["lessons/customer-privacy", "quizzes/customer-privacy"])
    shutil.rmtree(workshop.folder / topic)
    (workshop.folder / topic).symlink_to(
        workshop.chance.choice([Path("/"), Path("/tmp"), Path(), Path("/proc/self")])
    )
    return topic


def _other_encoding(workshop: Workshop) -> str:
    file = workshop.one_of()
    encoding = workshop.chance.choice(["utf-16", "utf-16-le", "utf-32", "cp1250", "iso-8859-2", "utf-7", "cp500"])
    text = workshop.sound[file].decode().replace("minutes", "minut\u00e9s", 1).replace("language:", "language: é", 1)
    return workshop.write(file, text.replace("languages:", "lánguages:").encode(encoding, "replace"))


def _exchanged(workshop: Workshop) -> str:
    one, other = workshop.chance.sample(FILES, 2)
    workshop.write(other, workshop.sound[one])
    workshop.write(one, workshop.sound[other])
    return CATALOGUE if CATALOGUE in (one, other) else one


def _foreign_beside(workshop: Workshop) -> str:
    """Files that nobody asked for."""
    name = workshop.chance.choice(
        ["cs.yaml~", ".DS_Store", "de.yaml", "notes.docx", "~$cs.yaml", "CS.YAML.bak", "ž\u202e.txt"]
    )
    home = workshop.folder / workshop.chance.choice(["lessons", "quizzes/customer-privacy", "lessons/other", "."])
    home.mkdir(exist_ok=True)
    (home / name).write_bytes(workshop.chance.randbytes(200))
    return CATALOGUE


def _saved_by_an_editor(workshop: Workshop) -> str:
    file = workshop.one_of()
    data = workshop.sound[file]
    saved = [
        b"\xef\xbb\xbf" + data,
        data.replace(b"\n", b"\r\n"),
        b"# a\n\n" + data,
        data.rstrip(),
        data + b"\n\n# a",
    ]
    return workshop.write(file, workshop.chance.choice(saved))


def _damaged_picture(workshop: Workshop) -> str:
    form = workshop.chance.choice(["PNG", "JPEG", "WEBP"])
    name = {"PNG": "hands.png", "JPEG": "hands.jpg", "WEBP": "hands.webp"}[form]
    workshop.write(SOURCES[0], workshop.sound[SOURCES[0]].replace(b"hands.png", name.encode()))
    workshop.write(f"lessons/customer-privacy/{name}", damaged(_picture(form), workshop.chance))
    return SOURCES[0]


def _no_picture(workshop: Workshop) -> str:
    sound = workshop.sound[PICTURE]
    data = workshop.chance.choice([b"", sound[:60], _picture("JPEG"), b"<svg/>", sound + bytes(600_000), None])
    if data is None:
        (workshop.folder / PICTURE).unlink()
    else:
        workshop.write(PICTURE, data)
    return SOURCES[0]


def _picture_elsewhere(workshop: Workshop) -> str:
    names = (
        "/etc/passwd",
        "../catalogue.yaml",
        "..",
        "hands.svg",
        "a" * 280 + ".png",
        "https://example.com/a.png",
        "cs.yaml",
    )
    name = workshop.chance.choice(names)
    return workshop.write(SOURCES[0], workshop.sound[SOURCES[0]].replace(b"hands.png", name.encode()))


Kind = tuple[Expected, Callable[[Workshop], str]]
NAMED, SAME, SOUND = Expected.NAMED, Expected.THE_SAME, Expected.SOUND

KINDS: dict[str, Kind] = {
    "bytes changed, lost, doubled, put in": (SOUND, _bytes),
    "one bit turned": (SOUND, _one_byte),
    "the end cut off": (SOUND, _cut_off),
    "lines cut": (SOUND, _lines(_cut_lines)),
    "lines doubled": (SOUND, _lines(_double_lines)),
    "lines exchanged": (SOUND, _lines(_swap_lines)),
    "a line moved in or out": (SOUND, _lines(_indent_line)),
    "a line with another value": (SOUND, _lines(_other_value)),
    "a key renamed": (NAMED, lambda it: it.at_a_key(it.one_of(), _rename)),
    "a key lost": (NAMED, lambda it: it.at_a_key(it.one_of(), lambda holder, key: holder.pop(key))),
    "a key more": (NAMED, lambda it: it.at_a_key(it.one_of(), lambda holder, _: holder.update(extra="a"))),
    "another type": (NAMED, lambda it: it.at_a_value(it.one_of(), _other_type)),
    "deep nesting": (NAMED, lambda it: it.at_a_value(it.one_of(), _deep)),
    "a huge number": (NAMED, _number(lambda chance: "9" * chance.choice([3, 10, 19, 20, 400, 5_000]))),
    "no number": (NAMED, _number(lambda chance: chance.choice(NO_NUMBERS))),
    "a text left empty": (NAMED, _text(lambda _, chance: chance.choice(["", " ", "\n\n", "\u00a0"]))),
    "a text too long": (NAMED, _text(lambda text, chance: text + "a" * chance.choice([3_001, 200_000]))),
    "a hostile text": (NAMED, _text(lambda text, chance: f"{text} {chance.choice(HOSTILE)}")),
    "an id doubled": (NAMED, lambda it: it.at_an_item(it.one_of(), lambda items, n: items.append(items[n]))),
    "an id that is none": (
        NAMED,
        lambda it: it.at_an_item(it.one_of(), lambda items, n: items[n].update(id="A b\x1b")),
    ),
    "an item lost from a translation": (NAMED, lambda it: it.at_an_item(it.one_of(TRANSLATIONS), list.pop)),
    "an item more in a translation": (
        NAMED,
        lambda it: it.at_an_item(it.one_of(TRANSLATIONS), lambda items, n: items.append({**items[n], "id": "other"})),
    ),
    "an item lost from a source": (NAMED, lambda it: it.at_an_item(it.one_of(SOURCES), list.pop)),
    "two options that say the same": (NAMED, _options(_say_the_same, SOURCES + TRANSLATIONS)),
    "a right option that is none": (NAMED, _right),
    "another order in a translation": (SAME, _shuffled),
    "other languages": (NAMED, _languages),
    "other lessons": (NAMED, _lessons),
    "a course twice": (NAMED, _catalogue(lambda tree: tree["courses"].append(tree["courses"][0]))),
    "a bomb": (NAMED, _before(*ANCHORS)),
    "a tag": (NAMED, _before(*TAGS)),
    "a second document": (NAMED, _before(*DOCUMENTS)),
    "too much of something": (NAMED, _instead(*TOO_MUCH)),
    "something else than content": (NAMED, _instead(*FOREIGN)),
    "a file missing": (NAMED, _missing),
    "a folder missing": (NAMED, _folder_missing),
    "a folder instead of a file": (NAMED, _folder_instead),
    "a pipe instead of a file": (NAMED, _pipe_instead),
    "a link instead of a file": (NAMED, _link_instead),
    "a link instead of a folder": (NAMED, _linked_folder),
    "another encoding": (NAMED, _other_encoding),
    "two files exchanged": (NAMED, _exchanged),
    "foreign files": (SAME, _foreign_beside),
    "a file saved by another editor": (SAME, _saved_by_an_editor),
    "a damaged picture": (SOUND, _damaged_picture),
    "a picture that is none": (NAMED, _no_picture),
    "a picture elsewhere": (NAMED, _picture_elsewhere),
}
