"""My record: all that is stored about me, in words and to take along."""

import io
import json
import re
from zoneinfo import ZoneInfo

from cast import NOW
from own_record import as_file, every_text, in_words
from pypdf import PdfReader
from sqlalchemy import Text, select, type_coerce
from studying import Study

from database import Instant
from installation import schema
from people.access import Principal
from progress.personal import my_record_pdf
from progress.personal.owners import PERSONAL_DATA
from progress.record import chains
from progress.record.chains import NO_EVENTS, Kind
from progress.reminding import ledger
from progress.reminding.ledger import LetterKey
from progress.reminding.schedule import LetterKind
from quizzes.content import Content
from words import Words

SAMPLE_REASON = "Sick leave until June"


# All of it


def test_the_file_holds_every_event_with_its_hash(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo
) -> None:
    chain = full.chain(learner)
    events = as_file(in_words(full, learner, content, zone))["events"]
    assert [(each["seq"], each["kind"], each["body"], each["hash"]) for each in events] == [
        (each.seq, each.kind.value, each.body, each.hash) for each in chain
    ]
    assert all(each["says"] for each in events)


def test_the_file_holds_what_a_certificate_is_printed_with(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo
) -> None:
    (held,) = as_file(in_words(full, learner, content, zone))["certificates"]
    assert held["printed"]["commitment"] == f"„{Words.of('cs').set(full.course.commitment('cs'))}“"


def test_everything_stored_under_ones_key_is_in_the_file(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo
) -> None:
    said = json.dumps(as_file(in_words(full, learner, content, zone)), ensure_ascii=False)
    withheld = {column for kind in PERSONAL_DATA for column in kind.withheld}
    with full.database.reading() as connection:
        for table in (table for kind in PERSONAL_DATA for table in kind.tables if "person_key" in table.c):
            assert connection.execute(select(table).where(table.c.person_key == learner.key)).first(), table
            columns = [
                type_coerce(column, Text) if isinstance(column.type, Instant) else column for column in table.c
            ]
            for row in connection.execute(select(*columns).where(table.c.person_key == learner.key)):
                for column, value in zip(table.c, row, strict=True):
                    if f"{table.name}.{column.name}" not in withheld and value is not None:
                        written = str(value).lower() if isinstance(value, bool) else str(value)
                        assert written in said, column
    assert "secret-" not in said


def test_each_table_about_people_has_declared_what_it_stores_of_them() -> None:
    """Tables that name a manager only say nothing about the person in the row; erasure hands those reports over."""
    declared = [table for kind in PERSONAL_DATA for table in kind.tables]
    assert len(declared) == len(set(declared))
    about_people = {table for table in schema.TABLES if {"person_key", "deputy_key"} & {*table.c.keys()}}
    assert about_people == set(declared)


def test_only_columns_that_exist_are_withheld() -> None:
    for kind in PERSONAL_DATA:
        assert kind.withheld.keys() <= {f"{column.table.name}.{column.name}" for t in kind.tables for column in t.c}


def test_each_kind_of_event_is_told_in_a_sentence(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo, language: str
) -> None:
    told = in_words(full, learner, content, zone, language)
    course = {"course": "customer-privacy", "cycle": 1}
    answer = next(event for event in told.record.events if event.kind is Kind.ANSWERED).body
    asked = {name: answer[name] for name in ("question", "option", "right", "language")}
    edition = full.course.questions[answer["question"]].sha256
    others = {
        Kind.REFRESHED: {**course, **asked, "days": 30, "edition": edition},
        Kind.PRIOR_STARTED: {**course, "attempt": "p", "questions": [["q", "0"]], "pass_mark": 90},
        Kind.PRIOR_ANSWERED: {**course, "attempt": "p", "question": "q", "option": "o", "right": None}
        | {"confidence": None},
        Kind.PRIOR_FINISHED: {**course, "attempt": "p", "right": 1, "asked": 1, "score": 100, "passed": True},
        Kind.DUE_MOVED: {**course, "was": "2026-03-31", "due_on": "2026-04-07", "reason": "leave", "by": "tests"},
        Kind.WAIVED: {**course, "attempt": "p", "cards": [["customer-privacy/same-care", "0"]]},
        Kind.EXEMPTED: {**course, "as": "exempt", "until": None, "reason": SAMPLE_REASON, "by": "tests"},
        Kind.REVOKED: {**course, "certificate_no": "KX-1", "reason": SAMPLE_REASON, "by": "tests"},
        Kind.REMINDED: course,
        Kind.CORRECTED: {**course, "voids": [1], "reason": SAMPLE_REASON, "by": "tests"},
        Kind.ERASED: {"reason": SAMPLE_REASON, "by": "tests"},
    }
    happened = {event.kind: event for event in told.record.events}
    for kind, body in others.items():
        happened[kind] = chains.following(NO_EVENTS, learner.key, [(kind, body)], NOW)[0]
    assert happened.keys() == set(Kind)
    sentences = {kind: told.events.in_words(event) for kind, event in happened.items()}
    assert all(said.endswith(".") or SAMPLE_REASON in said for said in sentences.values()), sentences
    assert len(set(sentences.values())) == len(Kind)
    assert all("None" not in said and "{" not in said for said in sentences.values())


def test_an_answer_is_told_with_its_question_the_option_and_whether_it_was_right(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo, language: str
) -> None:
    told = in_words(full, learner, content, zone, language)
    questions = content.courses["customer-privacy"].questions
    answered = [event for event in told.record.events if event.kind is Kind.ANSWERED]
    assert len(answered) == 10
    for event in answered:
        question = questions[event.body["question"]].text(language)
        said = told.events.in_words(event).replace("\u00a0", " ")
        assert question.title.replace("\u00a0", " ") in said
        answer = event.body["option"]
        for option in [answer] if isinstance(answer, str) else answer:
            assert question.option(option).text.rstrip(".").replace("\u00a0", " ") in said
        verdict = "{asked}: the answer was “{answer}”, which is right."
        is_right = told.wording.words(verdict, asked="|", answer="|").rpartition("|")[2]
        assert said.endswith(is_right.replace("\u00a0", " ")) is event.body["right"]


def test_how_sure_somebody_was_is_told(assigned: Study, learner: Principal, content: Content, zone: ZoneInfo) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    assigned.answer(learner, attempt.questions[0][0], confidence="sure")
    told = in_words(assigned, learner, content, zone)
    assert told.events.in_words(told.record.events[-1]).endswith("How sure: Certain.")


def test_the_document_says_what_the_screen_says(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo, language: str
) -> None:
    told = in_words(full, learner, content, zone, language)
    pdf = PdfReader(io.BytesIO(my_record_pdf.draw(told, "Ukázková společnost")))
    # A sentence may go on over the page, and then the foot of the page and the table's head stand in its middle.
    pages = ("".join(page.extract_text().split()) for page in pdf.pages)
    words = Words.of(language)
    foot = "".join(words("My record").split()) + rf"\d+/\d+(?:{words('When')}{words('What')})?"
    # In Czech, a hyphen at which a line ends is said again where the next one begins.
    squeezed = re.sub(foot, "", "".join(pages)).replace("--", "-")
    for text in every_text(list(told.sections())).splitlines():
        assert "".join(text.split()) in squeezed, text
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    assert str(pdf.root_object["/Lang"]).startswith(language)
    assert pdf.metadata is not None
    assert learner.person.name in (pdf.metadata.title or "")


def test_a_letter_is_told_with_what_became_of_it(
    assigned: Study, learner: Principal, content: Content, zone: ZoneInfo, language: str
) -> None:
    key = LetterKey(learner.key, LetterKind.ASSIGNED, assigned.course.id, 1, NOW.date())
    with assigned.database.writing() as connection:
        ledger.enter(connection, [key], NOW)
    told = in_words(assigned, learner, content, zone, language)
    t = told.wording.words
    (letters,) = [section for section in told.sections() if section.heading == t("Letters")]
    assert [(row[1], row[3]) for row in letters.rows] == [(t("a new course"), t("waits to be sent"))]
