"""The course as a person takes it, from choosing who to be to the certificate and HR's export."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import httpx
import pytest
import width
from browsing import Reader, plain
from course_in_browser import card_title, decide, explanations_in, missed, principle_titles, repair, talk
from openpyxl import load_workbook
from operating import records
from playwright.sync_api import expect
from pypdf import PdfReader
from serving import NewReader, Server
from studying import Study

from lessons.cards import CardKind
from lessons.decisions import KINDS
from people.access import Principal, Role
from progress.reports import export_words
from quizzes.content import Content
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


# Taking the course


def learn(reader: Reader) -> None:
    """Takes the whole lesson, card by card, with each kind of decision and a dialogue. Every other principle is
    decided wrongly first."""
    kinds = set()
    for number, card in enumerate(reader.course.cards):
        assert reader.title() == card_title(reader, card)
        kinds.add(reader.choice().kind if card.kind is CardKind.PRINCIPLE else card.kind)
        match card.kind:
            case CardKind.DILEMMA:
                assert explanations_in(reader, reader.choice()) == set()
                reader.choose(right=False)
                reader.press("Save the answer and go on")
            case CardKind.WHY:
                reader.go_on()
            case CardKind.DIALOGUE:
                talk(reader, card)
                reader.go_on()
            case CardKind.PRINCIPLE if number % 2:
                try_twice(reader)
                reader.go_on()
            case _:
                decide(reader, "See where it leads")
                reader.go_on()
    assert kinds >= {*KINDS, CardKind.DIALOGUE}


def try_twice(reader: Reader) -> None:
    choice = reader.choice()
    reader.choose(right=False)
    reader.press("See where it leads")
    assert explanations_in(reader, choice) < choice.ids
    reader.press("Try again")
    assert plain(choice.hint or "") in reader.main()
    decide(reader, "See where it leads")


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
        assert reader.words("Your answer is saved") in reader.main()
        reader.press("Next question" if len(asked) < reader.course.asked else "Show the result")
    return asked


LEADING_PART = ("customer-privacy", "cs")
"""The topic and the language of whom visitors choose to be as an employee."""
TAKEN = width.sample(
    [(topic, language) for topic in ("customer-privacy", "speaking-up") for language in LANGUAGES],
    LEADING_PART,
    ("speaking-up", "en"),
)


@pytest.mark.parametrize(("topic", "language"), TAKEN)
def test_the_course_leads_from_sign_in_to_a_certificate_and_into_hrs_export(
    new_reader: NewReader, server: Server, content: Content, topic: str, language: str
) -> None:
    reader = new_reader(language=language)
    reader.course = content.courses[topic]
    study = replace(server.study, course=reader.course)
    t, page = reader.words, reader.page
    in_the_leading_part = (topic, language) == LEADING_PART
    who = server.cast(Role.EMPLOYEE) if in_the_leading_part else newcomer(server, study, language)

    page.goto("/")
    assert reader.title() == plain(t("Choose who you want to be"))
    if in_the_leading_part:
        reader.follow(page.get_by_role("button", name=t("Employee")))
    else:
        page.get_by_label(t("Or somebody else")).select_option(label=who.person.name)
        reader.follow(reader.button("Sign in"))

    due_on = study.enrolment(who).due_on
    assert plain(t("by {day}", day=t.day(due_on))) in reader.main()
    reader.press("Decide")
    learn(reader)
    assert reader.title() == plain(t("You have finished the lesson. Next come the questions."))

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
    assert missed(reader) == principle_titles(reader, first[:WRONG_ON_PURPOSE])

    repair(reader, len(missed(reader)))
    second = sit(reader)
    assert not set(first) & set(second)
    reader.press("Go on to the commitment")

    assert plain(reader.course.commitment(language)) in reader.main()
    reader.send_nothing("Sign and get the certificate")
    assert study.enrolment(who).certificate_no is None
    reader.agree()
    reader.press("Sign and get the certificate")
    expect(reader.page.get_by_role("link", name=reader.words("Open the certificate (PDF)"))).to_be_visible()
    number = study.enrolment(who).certificate_no
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
    hr.search(number)
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


def newcomer(server: Server, study: Study, language: str) -> Principal:
    who = server.newcomer(f"Łucja Ďurišová-O’Brien {study.course.id} {language}", language, is_assigned=False)
    study.assign(who, due_on=study.now.date() + timedelta(days=14))
    return who


def download(reader: Reader, label: str) -> bytes:
    with reader.page.expect_download() as started:
        reader.link(label).click()
    return started.value.path().read_bytes()


def only_record_of(file: bytes) -> dict[str, str]:
    assert file.startswith(b"\xef\xbb\xbf"), "without the byte order mark Excel reads another encoding"
    (record,) = records(file.decode("utf-8-sig"))
    return record
