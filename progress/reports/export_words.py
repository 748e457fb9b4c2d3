"""An export in the reader's language: the headings of its columns, its name, whose records it has, its selection."""

from collections.abc import Iterable, Mapping

from progress.completion.rules import SAID, Status
from progress.reports.columns import BY_NAME, CellType, Column
from progress.reports.export_log import ExportKind, Extent
from progress.reports.export_statements import Stated, asked_by
from progress.reports.tables import Layout
from words import NO_BREAK, Sentence, Words, sentence

KINDS: dict[ExportKind, Sentence] = {
    ExportKind.CERTIFICATIONS: sentence("Certifications"),
    ExportKind.TEAM: sentence("Team"),
    ExportKind.XAPI: sentence("xAPI statements"),
    ExportKind.CERTIFICATES: sentence("Certificates"),
    ExportKind.EVIDENCE: sentence("Evidence pack"),
    ExportKind.PROOF: sentence("Proof of a certificate"),
}


def layout(t: Words, names: Iterable[str], zone: str) -> Layout:
    """The named columns, each of codes followed by its column in words, with headings in words. `zone` is that of the
    timestamps."""
    columns = [each for name in names for each in (BY_NAME[name], BY_NAME[name].in_words) if each is not None]
    return Layout(tuple(each.name for each in columns), tuple(_head(t, each, zone) for each in columns))


def _head(t: Words, column: Column, zone: str) -> str:
    head = as_typed(t, column.head)
    return f"{head} ({zone})" if column.cells is CellType.MOMENT else head


def statuses(t: Words) -> dict[str, str]:
    """The statuses by code, in the words of the screens."""
    return {status.value: as_typed(t, SAID[status]) for status in Status}


def as_typed(t: Words, said: Sentence) -> str:
    """The words without no-break spaces: formulas and filters refer to them, and nobody types such a space."""
    return t.say(said).replace(NO_BREAK, " ")


def extent(t: Words, of: Extent) -> str:
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
    said = []
    for name, value in selected.items():
        if name in _TICKED:
            said.append(t.say(_TICKED[name]))
        else:
            said.append(f"{t.say(_FIELDS[name]) if name in _FIELDS else name}: {_value(t, name, value)}")
    return "; ".join(said) or t("everything")


def _value(t: Words, name: str, value: str) -> str:
    return t.say(SAID[Status(value)]) if name == "status" and value in set(Status) else value


def about(t: Words, stated: Stated) -> list[tuple[str, str]]:
    """(label, value) of the lines on the sheet about the file, the heading first. They are for reading; what counts
    is the signed export statement."""
    return [
        (t("About this file"), t("What it says")),
        (t("Export"), t.say(KINDS[stated.kind])),
        (t("Whose records"), extent(t, stated.extent)),
        (t("Selected"), selection(t, stated.selected)),
        (t("As of"), t.date(stated.as_of)),
        (t("Asked for by"), asked_by(stated.asker.principal)),
        (t("Time zone of all times"), stated.asker.zone.key),
        (t("Signed statement"), t("in the file of the same name that ends with .statement")),
    ]


def columns_said(t: Words, table: Layout) -> list[tuple[str, str]]:
    """The field of each column, by the name that docs/records.md and JSON use."""
    return [(head, t("field {name}", name=name)) for name, head in zip(table.columns, table.heads, strict=True)]
