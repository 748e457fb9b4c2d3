"""An export in the reader's language: the heads of its columns, its name, whose records it has, what was selected."""

from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from progress.completion.rules import SAID, Status
from progress.reports.export_log import Extent, Kind
from progress.reports.exports import MOMENTS, Layout
from words import NO_BREAK, Sentence, Words, sentence

HEADS: dict[str, Sentence] = {
    "employee_id": sentence("Employee number"),
    "name": sentence("Name"),
    "email": sentence("E-mail"),
    "unit": sentence("Unit"),
    "manager_id": sentence("Manager’s employee number"),
    "course": sentence("Course (code)"),
    "course_title": sentence("Course"),
    "course_version": sentence("Version of the course"),
    "content_sha256": sentence("SHA-256 of the content"),
    "language": sentence("Language"),
    "assigned_at": sentence("Assigned"),
    "due_at": sentence("Due"),
    "started_at": sentence("Started"),
    "completed_at": sentence("Completed"),
    "attempts": sentence("Attempts"),
    "score": sentence("Score (%)"),
    "pass_mark": sentence("Pass mark (%)"),
    "result": sentence("Result (code)"),
    "certificate_no": sentence("Certificate"),
    "valid_from": sentence("Valid from"),
    "valid_until": sentence("Valid until"),
    "status": sentence("Status (code)"),
    "status_in_words": sentence("Status"),
    "as_of": sentence("As of"),
}
KINDS: dict[Kind, Sentence] = {
    Kind.CERTIFICATIONS: sentence("Certifications"),
    Kind.TEAM: sentence("Team"),
    Kind.XAPI: sentence("xAPI statements"),
    Kind.CERTIFICATES: sentence("Certificates"),
    Kind.EVIDENCE: sentence("Evidence pack"),
    Kind.PROOF: sentence("Proof of a certificate"),
}
WORDS_BESIDE = {"course": "course_title", "status": "status_in_words"}
"""The column in words that follows a column of codes."""


def layout(t: Words, columns: Iterable[str], zone: str) -> Layout:
    """The columns with those in words beside the codes, under heads in words. `zone` is that of the moments."""
    told = [each for name in columns for each in (name, WORDS_BESIDE.get(name)) if each is not None]
    return Layout(tuple(told), tuple(_head(t, name, zone) for name in told))


def _head(t: Words, name: str, zone: str) -> str:
    said = as_typed(t, HEADS[name])
    return f"{said} ({zone})" if name in MOMENTS else said


def statuses(t: Words) -> dict[str, str]:
    """By code, as the screens say them."""
    return {status.value: as_typed(t, SAID[status]) for status in Status}


def as_typed(t: Words, said: Sentence) -> str:
    """The words without no-break spaces: formulas and filters refer to them, and nobody types such a space."""
    return t.say(said).replace(NO_BREAK, " ")


def extent(t: Words, of: Extent) -> str:
    """Whose records they are."""
    if of.everybody:
        return t("the whole company")
    if of.units:
        return t("units: {units}", units=", ".join(of.units))
    said = []
    if of.manager:
        said.append(t("the reporting line of {number}", number=of.manager))
    if of.deputy_for:
        said.append(t("as deputy, the reporting line of {numbers}", numbers=", ".join(of.deputy_for)))
    return "; ".join(said) or t("nobody")


_FIELDS: dict[str, Sentence] = {
    "course": sentence("course"),
    "course_id": sentence("course"),
    "unit": sentence("unit"),
    "status": sentence("status"),
    "search": sentence("search"),
    "due_from": sentence("due from"),
    "due_to": sentence("due to"),
    "completed_from": sentence("completed from"),
    "completed_to": sentence("completed to"),
    "from": sentence("issued from"),
    "to": sentence("issued to"),
}
_TICKED: dict[str, Sentence] = {
    "every_cycle": sentence("with earlier cycles"),
    "leavers": sentence("with people who have left"),
}


def selection(t: Words, selected: Mapping[str, str]) -> str:
    """What narrows or widens it."""
    said = []
    for name, value in selected.items():
        if name in _TICKED:
            said.append(t.say(_TICKED[name]))
        else:
            said.append(f"{t.say(_FIELDS[name]) if name in _FIELDS else name}: {_value(t, name, value)}")
    return "; ".join(said) or t("everything")


def _value(t: Words, name: str, value: str) -> str:
    return t.say(SAID[Status(value)]) if name == "status" and value in set(Status) else value


def about(
    t: Words, kind: Kind, of: Extent, selected: Mapping[str, str], asked_by: str, as_of: date, zone: ZoneInfo
) -> list[tuple[str, str]]:
    """What an XLSX says of itself on a sheet of its own, the head first. It is for reading: what counts is signed."""
    return [
        (t("About this file"), t("What it says")),
        (t("Export"), t.say(KINDS[kind])),
        (t("Whose records"), extent(t, of)),
        (t("Selected"), selection(t, selected)),
        (t("As of"), t.date(as_of)),
        (t("Asked for by"), asked_by),
        (t("Time zone of all times"), zone.key),
        (t("Signed statement"), t("in the file of the same name that ends with .statement")),
    ]


def columns_said(t: Words, told: Layout) -> list[tuple[str, str]]:
    """Which field each column holds, as docs/records.md and JSON call it."""
    return [(head, t("field {name}", name=name)) for name, head in zip(told.columns, told.heads, strict=True)]
