"""Lists of records: in which order, and narrowed by a selection."""

from datetime import date, timedelta

from cast import DUE, TODAY
from reporting import A_DAY, NOTHING_ASSIGNED, listed, names, summed
from sqlalchemy import update
from studying import Study

from people.access import Act, Principal
from people.directory import people
from progress.completion.rules import Status
from progress.reports.selection import Selection

HAS_A_COURSE = Selection(due_from=date(2000, 1, 1))


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
    assert (lenka.score, lenka.attempts, lenka.cards_done) == (90, 1, len(busy.course.cards))
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
