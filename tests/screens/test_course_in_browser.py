"""The course as a person takes it, from choosing who to be to the certificate and HR's export, in a real browser."""

from io import BytesIO

import httpx
import pytest
from browsing import Reader, plain
from openpyxl import load_workbook
from operating import records
from playwright.sync_api import Locator, expect
from pypdf import PdfReader
from serving import NewReader, Server

from lessons.cards import Card, CardKind
from lessons.model import Choice, Option
from people.access import Principal, Role
from progress.completion.enrolments import Attempt
from progress.reports import export_words
from words import LANGUAGES

pytestmark = pytest.mark.browser

COLUMNS = (
    "employee_id, name, email, unit, manager_id, course, course_version, content_sha256, language, assigned_at, "
    "due_at, started_at, completed_at, attempts, score, pass_mark, result, certificate_no, valid_from, valid_until, "
    "status, as_of"
).split(", ")
"""What HR asked for, in that order."""
WRONG_ON_PURPOSE = 3
"""Answers of ten: the pass mark is 80 %."""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


# Taking the course


def card_title(reader: Reader, card: Card) -> str:
    lesson = reader.course.lesson(card.lesson_id).text(reader.language)
    match card.kind:
        case CardKind.WHY:
            return plain(lesson.why.title)
        case CardKind.PRINCIPLE:
            return plain(lesson.principle(card.part).title)
        case _:
            return plain(lesson.dilemma.title)


def explanations_in(reader: Reader, choice: Choice) -> set[str]:
    """The options whose explanation is anywhere in what the browser holds, seen or unseen."""
    held = reader.html()
    return {option.id for option in choice.options if plain(option.explanation) in held}


def decide(reader: Reader, label: str, *, right: bool = True) -> Option:
    """Chooses and submits; nothing is explained before, the chosen and the right option are afterwards."""
    choice = reader.choice()
    assert explanations_in(reader, choice) == set()
    chosen = reader.choose(right=right)
    assert explanations_in(reader, choice) == set()
    reader.press(label)
    assert explanations_in(reader, choice) == {chosen.id, choice.right}
    return chosen


def learn(reader: Reader) -> None:
    """Takes the whole lesson, card by card."""
    for card in reader.course.cards:
        assert reader.title() == card_title(reader, card)
        match card.kind:
            case CardKind.DILEMMA:
                assert explanations_in(reader, reader.choice()) == set()
                reader.choose(right=False)
                reader.press("Save the answer and go on")
            case CardKind.WHY:
                reader.press("Next")
            case _:
                decide(reader, "Check the answer")
                reader.press("Next")


def sit(reader: Reader, wrong: int = 0) -> list[str]:
    """Answers a whole form, the first questions wrong; gives the ids of the questions."""
    asked: list[str] = []
    while len(asked) < reader.course.asked:
        asked.append(reader.question_id())
        position = reader.words(
            "Question {n} {of_total}", n=len(asked), of_total=reader.words.out_of(reader.course.asked)
        )
        assert plain(position) in reader.main()
        decide(reader, "Submit the answer", right=len(asked) > wrong)
        assert reader.words("your answer is saved") in reader.main()
        reader.press("Next question" if len(asked) < reader.course.asked else "Show the result")
    return asked


def principle_titles(reader: Reader, questions: list[str]) -> list[str]:
    """The titles of the principles that the questions are about, in the order of the lesson."""
    about = {reader.course.questions[name].source.principle for name in questions}
    return [
        plain(principle.text(reader.language).title)
        for name, principle in reader.course.principles.items()
        if name in about
    ]


def links_to_cards(reader: Reader) -> Locator:
    return reader.page.locator(".stMain .stMarkdown a[href^='/lesson?']")


def cards_linked(reader: Reader) -> list[str]:
    return [plain(text) for text in links_to_cards(reader).all_inner_texts()]


@pytest.fixture
def reader(new_reader: NewReader, language: str) -> Reader:
    """Nobody yet, in a browser that asks for that language."""
    return new_reader(language=language)


def test_the_course_leads_from_sign_in_to_a_certificate_and_into_hrs_export(
    reader: Reader, new_reader: NewReader, server: Server, language: str
) -> None:
    t, page = reader.words, reader.page
    in_the_leading_part = language == "cs"
    who = server.cast(Role.EMPLOYEE) if in_the_leading_part else server.newcomer("Łucja Ďurišová-O’Brien", "en")

    page.goto("/")
    assert reader.title() == plain(t("Choose who you want to be"))
    if in_the_leading_part:
        reader.follow(page.get_by_role("button", name=t("Employee")))
    else:
        page.get_by_label(t("Or somebody else")).select_option(label=who.person.name)
        reader.follow(reader.button("Sign in"))

    due_on = server.study.enrolment(who).due_on
    assert t.day(due_on).replace("\u00a0", " ") in reader.title()
    assert plain(t("What is missing for completion")) in reader.main()
    reader.press("Begin the course")
    learn(reader)
    assert reader.title() == plain(t("You have finished the lesson. Next come the questions."))
    reader.press("Begin the final questions")

    reader.press("Begin")
    first = sit(reader, wrong=WRONG_ON_PURPOSE)
    right = reader.course.asked - WRONG_ON_PURPOSE
    found = t.plural(
        "Not passed yet: {n} {of_total} answer right",
        "Not passed yet: {n} {of_total} answers right",
        right,
        of_total=t.out_of(reader.course.asked),
    )
    assert reader.title() == plain(found)
    assert cards_linked(reader) == principle_titles(reader, first[:WRONG_ON_PURPOSE])

    reader.press("Try again with other questions")
    second = sit(reader)
    assert not set(first) & set(second)
    reader.press("Go on to the commitment")

    assert plain(reader.course.commitment(language)) in reader.main()
    reader.send_nothing("Sign and get the certificate")
    assert server.study.enrolment(who).certificate_no is None
    reader.agree()
    reader.press("Sign and get the certificate")
    expect(reader.page.get_by_role("link", name=reader.words("Open the certificate (PDF)"))).to_be_visible()
    number = server.study.enrolment(who).certificate_no
    assert number is not None
    assert number in reader.main()

    address = reader.link("Open the certificate (PDF)").get_attribute("href")
    pdf = reader.context.request.get(address or "")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"].startswith("inline")
    text = plain(" ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf.body())).pages))
    assert who.person.name in text
    assert number in text

    seen_by_anybody = httpx.get(f"{server.url}/verify/{number}", headers={"Accept-Language": language})
    assert seen_by_anybody.status_code == 200
    assert f'<html lang="{language}">' in seen_by_anybody.text
    assert who.person.name in seen_by_anybody.text
    until = t.date(server.certificate(number).valid_until)
    assert t("The certificate is valid until {day}", day=until) in seen_by_anybody.text

    hr = new_reader(server.cast(Role.HR), language)
    hr.go("/certifications")
    hr.search(who.person.name)
    expect(hr.page.get_by_text(t.plural("{n} person", "{n} people", 1), exact=True)).to_be_visible()
    hr.runs_by(hr.page.get_by_text(hr.words("With the signed statement, both in one ZIP")).click)
    told = export_words.layout(hr.words, COLUMNS, "UTC")
    found = only_record_of(download(hr, "Download CSV"))
    assert tuple(found) == told.heads
    record = {column: found[head] for column, head in zip(told.columns, told.heads, strict=True)}
    assert record["employee_id"] == who.person.employee_id
    assert record["name"] == who.person.name
    assert record["language"] == language
    assert record["attempts"] == "2"
    assert record["score"] == "100"
    assert record["result"] == "passed"
    assert record["certificate_no"] == number
    assert (record["status"], record["status_in_words"]) == ("certified", hr.words("certified"))
    head, row = load_workbook(BytesIO(download(hr, "Download Excel"))).worksheets[0].iter_rows(values_only=True)
    assert head == export_words.layout(hr.words, COLUMNS, "Europe/Prague").heads
    assert row[told.columns.index("certificate_no")] == number


def download(reader: Reader, label: str) -> bytes:
    with reader.page.expect_download() as started:
        reader.link(label).click()
    return started.value.path().read_bytes()


def only_record_of(file: bytes) -> dict[str, str]:
    assert file.startswith(b"\xef\xbb\xbf"), "without the byte order mark Excel reads another encoding"
    (record,) = records(file.decode("utf-8-sig"))
    return record


# Explanations


def test_an_answer_is_explained_with_its_principle_and_a_link_to_its_card(
    new_reader: NewReader, server: Server, language: str
) -> None:
    who = server.newcomer("Hedvika Žďárská", language)
    server.study.cards(who, language)
    reader = new_reader(who, language)
    reader.go("/assessment")
    reader.press("Begin")
    about = principle_titles(reader, [reader.question_id()])
    decide(reader, "Submit the answer", right=False)
    assert plain(reader.words("That is not the right answer")) == reader.title()
    assert cards_linked(reader) == about
    reader.page.evaluate("document.loadedOnce = true")
    reader.runs_by(links_to_cards(reader).click)
    assert reader.title() == about[0]
    reader.runs_by(reader.page.get_by_role("link", name=reader.words("Back to your courses")).click)
    reader.press("Go on with the questions")
    assert reader.page.evaluate("document.loadedOnce")
    assert len(attempt_of(server, who).responses) == 1
    assert reader.question_id() == attempt_of(server, who).questions[1][0]


def attempt_of(server: Server, who: Principal) -> Attempt:
    attempt = server.study.enrolment(who).attempt
    assert attempt is not None
    return attempt


def test_a_form_without_a_choice_is_not_sent(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Bohdan Čečetka")
    server.study.cards(who)
    reader = new_reader(who)
    reader.go("/assessment")
    reader.press("Begin")
    asked = reader.question_id()
    reader.send_nothing("Submit the answer")
    assert reader.question_id() == asked
    assert attempt_of(server, who).responses == {}


# Resuming


def test_an_answered_card_is_still_answered_after_a_reload(new_reader: NewReader, server: Server) -> None:
    reader = new_reader(server.newcomer("Jiřina Ráčková"))
    reader.go("/lesson")
    reader.choose()
    reader.press("Save the answer and go on")
    reader.press("Next")
    choice, title = reader.choice(), reader.title()
    chosen = decide(reader, "Check the answer", right=False)
    reader.reload()
    assert reader.title() == title
    assert explanations_in(reader, choice) == {chosen.id, choice.right}
    reader.press("Next")
    assert reader.title() == card_title(reader, reader.course.cards[3])


def test_another_browser_goes_on_at_the_same_card(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Květoslava Šíšová")
    here = new_reader(who)
    here.go("/lesson")
    here.choose()
    here.press("Save the answer and go on")
    here.press("Next")
    there = new_reader(who)
    there.go("/lesson")
    assert there.title() == here.title()
    assert there.options() == here.options()


def test_another_browser_goes_on_at_the_same_question(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Zbyšek Říman")
    server.study.cards(who)
    here = new_reader(who)
    here.go("/assessment")
    here.press("Begin")
    decide(here, "Submit the answer")
    here.press("Next question")
    there = new_reader(who)
    there.go("/")
    there.press("Go on with the questions")
    assert there.title() == here.title()
    assert there.options() == here.options()


def test_of_two_browsers_that_answer_one_question_the_first_counts(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Dvojice Řeřichová")
    server.study.cards(who)
    first = new_reader(who)
    first.go("/assessment")
    first.press("Begin")
    second = new_reader(who)
    second.go("/assessment")
    choice, asked = second.choice(), second.question_id()
    second.choose(right=False)
    first_choice = decide(first, "Submit the answer", right=True)
    second.press("Submit the answer")
    assert explanations_in(second, choice) == {first_choice.id}
    responses = attempt_of(server, who).responses
    assert {name: response.option for name, response in responses.items()} == {asked: first_choice.id}


def test_another_language_in_the_middle_shows_the_same_card_and_the_same_question(
    new_reader: NewReader, server: Server
) -> None:
    who = server.newcomer("Jazyk Přepínavý")
    reader = new_reader(who)
    reader.go("/lesson")
    reader.choose()
    reader.press("Save the answer and go on")
    reader.press("Next")
    chosen = decide(reader, "Check the answer", right=False)
    change_language(reader, "en")
    assert reader.title() == card_title(reader, reader.course.cards[2])
    assert explanations_in(reader, reader.choice()) == {chosen.id, reader.choice().right}

    server.study.cards(who)
    reader.go("/assessment")
    reader.press("Begin")
    decide(reader, "Submit the answer", right=False)
    reader.press("Next question")
    asked, order = reader.question_id(), option_ids(reader)
    change_language(reader, "cs")
    assert reader.question_id() == asked
    assert option_ids(reader) == order


def change_language(reader: Reader, language: str) -> None:
    reader.follow(reader.page.get_by_role("link", name=LANGUAGES[language]))
    reader.language = language
    expect(reader.page.locator("html")).to_have_attribute("lang", language)


def option_ids(reader: Reader) -> list[str]:
    ids = {plain(option.text): option.id for option in reader.choice().options}
    return [ids[text] for text in reader.options()]


def test_a_restart_of_the_server_in_the_middle_loses_nothing(new_reader: NewReader, own_server: Server) -> None:
    who = own_server.newcomer("Restart Ďolíčková")
    own_server.study.cards(who)
    reader = new_reader(who, at=own_server)
    reader.go("/assessment")
    reader.press("Begin")
    first = decide(reader, "Submit the answer")
    reader.press("Next question")
    asked, order = reader.question_id(), reader.options()
    reader.choose()
    own_server.restart()
    reader.reload()
    reader.complaints.clear()
    assert reader.question_id() == asked
    assert reader.options() == order
    attempt = attempt_of(own_server, who)
    assert attempt.responses[attempt.questions[0][0]].option == first.id


def test_what_is_pressed_right_after_a_restart_of_the_server_counts(
    new_reader: NewReader, own_server: Server
) -> None:
    """The page has stood all the while, the server that drew it is gone."""
    who = own_server.newcomer("Restart Houžvičková")
    own_server.study.cards(who)
    reader = new_reader(who, at=own_server)
    reader.go("/assessment")
    reader.press("Begin")
    asked = reader.question_id()
    chosen = reader.choose()
    own_server.restart()
    reader.press("Submit the answer")
    assert {name: each.option for name, each in attempt_of(own_server, who).responses.items()} == {asked: chosen.id}
    own_server.restart()
    reader.press("Next question")
    reader.complaints.clear()
    assert reader.question_id() == attempt_of(own_server, who).questions[1][0]


# By keyboard alone


def test_the_whole_course_can_be_taken_by_keyboard_alone(new_reader: NewReader, server: Server) -> None:
    who = server.newcomer("Xaver Klaves")
    keyboard = Keyboard(new_reader())
    reader = keyboard.reader
    reader.page.goto("/")
    keyboard.move_to(reader.page.get_by_label(reader.words("Or somebody else")))
    reader.page.keyboard.type(who.person.name)
    keyboard.move_to(reader.button("Sign in"))
    reader.runs.await_a_page()
    reader.page.keyboard.press("Enter")
    reader.rest()
    keyboard.press("Begin the course")
    for card in reader.course.cards:
        assert reader.title() == card_title(reader, card)
        if card.kind is not CardKind.WHY:
            keyboard.choose()
            is_dilemma = card.kind is CardKind.DILEMMA
            keyboard.press("Save the answer and go on" if is_dilemma else "Check the answer")
        if card.kind is not CardKind.DILEMMA:
            keyboard.press("Next")
    keyboard.press("Begin the final questions")
    keyboard.press("Begin")
    for number in range(1, reader.course.asked + 1):
        keyboard.choose()
        keyboard.state_confidence("Fairly sure")
        keyboard.press("Submit the answer")
        keyboard.press("Next question" if number < reader.course.asked else "Show the result")
    keyboard.press("Go on to the commitment")
    keyboard.move_to(reader.page.get_by_role("checkbox"))
    reader.page.keyboard.press("Space")
    keyboard.press("Sign and get the certificate")
    keyboard.move_to(reader.link("Open the certificate (PDF)"))
    enrolment = server.study.enrolment(who)
    assert enrolment.certificate_no is not None
    assert enrolment.attempt is not None
    assert {each.confidence for each in enrolment.attempt.responses.values()} == {"likely"}


class Keyboard:
    """Somebody who uses no mouse."""

    FURTHEST = 40
    """Presses of Tab after which a control counts as out of reach."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.keys = reader.page.keyboard

    def move_to(self, target: Locator) -> None:
        for _ in range(self.FURTHEST):
            self.keys.press("Tab")
            if target.evaluate("each => each.contains(document.activeElement)"):
                return
        pytest.fail(f"Tab does not lead to {target}")

    def press(self, label: str) -> None:
        self.move_to(self.reader.button(label))
        self.reader.runs_by(lambda: self.keys.press("Enter"))
        expect(self.reader.button(label)).to_have_count(0)

    def choose(self) -> None:
        """Chooses the right option: into the group by Tab, then on by arrow."""
        choice = self.reader.choice()
        wanted = self.reader.option(choice.right_option)
        self.move_to(self.reader.page.locator("[class*=st-key-answer]").get_by_role("radiogroup"))
        self.keys.press("Space")
        for _ in choice.options:
            if wanted.get_attribute("data-selected"):
                break
            self.keys.press("ArrowDown")
        expect(wanted).to_have_attribute("data-selected", "true")

    def state_confidence(self, label: str) -> None:
        t = self.reader.words
        self.move_to(
            self.reader.page.get_by_role(
                "radiogroup", name=t("How sure are you? It does not count towards the result.")
            )
        )
        wanted = self.reader.page.get_by_role("radio", name=t(label), exact=True)
        for _ in range(3):
            if wanted.evaluate("each => each === document.activeElement"):
                break
            self.keys.press("ArrowRight")
        self.keys.press("Space")
        expect(wanted).to_be_checked()
