"""Content folders with something broken in them: many kinds, the same ones for the same seed."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from bundled import CATALOGUE

from tests.broken import decisions, files
from tests.broken.workshop import (
    HOSTILE,
    NO_NUMBERS,
    NUMBERS,
    SOURCES,
    TRANSLATIONS,
    Expected,
    Mutant,
    Workshop,
    damaged,
    has_ids,
    places_of,
)


def mutants(home: Path, folder: Path, count: int, seed: int = 1) -> Iterator[Mutant]:
    """`count` broken copies of the content of `home`, one after the other in `folder`; all kinds, equally often."""
    chance = Random(seed)
    workshop = Workshop(home, folder, chance)
    kinds = list(KINDS.items())
    for number in range(count):
        kind, (expected, mutate) = kinds[number % len(kinds)]
        workshop.restore()
        yield Mutant(kind, expected, mutate(workshop))


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
        file = workshop.one_of((CATALOGUE, SOURCES[1]))
        tree = workshop.tree(file)
        holders = [(each, key) for each, key in places_of(tree) if key in NUMBERS and isinstance(each[key], str)]
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
        holders = [(holder, key) for holder, key in places_of(tree) if key in read]
        holder, key = workshop.chance.choice(holders)
        holder[key] = instead(holder[key], workshop.chance)
        return workshop.plant(file, tree)

    return mutate


def _options(change: Callable[[list[Any], Random], None], files: Sequence[str]) -> Callable[[Workshop], str]:
    def mutate(workshop: Workshop) -> str:
        file = workshop.one_of(files)
        tree = workshop.tree(file)
        change(
            workshop.chance.choice([holder[key] for holder, key in places_of(tree) if key == "options"]),
            workshop.chance,
        )
        return workshop.plant(file, tree)

    return mutate


def _say_the_same(options: list[Any], chance: Random) -> None:
    one, other = chance.sample(options, 2)
    other["text"] = f"  {one['text']} "


def _shuffled(workshop: Workshop) -> str:
    """The order of a translation counts for nothing."""
    file = workshop.one_of(TRANSLATIONS)
    tree = workshop.tree(file)
    for holder, key in list(places_of(tree)):
        if has_ids(holder[key]):
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
    "a right option that is none": (NAMED, decisions.right),
    "an order that cannot be": (NAMED, decisions.order),
    "pairs that are none": (NAMED, decisions.pairs),
    "a category that is none": (NAMED, decisions.categories),
    "phrases and options that do not fit": (NAMED, decisions.phrases),
    "a twin that is none": (NAMED, decisions.twin),
    "a twin with another option": (NAMED, decisions.twins_options),
    "a scene with something wrong": (NAMED, decisions.scene),
    "a line that is perhaps the reader's own": (NAMED, decisions.own),
    "what decides in a translation": (NAMED, decisions.decided_in_translation),
    "another order in a translation": (SAME, _shuffled),
    "other languages": (NAMED, _languages),
    "other lessons": (NAMED, _lessons),
    "a course twice": (NAMED, _catalogue(lambda tree: tree["courses"].append(tree["courses"][0]))),
    "a bomb": (NAMED, _before(*ANCHORS)),
    "a tag": (NAMED, _before(*TAGS)),
    "a second document": (NAMED, _before(*DOCUMENTS)),
    "too much of something": (NAMED, _instead(*TOO_MUCH)),
    "something else than content": (NAMED, _instead(*FOREIGN)),
    "a file missing": (NAMED, files.missing),
    "a folder missing": (NAMED, files.folder_missing),
    "a folder instead of a file": (NAMED, files.folder_instead),
    "a pipe instead of a file": (NAMED, files.pipe_instead),
    "a link instead of a file": (NAMED, files.link_instead),
    "a link instead of a folder": (NAMED, files.linked_folder),
    "another encoding": (NAMED, files.other_encoding),
    "two files exchanged": (NAMED, files.exchanged),
    "foreign files": (SAME, files.foreign_beside),
    "a file saved by another editor": (SAME, files.saved_by_an_editor),
    "a damaged picture": (SOUND, files.damaged_picture),
    "a damaged drawing": (SOUND, files.damaged_drawing),
    "a hostile drawing": (NAMED, files.hostile_drawing),
    "a picture that is none": (NAMED, files.no_picture),
    "a picture elsewhere": (NAMED, files.picture_elsewhere),
}
