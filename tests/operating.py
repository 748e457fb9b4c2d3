"""The operator's commands, run over a database of a test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

import installation as house
import manage

Run = Callable[..., Result]


@pytest.fixture
def operated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Gives, for a database's address, what runs commands over it: each finds the settings as they are then."""

    def forget() -> None:
        if house.installation.cache_info().currsize:
            house.installation().database.close()
        house.installation.cache_clear()

    def over(url: str, *before: str) -> Run:
        monkeypatch.setenv("KODEX_DATABASE_URL", url)
        monkeypatch.setenv("KODEX_SECRET", "only-for-tests-only-for-tests-only-for-tests")
        monkeypatch.setenv("KODEX_CHECKPOINT_KEY", str(tmp_path / "keys" / "checkpoint.key"))

        def run(*arguments: str, **settings: str) -> Result:
            forget()
            for name, value in settings.items():
                monkeypatch.setenv(name, value)
            result = CliRunner().invoke(manage.app, [*before, *arguments])
            assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
            return result

        return run

    yield over
    forget()
