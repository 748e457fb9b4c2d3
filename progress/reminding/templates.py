"""Templates of letters: the built-in ones, and those that a company puts in their place in its content folder."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lessons.faults import Fault
from progress.reminding.schedule import LetterKind
from words import LANGUAGES, Sentence, sentence

FOLDER = "letters"
BUILT_IN = Path(__file__).resolve().parent / FOLDER
SUBJECT = "Subject:"
LARGEST_FILE = 20_000
"""Bytes; many times the longest built-in letter."""

_EVERYWHERE = frozenset({"company", "link"})
_TO_DO = _EVERYWHERE | {"course", "due", "left"}
_TOGETHER = _EVERYWHERE | {"people", "count"}
FIELDS: Mapping[LetterKind, frozenset[str]] = {
    LetterKind.ASSIGNED: _TO_DO,
    LetterKind.BEFORE: _TO_DO | {"days"},
    LetterKind.TODAY: _TO_DO,
    LetterKind.OVERDUE: _TO_DO | {"days"},
    LetterKind.EXPIRING: _EVERYWHERE | {"course", "until", "days"},
    LetterKind.REFRESHER: _EVERYWHERE | {"course"},
    LetterKind.DIGEST: _TOGETHER,
    LetterKind.ESCALATION: _TOGETHER,
}
"""What a template of each kind may name in braces."""
_FIELD = re.compile(r"\{([^{}\n]*)\}")
_BRACE = re.compile(r"[{}]")

Name = tuple[LetterKind, str]
"""A kind of letter and a language."""


@dataclass(frozen=True)
class Template:
    subject: str
    body: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return the subject and the text. What a value says is never read as a field."""

        def put(found: re.Match[str]) -> str:
            return values[found[1]]

        subject = " ".join(_FIELD.sub(put, self.subject).split())
        return subject, _FIELD.sub(put, self.body)


Templates = Mapping[Name, Template]


def read(content_folder: Path) -> tuple[Templates, list[Fault]]:
    """Return every template, a company's own in place of the built-in one, and the faults of the company's own."""
    templates = {name: _parsed(BUILT_IN / file_name(name)) for name in _names()}
    faults: list[Fault] = []
    own = content_folder / FOLDER
    files = sorted(own.glob("*.txt")) if own.is_dir() else []
    by_name = {file_name(name): name for name in _names()}
    for file in files:
        name = by_name.get(file.name)
        if name is None:
            known = ", ".join(kind.value for kind in LetterKind)
            faults.append(_fault(file, 1, sentence("there is no such letter; there are: {known}", known=known)))
            continue
        found = list(_faults(file, name, content_folder))
        faults += found or _missing(name, own)
        if not found:
            templates[name] = _parsed(file)
    return templates, faults


def file_name(name: Name) -> str:
    kind, language = name
    return f"{kind.value}.{language}.txt"


def _names() -> list[Name]:
    return [(kind, language) for kind in LetterKind for language in LANGUAGES]


def _parsed(file: Path) -> Template:
    subject, _, body = file.read_text("utf-8-sig").partition("\n")
    return Template(subject.removeprefix(SUBJECT).strip(), body.strip() + "\n")


def _missing(name: Name, folder: Path) -> list[Fault]:
    kind, language = name
    others = [file_name((kind, other)) for other in LANGUAGES if other != language]
    return [
        _fault(
            folder / file_name(name),
            1,
            sentence("{file} is missing beside it; write it, or people get Kodex’s own letter there", file=other),
        )
        for other in others
        if not (folder / other).is_file()
    ]


def _faults(file: Path, name: Name, content_folder: Path) -> Iterator[Fault]:
    if not file.resolve().is_relative_to(content_folder.resolve()):
        yield _fault(file, 1, sentence("the file is a link out of the content folder; put the file itself there"))
        return
    try:
        raw = file.read_bytes()
    except OSError:
        yield _fault(file, 1, sentence("the file cannot be opened; look at its name and at who may read it"))
        return
    if len(raw) > LARGEST_FILE:
        yield _fault(file, 1, sentence("the file is larger than {size} kB; split it", size=LARGEST_FILE // 1000))
        return
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        yield _fault(file, line, sentence("this is not UTF-8 text; save the file as UTF-8"))
        return
    yield from _faults_of_text(file, name, text)


def _faults_of_text(file: Path, name: Name, text: str) -> Iterator[Fault]:
    subject, _, body = text.partition("\n")
    if not subject.removeprefix(SUBJECT).strip() or not subject.startswith(SUBJECT):
        yield _fault(file, 1, sentence("the first line has to be “Subject:” and the subject"))
    if not body.strip():
        yield _fault(file, 2, sentence("there is no text below the subject"))
    allowed = FIELDS[name[0]]
    for number, line in enumerate(text.splitlines(), start=1):
        for field in _FIELD.findall(line):
            if field not in allowed:
                known = ", ".join(sorted(allowed))
                what = sentence("this letter has no field “{field}”; it has: {known}", field=field, known=known)
                yield _fault(file, number, what)
        if _BRACE.search(_FIELD.sub("", line)):
            yield _fault(file, number, sentence("a brace has no counterpart; a field is written as {{link}}"))


def _fault(file: Path, line: int, what: Sentence) -> Fault:
    return Fault(f"{FOLDER}/{file.name}", line, what)
