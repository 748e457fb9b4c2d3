"""Corrections from the command line."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browsing import plain
from click.testing import Result
from correcting import WHY, assert_sound
from studying import Study
from typer.testing import CliRunner

import installation
from commands import application
from people.access import Principal
from progress.record.chains import Kind

Run = Callable[..., Result]


@pytest.fixture
def run(
    study: Study,
    learner: Principal,
    hr: Principal,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Run]:
    """Corrects in HR's name, over a database in which the learner has the course since an hour ago."""
    study.now = datetime.now(UTC) - timedelta(hours=1)
    study.assign(learner, hr, due_on=study.now.date() + timedelta(days=30))
    monkeypatch.setenv("KODEX_DATABASE_URL", database_url)
    monkeypatch.setenv("KODEX_SECRET", "only-for-tests-only-for-tests-only-for-tests")
    monkeypatch.setenv("KODEX_CHECKPOINT_KEY", str(tmp_path / "checkpoint.key"))
    installation.installation.cache_clear()

    def ran(command: str, *arguments: str, by: str = hr.person.employee_id, yes: bool = True) -> Result:
        about = ["--reason", WHY, "--by", by, *(["--yes"] if yes else [])]
        result = CliRunner().invoke(application.app, ["record", command, *arguments, *about])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    yield ran
    if installation.installation.cache_info().currsize:
        installation.installation().database.close()
    installation.installation.cache_clear()


def test_the_commands_void_exempt_record_an_equivalent_and_revoke(study: Study, learner: Principal, run: Run) -> None:
    number = learner.person.employee_id
    study.cards(learner)
    study.attempt(learner, right=0)
    for command, arguments, kind in (
        ("void", [number, "--attempt", "1"], Kind.CORRECTED),
        ("exempt", [number, "--until", "2099-01-01"], Kind.EXEMPTED),
        ("void", [number, "--exemption"], Kind.CORRECTED),
        ("equivalent", [number, "--what", "Course of the parent company", "--on", "2026-01-31"], Kind.EXEMPTED),
        ("void", [number, "--exemption"], Kind.CORRECTED),
    ):
        result = run(command, *arguments)
        assert result.exit_code == 0, result.output
        event = study.chain(learner)[-1]
        assert (event.kind, event.body["through"]) == (kind, f"manage.py record {command}")
    study.attempt(learner)
    certificate = study.sign(learner).certificate_no or ""
    result = run("revoke", certificate.lower(), "--due-in", "7")
    assert result.exit_code == 0, result.output
    assert certificate in result.output
    assert study.enrolment(learner).due_on == installation.installation().today(installation.now()) + timedelta(
        days=7
    )
    assert_sound(study)


def test_a_command_that_nobody_agrees_to_changes_nothing(study: Study, learner: Principal, run: Run) -> None:
    before = study.chain(learner)
    result = run("exempt", learner.person.employee_id, yes=False)
    assert result.exit_code == 1
    assert application.t("The course need not be taken. No certificate is issued.") in result.output
    assert study.chain(learner) == before


@pytest.mark.parametrize(
    ("command", "arguments", "by", "says"),
    [
        ("exempt", ["nobody"], "3001", "There is nobody with the employee number {id}."),
        ("exempt", ["2003"], "3002", "{id} is not an HR officer who may correct records. Nothing was changed."),
        ("exempt", ["2003"], "nobody", "{id} is not an HR officer who may correct records. Nothing was changed."),
        ("exempt", ["3001"], "3001", "The person named by --by may not correct this record. Nothing was changed."),
        ("exempt", ["2003", "--course", "none"], "3001", "This record has nothing of that kind to correct."),
        ("void", ["2003", "--attempt", "1"], "3001", "This record has nothing of that kind to correct."),
        ("void", ["2003"], "3001", "Give one of --attempt, --exemption and --prior."),
        ("revoke", ["KX-1"], "3001", "There is no certificate {number}."),
        ("exempt", ["2003", "--until", "2020-01-01"], "3001", "The last day of an exemption cannot be in the past."),
    ],
)
def test_a_command_without_sense_says_so_and_changes_nothing(
    study: Study, learner: Principal, hr: Principal, run: Run, command: str, arguments: list[str], by: str, says: str
) -> None:
    before = (study.chain(learner), study.chain(hr))
    result = run(command, *arguments, by=by)
    assert result.exit_code == 1
    beginning = max(plain(application.t(says)).split("{id}"), key=len).split("{number}")[0].strip()
    first_sentence = beginning.split(". ")[0]
    assert first_sentence in plain(result.output)
    assert (study.chain(learner), study.chain(hr)) == before
