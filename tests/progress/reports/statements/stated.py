"""Exports with their statement, and what a check of them says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from progress.completion.rules import Status
from progress.record.signing import Key
from progress.reports import export_statements
from progress.reports.export_statements import NotStatedError
from progress.reports.lists import Selection

SELECTION = Selection(unit="Sklad", status=Status.CERTIFIED)

FORMS = ["csv", "xlsx", "json"]

WITH_A_FILE = ["csv", "xlsx"]
"""Those whose statement is a file of its own."""

Write = Callable[..., Path]


def refused(file: Path, key: Key) -> str:
    with pytest.raises(NotStatedError) as caught:
        export_statements.checked(file, key.verifiers)
    return str(caught.value)
