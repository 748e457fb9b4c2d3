"""The log of exports: a row for whatever was handed out, and nobody’s name in the log of the server."""

import json
import logging
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from cast import NOW
from studying import Study

from people.access import OPERATOR, Act, Asker, Principal, Role
from progress.reports import export_log
from progress.reports.export_log import ExportKind, Extent, HandedOut, LoggedExport
from progress.reports.tables import Written


def given(kind: ExportKind = ExportKind.CERTIFICATIONS, of: Extent = Extent(everybody=True)) -> HandedOut:  # noqa: B008 - frozen
    return HandedOut(kind, of, {"search": "Lenka"}, "records.csv", "csv", 3, "ab" * 32, "signed")


def newest(study: Study, most: int = 10, after: int = 0) -> list[LoggedExport]:
    with study.database.reading() as connection:
        return export_log.newest(connection, most, after)


def test_what_was_handed_out_is_read_back_as_it_was(study: Study, hr: Principal) -> None:
    number = export_log.keep(study.database, hr, given(), NOW)
    kept = LoggedExport(number, NOW, hr.key, hr.person, given())
    assert newest(study) == [kept]
    with study.database.reading() as connection:
        assert export_log.find(connection, number) == kept
        assert export_log.find(connection, number + 1) is None


def test_the_newest_come_first_and_page_by_page(study: Study, hr: Principal, manager: Principal) -> None:
    for who in (hr, manager, OPERATOR):
        export_log.keep(study.database, who, given(), NOW)
    assert [each.person_key for each in newest(study)] == ["operator", manager.key, hr.key]
    assert [each.person_key for each in newest(study, 1, 1)] == [manager.key]
    assert newest(study)[0].person is None
    with study.database.reading() as connection:
        assert export_log.count(connection) == 3
        assert [each.person_key for each in export_log.of_person(connection, hr.key)] == [hr.key]


def test_an_evidence_pack_is_noted_with_what_narrowed_it(study: Study, auditor: Principal) -> None:
    asked = {"course": "customer-privacy", "from": None, "to": "2026-03-31"}
    export_log.keep_pack(
        study.database, Asker(auditor, NOW, ZoneInfo("Europe/Prague")), asked, "evidence.zip", Written(12, "cd" * 32)
    )
    (entry,) = newest(study)
    assert entry.handed_out == HandedOut(
        ExportKind.EVIDENCE,
        Extent(everybody=True),
        {"course": "customer-privacy", "to": "2026-03-31"},
        "evidence.zip",
        "zip",
        12,
        "cd" * 32,
    )


def test_an_extent_names_units_and_managers_by_what_people_know_them_by(
    study: Study, hr: Principal, manager: Principal, other_manager: Principal, learner: Principal
) -> None:
    limited = replace(hr, units=frozenset({"Sklad", "Finance"}))
    standing_in = replace(
        learner, roles=frozenset({Role.MANAGER}), stands_in_for=frozenset({manager.key, other_manager.key})
    )
    with study.database.reading() as connection:
        assert export_log.extent(connection, hr, Act.SEE_CERTIFICATIONS) == Extent(everybody=True)
        assert export_log.extent(connection, limited, Act.SEE_CERTIFICATIONS) == Extent(units=("Finance", "Sklad"))
        assert export_log.extent(connection, standing_in, Act.SEE_TEAM) == Extent(
            manager=learner.person.employee_id,
            deputy_for=tuple(sorted((manager.person.employee_id, other_manager.person.employee_id))),
        )
        assert export_log.extent(connection, learner, Act.SEE_CERTIFICATIONS) == Extent()


def test_the_security_log_names_nobody(study: Study, hr: Principal, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "kodex.security"):
        export_log.keep(study.database, hr, given(), NOW)
    (line,) = caplog.messages
    said = json.loads(line)
    assert (said["event"], said["person"], said["records"]) == ("export", hr.key, 3)
    assert "Lenka" not in line
    assert hr.person.name not in line
