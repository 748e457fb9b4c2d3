"""Exports with their statement, and what a check of them says."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cast import NOW, TODAY
from stated import WITH_A_FILE, Write
from studying import Study

from people.access import Principal
from progress.record import signing
from progress.record.signing import Key
from progress.reports import exporting
from progress.reports.export_log import ExportKind
from progress.reports.export_statements import ENDING
from progress.reports.exporting import Desk, FileFormat, Order
from progress.reports.selection import Selection
from quizzes.content import Content
from words import Words


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return signing.opened(tmp_path / "checkpoint.key")


@pytest.fixture
def write(assigned: Study, learner: Principal, hr: Principal, key: Key, content: Content, zone: ZoneInfo) -> Write:
    """Writes an export of a record in which one person is certified, and its statement beside it."""
    assigned.certify(learner)
    desk = Desk(assigned.database, key, content, zone)

    def written(
        folder: Path,
        form: str,
        selection: Selection = Selection(),  # noqa: B008 - it is frozen
        who: Principal = hr,
        kind: ExportKind = ExportKind.CERTIFICATIONS,
    ) -> Path:
        order = Order(kind, who, selection, TODAY, FileFormat(form), Words.of("cs") if form == "xlsx" else None)
        file = folder / f"export.{form}"
        with file.open("w+b") as data:
            finished = exporting.carry_out(desk, order, data, NOW)
        if form in WITH_A_FILE:
            file.with_name(file.name + ENDING).write_text(finished.statement, "utf-8")
        return file

    return written
