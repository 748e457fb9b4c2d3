"""How wide the tests are: what `make test` leaves out has the marker `wide`, and runs with `make test-all`.

Each proof has a part that always runs. The rest is the same again: in the other language, on the other database, in
further roles, or more often with the same seed, as decided here. A test that is a second way to the same conclusion
has the marker itself.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from surroundings import HOME

from words import LANGUAGES

wide = pytest.mark.wide
TESTS = f"{(HOME / 'tests').as_posix()}/"

LONGEST_WORDS = "cs"
"""The language in which screens are always looked at: its words are longer, and it has more forms."""
ALWAYS_ON_POSTGRESQL = (
    "database",
    "faults",
    "people/access",
    "people/test_history.py",
    "people/sign_in/test_throttle.py",
    "people/sign_in/passwords/test_password_guesses.py",
    "people/hr_file/importing/test_import_directory.py",
    "progress/audit/verification",
    "progress/completion/learning",
    "progress/completion/test_enrolments.py",
    "progress/completion/corrections/test_corrections_at_once.py",
    "progress/personal/erasure",
    "progress/personal/test_retention.py",
    "progress/record",
    "screens/record",
)
"""Tests whose subject is what the database does. The others take the same way to it, and always run on SQLite."""

SECURITY = (
    "installation/production/test_behind_nginx.py",
    "installation/production/test_key_location.py",
    "installation/production/test_plain_http.py",
    "installation/production/test_server_log.py",
    "installation/production/test_start_of_production.py",
    "people/scim",
    "people/sign_in/local",
    "people/sign_in/single_sign_on",
    "people/sign_in/test_certified_provider.py",
    "people/sign_in/test_long_inputs.py",
    "people/sign_in/test_security_log.py",
    "people/test_matrix.py",
    "security",
    "web/guard",
)
"""Security runs: tests that try the doors of a whole server from outside. They ask who gets in, to what, what its log
gives away, and with which settings it refuses to start. `make check` leaves them to `make test`."""


def languages() -> list[Any]:
    """Parameters of a fixture or a test that drives a browser."""
    return [each if each == LONGEST_WORDS else pytest.param(each, marks=wide) for each in LANGUAGES]


def times(usual: int, full: int) -> list[Any]:
    """Parameters of a test that tries something so many times."""
    return [usual, pytest.param(full, marks=wide)]


def sample(every: list[Any], *always: Any) -> list[Any]:
    """Parameters of a test that is the same for each of `every`."""
    return [each if each in always else _left_out(each) for each in every]


def _left_out(each: Any) -> Any:
    return pytest.param(*(each if isinstance(each, tuple) else (each,)), marks=wide)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("postgresql") and not is_in(item.path, ALWAYS_ON_POSTGRESQL):
            item.add_marker(wide)
        if is_in(item.path, SECURITY):
            item.add_marker(pytest.mark.security)


def is_in(file: Path, places: Iterable[str]) -> bool:
    inside = f"{file.as_posix().removeprefix(TESTS)}/"
    return inside.startswith(tuple(f"{each}/" for each in places))
