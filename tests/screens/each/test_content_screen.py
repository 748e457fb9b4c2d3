"""The content's screen, and the records of people."""

import re
from collections.abc import Callable

import pytest
from browsing import plain
from stage import (
    Open,
    cells,
)
from studying import Study

from people.access import Principal, Role
from people.directory import Person
from people.sign_in import accounts
from progress.insight import retention
from progress.record.chains import Kind
from progress.refreshers import drawing
from quizzes.content import Course

# Content


@pytest.mark.parametrize("role", [Role.EDITOR, Role.HR, Role.AUDITOR])
def test_the_content_is_shown_with_its_version_its_fingerprint_and_its_questions(
    open_screen: Open, anybody: dict[Role, Principal], course: Course, role: Role, language: str
) -> None:
    screen = open_screen(anybody[role], "content.py", language)
    assert screen.says(course.title(language))
    assert course.sha256 in screen.text()
    for name, principle in course.principles.items():
        count = sum(question.source.principle == name for question in course.questions.values())
        said = screen.words.plural("{n} question", "{n} questions", count)
        assert f"<td>{plain(principle.text(language).title)}</td><td>{plain(said)}</td>" in screen.text()


@pytest.fixture
def refreshed(
    study: Study, everybody: tuple[Person, ...], monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], list[str]]:
    """So many people have answered the same two questions, the second one wrong; gives the questions."""
    monkeypatch.setattr(retention, "_counted", {})
    drawn = {question.source.principle: name for name, question in study.course.questions.items()}
    monkeypatch.setattr(drawing, "_drawn", lambda *_: list(drawn.values()))

    def refresh(people: int) -> list[str]:
        study.later(days=-31)
        chosen = [Principal(person, frozenset({Role.EMPLOYEE})) for person in everybody[:people]]
        study.assign(*chosen, due_on=study.now.date())
        for who in chosen:
            study.certify(who)
        study.later(days=31)
        for who in chosen:
            study.recall(who, next(iter(drawn.values())))
            study.recall(who, list(drawn.values())[1], right=False)
        return list(drawn.values())[:2]

    return refresh


def test_what_has_stayed_is_shown_from_five_people_up(
    open_screen: Open, editor: Principal, study: Study, refreshed: Callable[[int], list[str]], language: str
) -> None:
    held, weak = refreshed(5)
    screen = open_screen(editor, "content.py", language)
    t = screen.words
    titles = {
        name: study.course.principles[study.course.questions[name].source.principle].text(language).title
        for name in (held, weak)
    }
    assert screen.says(
        "After {days} days {share} of the decisions are still right; weakest: {principle}",
        days=30,
        share=t.percent(50),
        principle=titles[weak],
    )
    rows = [cells(row) for row in re.findall("<tr>.*?</tr>", screen.text())]
    for name, share in ((held, 100), (weak, 0)):
        row = next(row for row in rows if row[0] == plain(titles[name]) and len(row) == 5)
        assert row[2:] == [plain(t.percent(share)), "–", "–"]
        assert row[1].startswith("100")
    assert [plain(t("People")), "5", "5", "–", "–"] in rows


def test_of_four_people_it_is_only_said_that_nothing_is_known_yet(
    open_screen: Open, editor: Principal, refreshed: Callable[[int], list[str]], language: str
) -> None:
    refreshed(4)
    screen = open_screen(editor, "content.py", language)
    assert screen.says("What stays is not known yet")
    assert not screen.says("Right answers")


# Records of people


def test_my_record_opens_with_who_has_read_it(
    open_screen: Open, assigned: Study, learner: Principal, hr: Principal, language: str
) -> None:
    assigned.certify(learner)
    screen = open_screen(learner, "record.py", language)
    assert screen.title == plain(screen.words("My record"))
    assert screen.says("Nobody else has opened your record")
    open_screen(hr, "person.py", id=learner.person.employee_id)
    screen = open_screen(learner, "record.py", language)
    readers = screen.words.plural("{n} person has opened your record", "{n} people have opened your record", 1)
    assert plain(readers) in plain(screen.text())
    assert hr.person.name in screen.text()


def test_my_record_tells_answers_and_leads_to_both_files(
    open_screen: Open, assigned: Study, learner: Principal, course: Course, language: str
) -> None:
    assigned.certify(learner)
    screen = open_screen(learner, "record.py", language)
    said = screen.text()
    for address in ("/my-record.pdf", "/my-record.json"):
        assert f'href=\\"{address}\\"' in said or f'href="{address}"' in said
    titles = (question.text(language).title for question in course.questions.values())
    assert sum(screen.says("Question “{title}”", title=title) for title in titles) == 10
    assert learner.person.email in said


def test_my_record_of_somebody_new_says_what_is_still_to_come(
    open_screen: Open, learner: Principal, language: str
) -> None:
    screen = open_screen(learner, "record.py", language)
    assert screen.says("No course was assigned yet.")
    assert screen.says("No certificate was issued yet.")


@pytest.mark.parametrize("role", [Role.HR, Role.AUDITOR])
def test_a_persons_record_shows_where_they_stand_and_no_answers(
    open_screen: Open, assigned: Study, anybody: dict[Role, Principal], course: Course, role: Role, language: str
) -> None:
    learner = anybody[Role.EMPLOYEE]
    number = assigned.certify(learner).certificate_no
    screen = open_screen(anybody[role], "person.py", language, id=learner.person.employee_id)
    said = screen.text()
    for text in (learner.person.name, learner.person.email, number or "-"):
        assert text in said
    assert not [each for each in course.questions.values() if plain(each.text(language).title) in said]
    assert [event.body for event in assigned.chain(learner) if event.kind is Kind.READ] == [
        {"by": anybody[role].key, "as": role.value}
    ]


def test_a_person_is_looked_up_by_name_and_opened_by_a_link(
    open_screen: Open, assigned: Study, hr: Principal, learner: Principal
) -> None:
    screen = open_screen(hr, "person.py")
    assert screen.title == plain(screen.words("Whose record do you need?"))
    screen.app.text_input(key="search_person").set_value("Lenka").run()
    screen.stands()
    assert screen.links() == [f"{learner.person.name}, {learner.person.unit}, {learner.person.employee_id}"]
    assert f"/person?id={learner.person.employee_id}" in screen.text()
    screen.app.text_input(key="search_person").set_value("Nikdo Takový").run()
    assert screen.links() == []
    assert screen.says("Nobody you may see has this name or number.")
    assert Kind.READ not in assigned.kinds(learner)


def test_hr_of_other_units_is_told_no_more_than_of_a_number_that_there_is_not(
    open_screen: Open, assigned: Study, learner: Principal, outsider: Principal
) -> None:
    with assigned.database.writing() as connection:
        accounts.grant(connection, [(outsider.key, Role.HR)], "Obchod")
    seen = [open_screen(outsider, "person.py", id=number) for number in (learner.person.employee_id, "none")]
    assert seen[0].text() == seen[1].text()
    assert seen[0].title == plain(seen[0].words("There is nobody here with this number"))
    assert Kind.READ not in assigned.kinds(learner)
