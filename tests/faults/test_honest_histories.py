"""No false alarm: whatever people, HR and an unsteady clock honestly do, the record verifies."""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from cast import PEOPLE, PRAGUE, TODAY
from knowing import sit
from size import tell, times
from sqlalchemy import update
from studying import Study

from database import Database
from people import directory
from people import history as past
from people.access import Asker, Principal, Role
from people.directory import people
from progress.audit import verification
from progress.completion import corrections, enrolments, learning
from progress.completion.corrections import NotCorrectedError, What, Wish
from progress.completion.rules import standing
from progress.completion.steps import NotPossibleError
from progress.personal import erasure
from progress.personal.erasure import UnknownPersonError
from progress.record import checkpoints, signing
from quizzes.content import Course

N_HISTORIES = times(1000, 40)
MOVES = 24
HR = Principal(PEOPLE[3], frozenset({Role.EMPLOYEE, Role.HR}))
EVERYBODY = [Principal(PEOPLE[n], frozenset({Role.EMPLOYEE})) for n in (0, 1, 2, 7)]


class History:
    """A record as it grows, with the checkpoints that were made of it and kept elsewhere."""

    def __init__(self, file: Path, course: Course, chance: random.Random) -> None:
        self.database = Database(f"sqlite:///{file}")
        self.study = Study(self.database, course)
        self.chance = chance
        self.key_file = file.with_suffix(".key")
        self.notes: dict[str, str] = {}
        self.moved: Counter[str] = Counter()
        with self.database.writing() as connection:
            directory.add(connection, PEOPLE)
        self.study.assign(*EVERYBODY[:3])
        signing.opened(self.key_file)

    def moves(self) -> None:
        names = ["learn"] * 6 + ["assign", "correct", "checkpoint", "checkpoint", "set_back", "wait", "change_key"]
        names += ["transfer"] * 2
        for _ in range(MOVES):
            self.move(self.chance.choice(names))
        if self.chance.random() < 0.5:
            self.move("erase")
            self.move("learn")
        self.move("checkpoint")
        self.move("learn")

    def move(self, name: str) -> None:
        move: Callable[[], None] = getattr(self, name)
        try:
            move()
        except (NotPossibleError, NotCorrectedError, UnknownPersonError):
            return
        self.moved[name] += 1

    def learn(self) -> None:
        """The next step on somebody's way, or another, which is refused."""
        who = self.chance.choice(EVERYBODY)
        with self.database.reading() as connection:
            if not enrolments.of_person(connection, who.key):
                raise NotPossibleError(who.key)
        enrolment = self.study.enrolment(who)
        if learning.is_prior_offered(self.database, enrolment) and self.chance.random() < 0.5:
            sit(self.study, who, wrong=self.chance.choice([0, 5]))
        elif standing(enrolment, self.study.course).missing_cards:
            self.study.cards(who)
        elif enrolment.passed_at is None:
            self.study.attempt(who, right=self.chance.choice([5, 10]))
        else:
            self.study.sign(who)

    def assign(self) -> None:
        self.study.assign(self.chance.choice(EVERYBODY))

    def correct(self) -> None:
        who = self.chance.choice(EVERYBODY)
        choices = corrections.choices(self.study.chain(who))
        if not choices:
            raise NotPossibleError(who.key)
        choice = self.chance.choice(choices)
        wish = Wish(choice.what, choice.course_id, choice.cycle, choice.seq, "Entered by mistake")
        if choice.what is What.EQUIVALENT:
            wish = Wish(**{**vars(wish), "equivalent": "A course elsewhere", "done_on": TODAY})
        asker = Asker(HR, self.study.now, PRAGUE)
        looked_at = corrections.look(self.database, asker, who.key, wish, self.study.course)
        corrections.make(self.database, asker, looked_at, self.study.course)

    def transfer(self) -> None:
        """Somebody belongs elsewhere from now on, as the directory's past notes it."""
        who, unit = self.chance.choice(EVERYBODY), self.chance.choice(["Sklad", "Provoz", "Obchod"])
        with self.database.writing() as connection:
            theirs = people.c.person_key == who.key
            connection.execute(update(people).where(theirs, people.c.erased_at.is_(None)).values(unit=unit))
            past.keep(connection, self.study.now)

    def erase(self) -> None:
        who = self.chance.choice(EVERYBODY)
        erasure.erase(self.database, who.person.employee_id, "Asked for it", "tests", self.study.now)

    def checkpoint(self) -> None:
        made = checkpoints.make(self.database, signing.opened(self.key_file), self.study.now)
        if self.chance.random() < 0.7:
            self.notes[f"note {len(self.notes)}"] = made.note

    def set_back(self) -> None:
        self.study.later(seconds=-self.chance.randint(1, 90))

    def wait(self) -> None:
        self.study.later(seconds=self.chance.choice([1, 3600, 40 * 86400]))

    def change_key(self) -> None:
        signing.changed(self.key_file)


@pytest.mark.wide
def test_an_honest_history_raises_no_alarm(stocked_sqlite: Path, tmp_path: Path, course: Course) -> None:
    alarms: list[tuple[int, str]] = []
    moved: Counter[str] = Counter()
    for seed in range(N_HISTORIES):
        file = Path(shutil.copy(stocked_sqlite, tmp_path / f"{seed}.sqlite3"))
        history = History(file, course, random.Random(seed))
        try:
            history.moves()
            verifiers = signing.opened(history.key_file).verifiers
            found = verification.verify(history.database, verifiers, history.notes).findings
        finally:
            history.database.close()
            file.unlink()
        alarms += [(seed, str(each.what)) for each in found]
        moved += history.moved
    tell(f"{N_HISTORIES} honest histories, {len(alarms)} false alarms; {dict(moved)}")
    assert set(moved) == {
        "learn",
        "assign",
        "correct",
        "checkpoint",
        "set_back",
        "wait",
        "change_key",
        "erase",
        "transfer",
    }
    assert alarms == []
