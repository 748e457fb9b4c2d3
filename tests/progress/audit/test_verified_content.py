"""The content that the record rests on: whatever of it was altered or removed is found by the verification."""

from pathlib import Path
from typing import Any

import pytest
from conftest import Study
from operating import Run
from sqlalchemy import delete, func, select, update

from people.access import Principal
from progress.audit import verification
from progress.audit.findings import Finding
from progress.completion.editions import editions
from progress.record import checkpoints, signing


@pytest.fixture
def study_with_certificate(assigned: Study, learner: Principal) -> Study:
    assigned.certify(learner)
    return assigned


def findings(study: Study, tmp_path: Path) -> list[Finding]:
    key = signing.opened(tmp_path / "checkpoint.key")
    note = checkpoints.make(study.database, key, study.now).note
    return list(verification.verify(study.database, key.verifiers, {"mine.txt": note}).findings)


def change(study: Study, *statements: Any) -> None:
    with study.database.writing() as connection:
        for statement in statements:
            connection.execute(statement)


def test_all_that_is_kept_is_counted(study_with_certificate: Study, tmp_path: Path) -> None:
    key = signing.opened(tmp_path / "checkpoint.key")
    verified = verification.verify(study_with_certificate.database, key.verifiers, {})
    with study_with_certificate.database.reading() as connection:
        n = connection.execute(select(func.count()).select_from(editions)).scalar_one()
    assert (verified.editions, verified.findings) == (n, [])


@pytest.mark.parametrize("kind", ["course", "lesson", "question", "commitment"])
@pytest.mark.parametrize("body", ["{}", "no JSON", ""])
def test_content_that_was_altered_is_named(
    study_with_certificate: Study, tmp_path: Path, kind: str, body: str
) -> None:
    one = select(func.min(editions.c.sha256)).where(editions.c.kind == kind).scalar_subquery()
    change(study_with_certificate, update(editions).where(editions.c.sha256 == one).values(body=body))
    (found,) = findings(study_with_certificate, tmp_path)
    assert str(found.what).startswith(f"the content was altered: {kind} ")


@pytest.mark.parametrize("kind", ["course", "lesson", "question", "commitment"])
def test_content_that_is_missing_is_named(
    study_with_certificate: Study, learner: Principal, tmp_path: Path, kind: str
) -> None:
    change(study_with_certificate, delete(editions).where(editions.c.kind == kind))
    found = findings(study_with_certificate, tmp_path)
    assert found
    assert all(str(each.what).endswith("is missing") for each in found)
    named = {each.person_key for each in found}
    assert named <= {"", learner.key}
    assert kind == "question" or learner.key in named


def test_the_command_fails(study_with_certificate: Study, operated: Any) -> None:
    run: Run = operated(study_with_certificate.database.engine.url.render_as_string(hide_password=False), "record")
    assert run("verify").exit_code == 0
    change(study_with_certificate, delete(editions).where(editions.c.kind.in_(("commitment", "lesson"))))
    assert run("verify").exit_code == 1
