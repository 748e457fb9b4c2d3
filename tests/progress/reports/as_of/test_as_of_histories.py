"""As of a day: what a report said that evening, it says of that evening ever after."""

from past_days import A_DAY, DAYS, FIRST, Company, report

from people.access import Act, Principal, visible
from progress.reports import lists
from progress.reports.as_of import as_of
from progress.reports.lists import Selection


def test_a_report_of_a_day_asked_for_later_is_the_report_of_that_day(company: Company, auditor: Principal) -> None:
    last = max(company.said)
    kinds = {event.kind for who in company.who for event in company.study.chain(who)}
    assert len(kinds) >= 10, "a history in which little happens proves little"
    assert len({str(said) for said in company.said.values()}) > DAYS / 2
    for day, said in company.said.items():
        with as_of(company.database, auditor, Act.SEE_CERTIFICATIONS, day, last, company.zone) as connection:
            asked = report(connection, auditor, Act.SEE_CERTIFICATIONS, day)
        for what, expected in said.items():
            assert asked[what] == expected, (day, what)


def test_before_everything_nobody_was_anywhere(company: Company, auditor: Principal) -> None:
    day, last = FIRST - 30 * A_DAY, max(company.said)
    with as_of(company.database, auditor, Act.SEE_CERTIFICATIONS, day, last, company.zone) as connection:
        assert report(connection, auditor, Act.SEE_CERTIFICATIONS, day)["records"] == []


def test_a_manager_sees_of_the_past_whom_they_saw_then_and_see_now(
    company: Company, manager: Principal, director: Principal
) -> None:
    last = max(company.said)
    for who in (manager, director):
        with company.database.reading() as connection:
            theirs = set(connection.execute(visible(who, Act.SEE_TEAM)).scalars())
        for day in company.said:
            with as_of(company.database, who, Act.SEE_TEAM, day, last, company.zone) as connection:
                shown = {each.person_key for each in lists.entries(connection, who, Act.SEE_TEAM, Selection(), day)}
                line = set(connection.execute(visible(who, Act.SEE_TEAM)).scalars())
            assert shown <= theirs & line
