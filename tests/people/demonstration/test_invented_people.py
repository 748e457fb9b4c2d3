"""The invented organisation: plausible, and the same for the same seed."""

import json

import pytest

from people.access import Role
from people.demonstration import CAST, organisation
from people.directory import Person
from quizzes.content import Content


def depth(person: Person, by_key: dict[str, Person]) -> int:
    return 1 if person.manager_key is None else 1 + depth(by_key[person.manager_key], by_key)


# The people


@pytest.mark.parametrize("employees", [12, 20, 60, 240, 1000])
def test_an_organisation_has_the_size_asked_for(employees: int) -> None:
    persons, _ = organisation(employees, seed=1)
    assert len(persons) == employees


def test_the_same_seed_gives_the_same_people() -> None:
    assert organisation(240, seed=7) == organisation(240, seed=7)
    assert organisation(240, seed=7) != organisation(240, seed=8)


def test_reporting_lines_are_six_deep_and_begin_at_one_person() -> None:
    persons, _ = organisation(240, seed=1)
    by_key = {person.key: person for person in persons}
    assert max(depth(person, by_key) for person in persons) == 6
    assert [person.manager_key for person in persons].count(None) == 1


@pytest.mark.parametrize("employees", [12, 240, 1000])
def test_a_manager_comes_before_their_reports(employees: int) -> None:
    seen: set[str | None] = {None}
    for person in organisation(employees, seed=1)[0]:
        assert person.manager_key in seen
        seen.add(person.key)


@pytest.mark.parametrize("employees", [12, 240, 1000])
def test_nobody_shares_a_key_an_employee_id_or_an_address(employees: int) -> None:
    persons, _ = organisation(employees, seed=1)
    for told in ("key", "employee_id", "email"):
        assert len({getattr(person, told) for person in persons}) == employees


def test_everybody_is_invented_active_and_reachable_nowhere() -> None:
    persons, _ = organisation(240, seed=1)
    assert all(person.invented and person.active for person in persons)
    assert all(person.email.isascii() and person.email.endswith("@example.com") for person in persons)


def test_names_are_czech_and_others() -> None:
    persons, _ = organisation(240, seed=1)
    letters = set("".join(person.name for person in persons).lower())
    assert letters >= set("áíýčěňřšž")
    assert letters & set("łøßçễị")
    assert {person.language for person in persons} == {"cs", "en"}


@pytest.mark.parametrize("employees", [12, 240])
def test_the_cast_is_there_with_its_roles(employees: int) -> None:
    persons, granted = organisation(employees, seed=1)
    by_id = {person.employee_id: person for person in persons}
    for employee_id, name, unit in CAST.values():
        assert (by_id[employee_id].name, by_id[employee_id].unit) == (name, unit)
    cast = {by_id[employee_id].key: role for role, (employee_id, _, _) in CAST.items()}
    assert {cast[key]: role for key, role in granted} == {role: role for role in (Role.HR, Role.AUDITOR, Role.EDITOR)}


def test_the_manager_to_play_has_a_reporting_line() -> None:
    persons, _ = organisation(240, seed=1)
    manager = next(person for person in persons if person.employee_id == CAST[Role.MANAGER][0])
    assert sum(person.manager_key == manager.key for person in persons) >= 2


def test_nobody_invented_has_a_name_that_stands_in_the_content(content: Content) -> None:
    """Otherwise a reader would take one for the other."""
    told = "\n".join(
        json.dumps(edition.body, ensure_ascii=False)
        for course in content.courses.values()
        for edition in (*course.lessons, *course.questions.values(), *course.dialogues.values())
    )
    persons, _ = organisation(20_000, 1)
    assert sorted({person.name for person in persons if person.name in told}) == []
