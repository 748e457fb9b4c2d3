"""Each checkpoint says why it was made."""

from pathlib import Path

from operating import Run
from record_commands import number_of, t
from sqlalchemy import update
from studying import Study

from people.access import Principal
from progress.record.checkpoints import REASONS, Reason, checkpoints


def test_each_checkpoint_says_why_it_was_made(run: Run, assigned: Study, learner: Principal, tmp_path: Path) -> None:
    assert run("checkpoint", "--output", str(tmp_path / "1.txt")).exit_code == 0
    assert run("checkpoint", "--nightly", "--output", str(tmp_path / "2.txt")).exit_code == 0
    assert run("proof", number_of(assigned, learner), "--output", str(tmp_path / "3.json")).exit_code == 0
    assert run("new-key").exit_code == 0
    with assigned.database.writing() as connection:
        connection.execute(update(checkpoints).where(checkpoints.c.number == 1).values(reason=None))
    said = [line.split(", ")[1] for line in run("checkpoints").output.splitlines()]
    assert said == [t.say(REASONS[each]) for each in (None, Reason.NIGHTLY, Reason.KEY)], "a proof needs none anew"
