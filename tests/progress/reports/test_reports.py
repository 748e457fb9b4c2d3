"""Reports: who is where, for the people one may see."""

from datetime import date, timedelta

import pytest
from conftest import DUE, TODAY, Study, leaves
from sqlalchemy import update

from people.access import Act, Principal
from people.directory import people
from progress.completion.enrolments import enrolments
from progress.completion.rules import Status
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.lists import Entry, Summary, entries, forecast
from progress.reports.rows import records
from progress.reports.selection import Selection

A_DAY = timedelta(days=1)
ALL = Selection()
HAS_A_COURSE = Selection(due_from=date(2000, 1, 1))
NOTHING_ASSIGNED = ["Aleš", "Dagmar", "Eva", "Otakar"]
"""In `busy`, by name."""
NOTHING_IN_UNITS = ("Personální oddělení", "Právní oddělení", "Provoz", "Vnitřní audit")
"""Where everybody is missing who is there: one person each."""


@pytest.fixture
def busy(assigned: Study, learner: Principal, manager: Principal, hr: Principal) -> Study:
    """The learner certified, their manager in progress, the outsider not started, HR long overdue."""
    assigned.assign(hr, due_on=TODAY - A_DAY)
    assigned.certify(learner, right=9)
    assigned.cards(manager)
    return assigned


def summed(study: Study, who: Principal, act: Act, selection: Selection = ALL, today: date = TODAY) -> Summary:
    with study.database.reading() as connection:
        return lists.summary(View(connection, who, act, today), selection)


def listed(
    study: Study, who: Principal, selection: Selection = ALL, today: date = TODAY, limit: int | None = None
) -> list[Entry]:
    with study.database.reading() as connection:
        return entries(View(connection, who, Act.SEE_CERTIFICATIONS, today), selection, limit)


def names(found: list[Entry]) -> list[str]:
    return [entry.name.split()[0] for entry in found]


def test_a_summary_counts_everybody_where_they_stand(busy: Study, hr: Principal) -> None:
    found = summed(busy, hr, Act.SEE_CERTIFICATIONS)
    assert found.by_status == {
        Status.CERTIFIED: 1,
        Status.IN_PROGRESS: 1,
        Status.NOT_STARTED: 1,
        Status.OVERDUE: 1,
        Status.NOTHING_ASSIGNED: 4,
    }
    assert (found.people, found.certified, found.missing, found.count(Status.EXPIRED)) == (8, 1, 7, 0)


def test_a_summary_counts_by_unit_the_most_missing_first(busy: Study, hr: Principal) -> None:
    found = [(each.unit, each.people, each.certified) for each in summed(busy, hr, Act.SEE_CERTIFICATIONS).units]
    assert found[0] == ("Obchod", 2, 0)
    assert set(found[1:-1]) == {(unit, 1, 0) for unit in NOTHING_IN_UNITS}
    assert found[-1] == ("Sklad", 2, 1)


def test_who_is_exempt_is_not_missing(assigned: Study, hr: Principal, learner: Principal) -> None:
    exempted = update(enrolments).where(enrolments.c.person_key == learner.key).values(exempted_at=assigned.now)
    with assigned.database.writing() as connection:
        connection.execute(exempted)
    found = summed(assigned, hr, Act.SEE_CERTIFICATIONS)
    assert (found.certified, found.missing) == (0, 7)
    assert next(each for each in found.units if each.unit == "Sklad").missing == 1


def test_a_manager_counts_their_reporting_line_alone(
    busy: Study, manager: Principal, director: Principal, other_manager: Principal
) -> None:
    assert summed(busy, manager, Act.SEE_TEAM).by_status == {Status.CERTIFIED: 1}
    assert summed(busy, director, Act.SEE_TEAM).people == 2
    assert summed(busy, other_manager, Act.SEE_TEAM).by_status == {Status.NOT_STARTED: 1}


def test_a_certificate_that_expires_soon_still_counts_and_an_expired_one_does_not(busy: Study, hr: Principal) -> None:
    last = date(2027, 3, 2)
    assert summed(busy, hr, Act.SEE_CERTIFICATIONS, today=last).certified == 1
    assert summed(busy, hr, Act.SEE_CERTIFICATIONS, today=last + A_DAY).certified == 0


def test_somebody_who_has_left_is_counted_no_more(busy: Study, hr: Principal, learner: Principal) -> None:
    leaves(busy.database, learner)
    assert summed(busy, hr, Act.SEE_CERTIFICATIONS).certified == 0


def test_the_records_of_those_who_have_left_are_for_hr_when_asked_for(
    busy: Study, hr: Principal, director: Principal, learner: Principal
) -> None:
    leaves(busy.database, learner)
    with_leavers = Selection(leavers=True)
    assert summed(busy, hr, Act.SEE_CERTIFICATIONS, with_leavers).certified == 1
    assert "Lenka" in names(listed(busy, hr, with_leavers))
    assert summed(busy, director, Act.SEE_TEAM, with_leavers).certified == 0


def test_each_person_counts_once_in_their_latest_cycle(busy: Study, hr: Principal, learner: Principal) -> None:
    busy.assign(learner, due_on=DUE + timedelta(days=365))
    assert summed(busy, hr, Act.SEE_CERTIFICATIONS).people == 8
    assert summed(busy, hr, Act.SEE_CERTIFICATIONS, Selection(every_cycle=True)).people == 9


def test_names_are_in_order_whatever_their_diacritics(
    assigned: Study, hr: Principal, learner: Principal, manager: Principal, outsider: Principal
) -> None:
    in_order = ["Čeněk Bílý", "Šárka Malá", "Tomáš Zelený"]
    with assigned.database.writing() as connection:
        for who, name in zip((outsider, learner, manager), in_order, strict=True):
            connection.execute(update(people).where(people.c.person_key == who.key).values(name=name))
    assert [entry.name for entry in listed(assigned, hr, HAS_A_COURSE)] == in_order


def test_those_who_need_attention_come_first(busy: Study, hr: Principal) -> None:
    assert names(listed(busy, hr)) == ["Hana", *NOTHING_ASSIGNED, "Olga", "Milan", "Lenka"]


def test_a_shorter_list_is_the_beginning_of_the_longer_one(
    study: Study, hr: Principal, learner: Principal, outsider: Principal
) -> None:
    """Somebody whose certificate has expired comes before somebody who has time left."""
    study.assign(learner)
    study.certify(learner)
    study.later(days=360)
    expired = date(2027, 3, 3)
    study.assign(outsider, due_on=expired + A_DAY)
    whole = listed(study, hr, today=expired)
    assert [entry.status for entry in whole if entry.due_on] == [Status.EXPIRED, Status.NOT_STARTED]
    assert listed(study, hr, today=expired, limit=1) == whole[:1]


def test_a_list_says_when_and_how_well(busy: Study, hr: Principal) -> None:
    lenka = next(entry for entry in listed(busy, hr) if entry.status is Status.CERTIFIED)
    assert (lenka.score, lenka.attempts, lenka.cards_done) == (90, 1, 10)
    assert (lenka.completed_on, lenka.valid_until, lenka.due_on) == (TODAY, date(2027, 3, 2), DUE)


ASSIGNED = {"Lenka", "Milan", "Olga", "Hana"}
EVERYBODY = ASSIGNED | set(NOTHING_ASSIGNED)
SELECTIONS: list[tuple[Selection, set[str]]] = [
    (Selection(), EVERYBODY),
    (Selection(unit="Sklad"), {"Lenka", "Milan"}),
    (Selection(unit="Marketing"), set()),
    (Selection(course_id="customer-privacy"), EVERYBODY),
    (Selection(course_id="another"), EVERYBODY),
    (Selection(course_id="another", status=Status.NOTHING_ASSIGNED), EVERYBODY),
    (Selection(status=Status.NOTHING_ASSIGNED), set(NOTHING_ASSIGNED)),
    (Selection(status=Status.NOTHING_ASSIGNED, unit="Provoz", search="žižková"), {"Dagmar"}),
    (Selection(status=Status.NOTHING_ASSIGNED, due_from=date(2000, 1, 1)), set()),
    (Selection(status=Status.NOTHING_ASSIGNED, completed_to=date(2100, 1, 1)), set()),
    (Selection(status=Status.NOTHING_ASSIGNED, leavers=True, every_cycle=True), set(NOTHING_ASSIGNED)),
    (Selection(status=Status.OVERDUE), {"Hana"}),
    (Selection(status=Status.IN_PROGRESS), {"Milan"}),
    (Selection(due_from=TODAY), {"Lenka", "Milan", "Olga"}),
    (Selection(due_to=TODAY), {"Hana"}),
    (Selection(due_from=DUE, due_to=DUE), {"Lenka", "Milan", "Olga"}),
    (Selection(completed_from=TODAY), {"Lenka"}),
    (Selection(completed_from=TODAY + A_DAY), set()),
    (Selection(completed_to=TODAY), {"Lenka"}),
    (Selection(completed_to=TODAY - A_DAY), set()),
    (Selection(unit="Sklad", status=Status.CERTIFIED), {"Lenka"}),
    (Selection(search="Lenka"), {"Lenka"}),
    (Selection(search="  lenka "), {"Lenka"}),
    (Selection(search="400"), {"Olga", "Otakar"}),
    (Selection(search="Šťastná Lenka"), {"Lenka"}),
    (Selection(search="stastna   LENKA"), {"Lenka"}),
    (Selection(search="lenka\u00a0st"), {"Lenka"}),
    (Selection(search="sklad lenka"), set()),
    (Selection(search="lenka 2003 example.com"), {"Lenka"}),
    (Selection(search="lenka milan"), set()),
    (Selection(search="   "), EVERYBODY),
    (Selection(search=" ".join(map(str, range(5000)))), set()),
    (Selection(search="2003@EXAMPLE.com"), {"Lenka"}),
    (Selection(search="kx-"), {"Lenka"}),
    (Selection(search="%"), set()),
    (Selection(search="_"), set()),
    (Selection(search="'; DROP TABLE people; --"), set()),
]


def test_a_selection_narrows(busy: Study, hr: Principal) -> None:
    for selection, expected in SELECTIONS:
        assert set(names(listed(busy, hr, selection))) == expected, selection


def test_a_czech_name_is_found_in_capitals_and_in_small_letters(busy: Study, hr: Principal) -> None:
    for search in ("Šťastná", "ŠŤASTNÁ", "šťastná", "stastna", "Lenka Stast", "sta\0stna"):
        assert names(listed(busy, hr, Selection(search=search))) == ["Lenka"], search


def test_records_come_with_the_manager_by_employee_id(busy: Study, hr: Principal) -> None:
    with busy.database.reading() as connection:
        rows = list(records(View(connection, hr, Act.SEE_CERTIFICATIONS, TODAY), ALL))
    assert [(row.employee_id, row.manager_id) for row in rows] == [
        ("2001", None),
        ("2002", "2001"),
        ("2003", "2002"),
        ("3001", None),
        ("3002", None),
        ("3003", None),
        ("4001", None),
        ("4002", "4001"),
    ]


def test_who_has_nothing_assigned_has_a_record_with_the_course_and_no_dates(busy: Study, hr: Principal) -> None:
    chosen = Selection(course_id="customer-privacy", status=Status.NOTHING_ASSIGNED)
    with busy.database.reading() as connection:
        (first, *others) = records(View(connection, hr, Act.SEE_CERTIFICATIONS, TODAY), chosen)
    told = {name: cell for name, cell in first._mapping.items() if cell is not None}
    assert told == {
        "employee_id": "2001",
        "name": "Dagmar Žižková",
        "email": "2001@example.com",
        "unit": "Provoz",
        "course": "customer-privacy",
        "status": "nothing assigned",
        "as_of": TODAY.isoformat(),
    }
    assert len(others) + 1 == len(NOTHING_ASSIGNED)


def test_a_leaver_without_a_record_is_nobody_to_whom_something_should_be_assigned(
    busy: Study, hr: Principal, director: Principal, learner: Principal
) -> None:
    for who in (director, learner):
        leaves(busy.database, who)
    with_leavers = summed(busy, hr, Act.SEE_CERTIFICATIONS, Selection(leavers=True))
    assert (with_leavers.count(Status.NOTHING_ASSIGNED), with_leavers.certified) == (3, 1)


def test_a_selection_of_somebody_elses_unit_shows_a_manager_nobody(busy: Study, manager: Principal) -> None:
    with busy.database.reading() as connection:
        for selection in (
            Selection(unit="Obchod"),
            Selection(search="Olga"),
            Selection(every_cycle=True, unit="Obchod"),
        ):
            assert entries(View(connection, manager, Act.SEE_TEAM, TODAY), selection) == []


def test_the_curve_counts_completions_day_by_day_from_the_first_assignment(
    assigned: Study, hr: Principal, learner: Principal, outsider: Principal
) -> None:
    assigned.later(days=2)
    assigned.certify(learner)
    assigned.later(days=1)
    assigned.certify(outsider)
    until = TODAY + 4 * A_DAY
    with assigned.database.reading() as connection:
        curve = lists.completion_by_day(View(connection, hr, Act.SEE_CERTIFICATIONS, until), ALL)
    assert curve == [(TODAY + n * A_DAY, count) for n, count in enumerate([0, 0, 1, 2, 2])]


def test_there_is_no_curve_where_nothing_is_assigned(study: Study, hr: Principal) -> None:
    with study.database.reading() as connection:
        assert lists.completion_by_day(View(connection, hr, Act.SEE_CERTIFICATIONS, TODAY), ALL) == []


def test_the_most_common_due_date_comes_first(busy: Study, hr: Principal) -> None:
    with busy.database.reading() as connection:
        assert lists.due_days(View(connection, hr, Act.SEE_CERTIFICATIONS, TODAY), ALL) == [DUE, TODAY - A_DAY]


# The forecast


def steady(days: int, a_day: int) -> list[tuple[date, int]]:
    return [(TODAY - (days - 1 - n) * A_DAY, n * a_day) for n in range(days)]


def test_a_forecast_says_how_many_there_will_be_at_most_at_the_pace_of_the_last_two_weeks() -> None:
    found = forecast(steady(20, 2), people=100, due_on=TODAY + 10 * A_DAY)
    assert found is not None
    assert (found.at_most, found.due_on) == (38 + 20, TODAY + 10 * A_DAY)


def test_where_all_could_make_it_nothing_is_forecast() -> None:
    assert forecast(steady(20, 2), people=45, due_on=TODAY + 10 * A_DAY) is None


def by_days(*a_day: int) -> list[tuple[date, int]]:
    """A curve on which so many are certified on each day, the last of them today."""
    return [(TODAY - (len(a_day) - 1 - n) * A_DAY, sum(a_day[: n + 1])) for n in range(len(a_day))]


def test_a_forecast_is_never_too_low_while_completion_slows_down() -> None:
    """As it does in every company: so what it says of an earlier day holds on that day and on every later one."""
    a_day = [
        9,
        9,
        8,
        8,
        7,
        7,
        6,
        6,
        5,
        5,
        5,
        4,
        4,
        4,
        3,
        3,
        3,
        3,
        2,
        2,
        2,
        2,
        2,
        1,
        1,
        1,
        1,
        1,
        1,
        0,
        1,
        0,
        0,
        1,
        0,
        0,
    ]
    curve = by_days(*a_day)
    said = [forecast(curve[:n], people=1000, due_on=TODAY) for n in range(15, len(curve))]
    assert all(each is not None and each.at_most >= curve[-1][1] for each in said)
    assert [each.at_most for each in said if each] == sorted((each.at_most for each in said if each), reverse=True)


def test_a_forecast_that_would_have_been_too_low_two_weeks_ago_is_not_made() -> None:
    """After a reminder, say: what was faster than forecast can be so again."""
    curve = by_days(*[1] * 20, *[5] * 14)
    assert forecast(curve, people=1000, due_on=TODAY + 10 * A_DAY) is None


@pytest.mark.parametrize(
    ("curve", "due_on"),
    [(steady(20, 2), TODAY), (steady(14, 2), TODAY + A_DAY), (steady(20, 0), TODAY + A_DAY)],
    ids=["the due date has come", "too few days", "too few completions"],
)
def test_there_is_no_forecast_from_too_little(curve: list[tuple[date, int]], due_on: date) -> None:
    assert forecast(curve, 100, due_on) is None
