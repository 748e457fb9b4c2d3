"""A pack that would not hold is not written, and one that is written is its owner's."""

from pathlib import Path

import pytest
from operating import Run
from sqlalchemy import delete, update
from studying import Study

from database import Database
from progress.completion.certificates import certificates
from progress.completion.editions import editions


def spoilt(database: Database, statement: object) -> None:
    with database.writing() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "spoil",
    [
        delete(editions).where(editions.c.kind == "lesson"),
        delete(editions).where(editions.c.kind == "commitment"),
        update(editions).where(editions.c.kind == "question").values(body="{}"),
        update(editions).where(editions.c.kind == "course").values(body="no JSON"),
        update(certificates).values(name="Somebody Else"),
        update(certificates).values(score=1),
    ],
)
def test_a_pack_that_would_not_hold_is_not_written(run: Run, assigned: Study, tmp_path: Path, spoil: object) -> None:
    spoilt(assigned.database, spoil)
    pack = tmp_path / "evidence.zip"
    result = run("evidence", "--output", str(pack))
    assert result.exit_code == 1
    assert result.output
    assert list(tmp_path.glob("*evidence.zip*")) == []


def test_nobody_but_its_owner_reads_what_has_people_in_it(run: Run, number: str, pack: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    assert run("proof", number, "--output", str(proof)).exit_code == 0
    for file in (pack, proof):
        assert file.stat().st_mode & 0o777 == 0o600
