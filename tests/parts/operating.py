"""The operator's commands, run over a database of a test's own."""

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from click.testing import Result
from surroundings import HOME
from typer.testing import CliRunner

import installation
from commands import application
from progress.reports.csv_file import DELIMITER
from quizzes.content import Content, load

Run = Callable[..., Result]


def records(exported: str) -> list[dict[str, str]]:
    """The records of a CSV."""
    return list(csv.DictReader(StringIO(exported.removeprefix("\ufeff"), newline=""), delimiter=DELIMITER))


@pytest.fixture
def operated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: Content) -> Iterator[Callable[..., Run]]:
    """Gives, for a database's address, what runs commands over it: each finds the settings as they are then."""

    # The bundled content is read once for all tests.
    monkeypatch.setattr(installation, "load", lambda folder: content if folder == HOME else load(folder))

    def forget() -> None:
        if installation.installation.cache_info().currsize:
            installation.installation().database.close()
        installation.installation.cache_clear()

    def over(url: str, *before: str) -> Run:
        monkeypatch.setenv("KODEX_DATABASE_URL", url)
        monkeypatch.setenv("KODEX_SECRET", "only-for-tests-only-for-tests-only-for-tests")
        monkeypatch.setenv("KODEX_CHECKPOINT_KEY", str(tmp_path / "keys" / "checkpoint.key"))

        def run(*arguments: str, **settings: str) -> Result:
            forget()
            for name, value in settings.items():
                monkeypatch.setenv(name, value)
            result = CliRunner().invoke(application.app, [*before, *arguments])
            assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
            return result

        return run

    yield over
    forget()
