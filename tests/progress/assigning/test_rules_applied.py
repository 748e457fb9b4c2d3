"""Rules applied day by day: each person has what a plain model says, whatever happens in between."""

from datetime import date, timedelta

import pytest
from cast import TODAY
from company import BY, Company
from sqlalchemy import event, select

from people.access import Role
from people.directory import people
from progress.assigning import applying, rules
from progress.assigning.audience import Audience
from progress.assigning.rules import UnfitRuleError
from progress.assigning.terms import Anchor, Recurrence, Terms
from progress.completion import assignments
from progress.record.chains import Kind

DAY = timedelta(days=1)
EVERYBODY = Audience(everybody=True)
IN_A_MONTH = Terms(starts_on=TODAY, within_days=30)


def test_everybody_gets_the_course_once_and_the_record_names_the_rule(company: Company) -> None:
    keys = [company.hire() for _ in range(3)]
    rule = company.rule(EVERYBODY, IN_A_MONTH)
    assert company.apply() == 3
    assert company.apply() == 0
    for key in keys:
        (given,) = company.chain(key)
        assert (given.kind, given.body["rule"], given.body["by"]) == (Kind.ASSIGNED, rule.number, BY)
        assert company.due(key) == [TODAY + 30 * DAY]
    assert company.is_as_the_events_say()


def test_a_joiner_gets_it_on_the_first_day_and_not_before(company: Company) -> None:
    company.hire()
    company.rule(EVERYBODY, IN_A_MONTH)
    joiner = company.hire(starts_on=TODAY + 10 * DAY)
    company.apply()
    company.later(9)
    company.apply()
    assert company.cycles(joiner) == []
    company.later(1)
    company.apply()
    assert company.due(joiner) == [TODAY + 40 * DAY]


def test_a_joiner_after_the_due_date_has_the_grace_period(company: Company) -> None:
    company.hire()
    company.rule(EVERYBODY, Terms(starts_on=TODAY, due_on=TODAY + 20 * DAY, grace_days=14))
    company.apply()
    company.later(15)
    joiner = company.hire()
    company.apply()
    assert company.due(joiner) == [TODAY + 29 * DAY]


def test_a_mover_gets_it_in_the_new_unit_and_keeps_it_after_the_next_move(company: Company) -> None:
    mover, _ = company.hire("Obchod"), company.hire("Sklad")
    company.rule(Audience(units=("Sklad",)), IN_A_MONTH)
    company.apply()
    assert company.cycles(mover) == []
    company.change(mover, unit="Sklad")
    company.apply()
    company.change(mover, unit="Obchod")
    company.later(1)
    company.apply()
    assert company.due(mover) == [TODAY + 30 * DAY]


def test_a_leaver_gets_nothing_until_they_return(company: Company) -> None:
    company.hire()
    leaver = company.hire(ends_on=TODAY - DAY)
    company.rule(EVERYBODY, IN_A_MONTH)
    company.apply()
    assert company.cycles(leaver) == []
    company.later(5)
    company.change(leaver, ends_on=None)
    company.apply()
    assert company.due(leaver) == [TODAY + 35 * DAY]


def test_who_is_on_leave_gets_it_when_they_are_back(company: Company) -> None:
    company.hire()
    away = company.hire()
    company.away(away, TODAY, TODAY + 9 * DAY)
    rule = company.rule(EVERYBODY, IN_A_MONTH)
    assert [each.person.key for each in company.preview(rule).on_leave] == [away]
    company.apply()
    company.later(9)
    company.apply()
    assert company.cycles(away) == []
    company.later(1)
    company.apply()
    assert company.due(away) == [TODAY + 40 * DAY]


def test_an_ended_rule_gives_nothing_and_takes_nothing_away(company: Company) -> None:
    first = company.hire()
    rule = company.rule(EVERYBODY, IN_A_MONTH)
    company.apply()
    with company.database.snapshot() as connection:
        (touched,) = applying.touched_by_end(connection, rule, TODAY)
    assert (touched.person.key, touched.day) == (first, TODAY + 30 * DAY)
    company.database.write(lambda connection: rules.end(connection, rule.number, BY, company.moment.now))
    second = company.hire()
    assert company.apply() == 0
    assert (len(company.cycles(first)), company.cycles(second)) == (1, [])


def test_of_two_rules_the_first_one_gives_and_the_overlap_is_said(company: Company) -> None:
    both, other = company.hire("Sklad"), company.hire("Obchod")
    company.rule(Audience(units=("Sklad",)), IN_A_MONTH)
    second = company.rule(EVERYBODY, Terms(starts_on=TODAY, within_days=60))
    assert [each.person.key for each in company.preview(second).of_other_rules] == [both]
    company.apply()
    assert (company.due(both), company.due(other)) == ([TODAY + 30 * DAY], [TODAY + 60 * DAY])


@pytest.mark.parametrize("anchor", [Anchor.COMPLETION, Anchor.ENTRY, Anchor.DAY])
def test_rounds_over_three_years_are_due_as_a_calendar_says(company: Company, anchor: Anchor) -> None:
    entered = date(2025, 6, 15)
    who = company.hire(starts_on=entered)
    day = (6, 15) if anchor is Anchor.DAY else None
    again = Recurrence(anchor=anchor, months=12, opens_before=30, day=day)
    company.rule(EVERYBODY, IN_A_MONTH.model_copy(update={"recurrence": again}))
    expected, completed = [TODAY + 30 * DAY], date.min
    while company.today < date(2029, 3, 2):
        company.apply()
        open_one = company.cycles(who)[-1]
        # Each round is finished ten days after it opened.
        if open_one.is_open and company.today >= open_one.assigned_at.date() + 10 * DAY:
            company.certify(who)
            completed = company.today
            if anchor is Anchor.COMPLETION:
                expected.append(completed.replace(year=completed.year + 1))
            else:
                expected.append(date(2026 + len(expected) - 1, 6, 15))
        company.later(1)
    cycles = company.cycles(who)
    assert [each.due_on for each in cycles] == expected[: len(cycles)]
    assert len(cycles) == 4
    opened = [each.due_on - each.assigned_at.date() for each in cycles[1:]]
    assert opened == [30 * DAY] * 3
    assert company.is_as_the_events_say()


def test_a_crash_between_two_transactions_loses_nothing_and_doubles_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "AT_A_TIME", 2)
    keys = [company.hire() for _ in range(5)]
    company.rule(EVERYBODY, IN_A_MONTH)
    began, real = [], assignments.begin_cycles

    def failing(*arguments: object) -> None:
        real(*arguments)  # type: ignore[arg-type]
        began.append(arguments)
        if len(began) == 2:
            raise RuntimeError("crashed before the commit")

    monkeypatch.setattr(assignments, "begin_cycles", failing)
    with pytest.raises(RuntimeError):
        company.apply()
    assert sum(len(company.cycles(key)) for key in keys) == 2
    assert company.apply() == 3
    assert [len(company.chain(key)) for key in keys] == [1] * 5
    assert company.is_as_the_events_say()


def test_two_runs_at_once_give_once(company: Company) -> None:
    keys = [company.hire() for _ in range(3)]
    company.rule(EVERYBODY, IN_A_MONTH)
    waiting = applying.apply(company.database, company.content, company.moment)
    first = next(waiting)
    assert company.apply() == 0
    assert first.new == 3
    assert sum(part.new for part in waiting) == 0
    assert [len(company.chain(key)) for key in keys] == [1] * 3


def test_starters_are_those_who_began_shortly_before_the_rule_or_since(company: Company) -> None:
    old, recent = company.hire(starts_on=TODAY - 31 * DAY), company.hire(starts_on=TODAY - 30 * DAY)
    company.rule(Audience(everybody=True, starters_within=30), IN_A_MONTH)
    company.later(100)  # nothing ran meanwhile, and nobody is forgotten
    joined = company.hire(starts_on=company.today - 60 * DAY)
    company.apply()
    assert [len(company.cycles(key)) for key in (old, recent, joined)] == [0, 1, 1]


def test_units_with_all_below_roles_languages_and_exceptions(company: Company) -> None:
    head = company.hire("Provoz")
    middle = company.hire("Sklad", manager=head)
    below = company.hire("Sklad Brno", manager=middle, language="en")
    other = company.hire("Obchod")
    everybody = [head, middle, below, other]

    def reached(audience: Audience) -> list[str]:
        with company.database.reading() as connection:
            asked = select(people.c.person_key).where(audience.condition(TODAY, TODAY))
            found = set(connection.execute(asked).scalars())
        return [key for key in everybody if key in found]

    assert reached(Audience(units=("Sklad",))) == [middle]
    assert reached(Audience(units=("Sklad",), with_all_below=True)) == [middle, below]
    assert reached(Audience(roles=(Role.MANAGER,))) == [head, middle]
    assert reached(Audience(everybody=True, languages=("en",))) == [below]
    assert reached(Audience(everybody=True, except_units=("Obchod",), except_people=(head,))) == [middle, below]
    assert reached(Audience(people=(other,), units=("Provoz",))) == [head, other]


@pytest.mark.parametrize(
    ("audience", "terms", "said"),
    [
        (Audience(units=("Sklad", "Sklda")), IN_A_MONTH, "Sklda"),
        (Audience(), IN_A_MONTH, "whom"),
        (Audience(everybody=True, languages=("de",)), IN_A_MONTH, "nobody"),
        (EVERYBODY, Terms(starts_on=TODAY, due_on=TODAY - DAY), "past"),
        (EVERYBODY, Terms(starts_on=TODAY - DAY, within_days=5), "past"),
        (EVERYBODY, Terms(starts_on=TODAY, due_on=TODAY + 5 * DAY), "grace"),
        (EVERYBODY, Terms(starts_on=TODAY), "either"),
        (
            EVERYBODY,
            Terms(starts_on=TODAY, within_days=5, recurrence=Recurrence(anchor=Anchor.DAY)),
            "day of the year",
        ),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_a_sentence(
    company: Company, audience: Audience, terms: Terms, said: str
) -> None:
    company.hire()
    with pytest.raises(UnfitRuleError) as refused:
        company.rule(audience, terms)
    assert said in str(refused.value.reason)
    with company.database.reading() as connection:
        assert rules.all_of_them(connection) == []


def test_a_preview_takes_as_many_queries_for_many_people_as_for_few(company: Company) -> None:
    rule_of = Terms(starts_on=TODAY, within_days=30)
    company.hire()
    rule = company.rule(EVERYBODY, rule_of)
    company.rule(EVERYBODY, rule_of)

    def queries() -> int:
        seen: list[str] = []

        def note(*arguments: object) -> None:
            seen.append(str(arguments[2]))

        event.listen(company.database.engine, "before_cursor_execute", note)
        company.preview(rule)
        event.remove(company.database.engine, "before_cursor_execute", note)
        return len(seen)

    few = queries()
    for _ in range(20):
        company.hire()
    assert queries() == few
