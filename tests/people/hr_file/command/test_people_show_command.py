"""`manage.py people`: one person added and shown, everybody listed."""

from pathlib import Path

import pytest
from operating import Run
from people_command import FILE, names, person

from database import Database


def test_one_person_is_added_by_the_same_rules_as_in_a_file(run: Run, company: Database) -> None:
    given = ["--name", "Eva Malá", "--unit", "Obchod", "--manager", "anna@example.com", "--end", "31. 12. 2099"]
    result = run("add", "4", *given)
    assert result.exit_code == 0
    assert "Eva Malá" in result.output
    assert person(company, "4").manager_key == person(company, "2").key
    assert names(company, with_left=False) == names(company)
    refused = run("add", "5", "--name", "Eva\u202e", "--unit", "Obchod", "--manager", "99", "--email", "eva@")
    assert refused.exit_code == 1
    assert all(f"{column}: " in refused.output for column in ("name", "email"))
    assert "5" not in {person(company, each).employee_id for each in "1234"}


def test_who_is_added_again_keeps_what_was_not_given(run: Run, company: Database) -> None:
    before = person(company, "3")
    assert run("add", "3", "--name", "Otto Jiný", "--unit", "Obchod").exit_code == 0
    after = person(company, "3")
    assert (after.key, after.name, after.unit) == (before.key, "Otto Jiný", "Obchod")
    assert after.manager_key == before.manager_key


def test_a_person_is_shown_with_all_that_the_directory_knows(run: Run, company: Database) -> None:
    run("grant", "2", "hr", "--unit", "Sklad")
    result = run("show", "2")
    assert result.exit_code == 0
    for said in ("Anna Ďurišová", "anna@example.com", "1 Žaneta Říhová", "hr (Sklad)", person(company, "2").key):
        assert said in result.output
    assert run("show", "77").exit_code == 1


@pytest.mark.usefixtures("company")
def test_everybody_is_listed_and_who_has_left_on_request(run: Run, file: Path) -> None:
    file.write_text("".join(FILE.splitlines(keepends=True)[:3]), "utf-8")
    run("import", str(file))
    assert [line.split("\t")[0] for line in run("list").output.splitlines()] == ["1", "2"]
    assert len(run("list", "--all").output.splitlines()) == 3
    assert "Žaneta" not in run("list", "--unit", "Sklad").output
    assert run("list", "--unit", "Nowhere").exit_code == 1
