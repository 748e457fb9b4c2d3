"""Erasure and reports, and the reasons that are refused."""

import io
from dataclasses import replace

import pytest
from cast import NOW, TODAY
from erasing import REASON, erased, everything, in_directory
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from studying import Study

from people import directory
from people.access import Act, Principal
from people.naming import tells
from progress.personal.erasure import TellingReasonError, UnknownPersonError, erase
from progress.record.chains import Kind
from progress.reports import exports, lists
from progress.reports.lists import Selection


def test_reports_of_somebody_erased_answer_to_the_next_manager(
    known: Study, learner: Principal, manager: Principal, outsider: Principal
) -> None:
    assert erased(known, learner).reports == 1
    assert in_directory(known.database, outsider.key).manager_key == manager.key


def test_exports_count_somebody_erased_without_naming_them(known: Study, learner: Principal, hr: Principal) -> None:
    everybody = Selection(leavers=True)

    def counted() -> tuple[int, int, list[str]]:
        with known.database.reading() as connection:
            summary = lists.summary(connection, hr, Act.SEE_CERTIFICATIONS, everybody, TODAY)
            lines = lists.lines(connection, hr, Act.SEE_CERTIFICATIONS, everybody, TODAY, exports.COLUMNS)
            file = io.BytesIO()
            exports.write_csv(lines, file)
            return summary.people, summary.certified, file.getvalue().decode().splitlines()

    *before, _ = counted()
    erased(known, learner)
    *after, lines = counted()
    assert after == before
    (line,) = [line for line in lines if learner.key in line]
    assert line.startswith(f"erased-{learner.key};erased;;;")
    with known.database.reading() as connection:
        assert "" not in directory.units(connection, select(directory.people.c.person_key))


@pytest.mark.parametrize(
    "reason",
    [
        "Lenka asked",
        "žádost paní Šťastné",
        "zadost pani STASTNE",
        "as told to Lenkou",
        "number 2003",
        "lenka@example.com",
        "ext-4711 asked",
        "",
        "   ",
    ],
)
def test_a_reason_that_tells_who_it_was_is_refused(known: Study, learner: Principal, reason: str) -> None:
    before = list(everything(known.database))
    with pytest.raises(TellingReasonError):
        erase(known.database, learner.person.employee_id, reason, "tests", NOW)
    assert list(everything(known.database)) == before


@pytest.mark.parametrize(
    "reason", [REASON, "Žádost ze dne 3. 2. 2026", "šťastný konec sporu 20031", "left, 10 years"]
)
def test_other_reasons_are_taken(learner: Principal, reason: str) -> None:
    person = replace(learner.person, name="Lenka Dlouhá", email="lenka@example.com")
    assert not tells(reason, person)


def test_nobody_is_erased_twice_and_nobody_unknown(known: Study, learner: Principal) -> None:
    left = erased(known, learner)
    for number in (learner.person.employee_id, left.employee_id, "never"):
        with pytest.raises(UnknownPersonError):
            erase(known.database, number, REASON, "tests", NOW)
    assert known.kinds(learner).count(Kind.ERASED) == 1


NAMES_HAVE_TO_STAY = {
    "sqlite": (
        "CREATE TRIGGER named BEFORE UPDATE ON certificates WHEN new.name = '' "
        "BEGIN SELECT RAISE(ABORT, 'a name has to stay'); END",
        "DROP TRIGGER named",
    ),
    "postgresql": (
        "ALTER TABLE certificates ADD CONSTRAINT named CHECK (name <> '')",
        "ALTER TABLE certificates DROP CONSTRAINT named",
    ),
}
"""Makes the last statement of an erasure fail, and takes that back."""


def test_an_erasure_that_fails_half_way_changes_nothing(known: Study, learner: Principal) -> None:
    before = list(everything(known.database))
    begin, end = NAMES_HAVE_TO_STAY[known.database.engine.dialect.name]
    with known.database.writing() as connection:
        connection.execute(text(begin))
    try:
        with pytest.raises(IntegrityError):
            erased(known, learner)
    finally:
        with known.database.writing() as connection:
            connection.execute(text(end))
    assert list(everything(known.database)) == before
