"""The part of an evidence pack that people read: a page and a workbook about what the other files prove."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rustpy_xlsxwriter import write_worksheets

from progress.completion.certificates import Certificate
from progress.record.checkpoints import Checkpoint
from words import LANGUAGES, Sentence, Words, sentence

STATUSES: Mapping[str, Sentence] = {
    "valid": sentence("valid"),
    "expired": sentence("expired"),
    "superseded": sentence("replaced by a newer one"),
    "revoked": sentence("revoked"),
    "voided": sentence("its attempt was voided"),
}
"""The statuses of the pack in words."""
_WHAT: Mapping[str, Sentence] = {
    "certificate": sentence("certificate revoked"),
    "attempt": sentence("attempt voided"),
    "exemption": sentence("exemption voided"),
}
_UNSEALED = sentence("not sealed yet")
_STATIC = Path(__file__).resolve().parents[2] / "web" / "static"
_pages = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
SEPARATOR = " · "
"""Separates the Czech and the English word where both share one cell."""


@dataclass(frozen=True)
class IndexEntry:
    certificate: Certificate
    standing: Mapping[str, Any]
    """The result of `evidence_verifier.standing`."""

    @property
    def is_exception(self) -> bool:
        return bool(self.standing["corrections"]) or not self.standing["sealed"]


@dataclass(frozen=True)
class Exceptional:
    """A fact that a reader has to know besides the issue of a certificate."""

    entry: IndexEntry
    what: Sentence
    on: date | None = None
    """The day, in the company's time zone; None for a fact that has no date."""
    reason: str = ""
    by: str = ""
    event: int | None = None


@dataclass(frozen=True)
class Index:
    entries: Sequence[IndexEntry]
    course: str | None
    """The course's title if the evidence is of one course only."""
    first: date | None
    last: date | None
    asked: str
    """Name and number of the person who asked for the pack; empty if it was a command."""
    at: datetime
    zone: ZoneInfo
    checkpoint: Checkpoint
    authors: Mapping[str, str]
    """Name and number of the people who corrected something, by person key, as the directory has them now."""

    @property
    def exceptions(self) -> list[Exceptional]:
        return [each for entry in self.entries for each in self._exceptions(entry)]

    def _exceptions(self, entry: IndexEntry) -> Iterator[Exceptional]:
        for correction in entry.standing["corrections"]:
            on = datetime.fromisoformat(correction["at"]).astimezone(self.zone).date()
            by = self.authors.get(correction["by"], correction["by"])
            yield Exceptional(entry, _WHAT[correction["of"]], on, correction["reason"], by, correction["event"])
        if not entry.standing["sealed"]:
            yield Exceptional(entry, _UNSEALED)

    @property
    def exceptional(self) -> int:
        return sum(entry.is_exception for entry in self.entries)

    def count(self, status: str) -> int:
        return sum(entry.standing["status"] == status for entry in self.entries)

    @property
    def unsealed(self) -> int:
        return sum(not entry.standing["sealed"] for entry in self.entries)


def page(index: Index, language: str) -> str:
    """A self-contained HTML page in both languages, opened in `language`."""
    both = [Words.of(each) for each in LANGUAGES]
    return _pages.get_template("evidence.html").render(
        index=index,
        both=both,
        languages=LANGUAGES,
        language=language,
        titles={t.language: _title(t, index) for t in both},
        statuses={name: [(t.language, t.say(text)) for t in both] for name, text in STATUSES.items()},
        style=_style(),
    )


def _title(t: Words, index: Index) -> str:
    held = t.plural("{n} certificate", "{n} certificates", len(index.entries))
    n = index.exceptional
    excepted = t.plural("{n} exception", "{n} exceptions", n) if n else t("no exceptions")
    return f"{held}, {excepted}"


@cache
def _style() -> str:
    """The page's CSS, with its fonts embedded."""
    faces = re.sub(
        r"/app/static/(fonts/[\w.-]+)",
        lambda found: "data:font/woff2;base64," + base64.b64encode((_STATIC / found[1]).read_bytes()).decode(),
        (_STATIC / "fonts.css").read_text("utf-8"),
    )
    return faces + Path(__file__).with_name("templates").joinpath("evidence.css").read_text("utf-8")


# The workbook


def workbook(index: Index) -> bytes:
    """An XLSX file: certificates in the first sheet, exceptions in the second. Both have filters, and dates as
    dates."""
    both = [Words.of(each) for each in LANGUAGES]
    sheets: list[tuple[str, Any]] = [
        (
            SEPARATOR.join(t("Certificates") for t in both),
            [_row(both, entry) for entry in index.entries] or [_row(both)],
        ),
        (SEPARATOR.join(t("Exceptions") for t in both), _exceptions(both, index) or [_exception(both)]),
    ]
    file = BytesIO()
    write_worksheets(
        sheets,
        file,
        bold_headers=True,
        datetime_format="yyyy-mm-dd",
        freeze_panes={"general": {"row": 1}},
        autofilter={name: True for name, _ in sheets},
        column_widths={name: {head: _width(head) for head in rows[0]} for name, rows in sheets},
    )
    return file.getvalue()


def _width(head: str) -> float:
    return max(18, len(head) + 4)


def _named(both: Sequence[Words], heads: Sequence[Sentence], cells: Sequence[Any]) -> dict[str, Any]:
    return {SEPARATOR.join(t.say(head) for t in both): cell for head, cell in zip(heads, cells, strict=True)}


_HEADS = [
    sentence("Certificate number"),
    sentence("Name"),
    sentence("Unit"),
    sentence("Course"),
    sentence("Version"),
    sentence("Score in percent"),
    sentence("Issued"),
    sentence("Valid until"),
    sentence("Status"),
    sentence("Sealed"),
]
_HEADS_OF_EXCEPTIONS = [
    sentence("Certificate number"),
    sentence("Name"),
    sentence("What"),
    sentence("Day"),
    sentence("Reason"),
    sentence("By"),
    sentence("Event"),
]


def _row(both: Sequence[Words], entry: IndexEntry | None = None) -> dict[str, Any]:
    """The cells of a certificate by heading. Empty without one: the library takes the headings from a row."""
    if entry is None:
        return _named(both, _HEADS, [None] * len(_HEADS))
    certificate, standing = entry.certificate, entry.standing
    cells = [
        certificate.number,
        certificate.name,
        certificate.unit,
        certificate.course_title,
        certificate.course_version,
        certificate.score,
        certificate.valid_from,
        certificate.valid_until,
        SEPARATOR.join(t.say(STATUSES[standing["status"]]) for t in both),
        SEPARATOR.join(t("yes") if standing["sealed"] else t("no") for t in both),
    ]
    return _named(both, _HEADS, cells)


def _exceptions(both: Sequence[Words], index: Index) -> list[dict[str, Any]]:
    return [_exception(both, each) for each in index.exceptions]


def _exception(both: Sequence[Words], each: Exceptional | None = None) -> dict[str, Any]:
    if each is None:
        return _named(both, _HEADS_OF_EXCEPTIONS, [None] * len(_HEADS_OF_EXCEPTIONS))
    certificate, what = each.entry.certificate, SEPARATOR.join(t.say(each.what) for t in both)
    cells = [certificate.number, certificate.name, what, each.on, each.reason, each.by, each.event]
    return _named(both, _HEADS_OF_EXCEPTIONS, cells)
