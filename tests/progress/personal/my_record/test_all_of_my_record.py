"""My record: all that is stored about me, in words and to take along."""

import io
import json
import re
from zoneinfo import ZoneInfo

from cast import NOW
from own_record import as_file, every_text, teller
from pypdf import PdfReader
from sqlalchemy import Text, select, type_coerce
from studying import Study

from database import Instant
from installation import schema
from people.access import Principal
from progress.personal import my_record_pdf
from progress.record.chains import Event, Kind
from quizzes.content import Content
from words import Words

SAMPLE_REASON = "Sick leave until June"


# All of it


def test_the_file_holds_every_event_with_its_hash(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo
) -> None:
    chain = full.chain(learner)
    events = as_file(teller(full, learner, content, zone))["events"]
    assert [(each["seq"], each["kind"], each["body"], each["hash"]) for each in events] == [
        (each.seq, each.kind.value, each.body, each.hash) for each in chain
    ]
    assert all(each["says"] for each in events)


def test_the_file_holds_what_a_certificate_is_printed_with(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo
) -> None:
    (held,) = as_file(teller(full, learner, content, zone))["certificates"]
    assert held["printed"]["commitment"] == f"„{Words.of('cs').set(full.course.commitment('cs'))}“"


LEFT_OUT = {
    "passwords.hash": "whoever has it can guess the password",
    "one_time_links.token_hash": "whoever has it can look for the link",
    "sessions.token_hash": "whoever has it can look for the token",
    "sessions.session_id": "it names a session, and says nothing about anybody",
    "people.manager_key": "the manager is told by number and name",
    "people_history.manager_key": "the manager is told by number and name",
    "people_history.salt": "it is a random number",
    "sealed_history.hash": "it says nothing that the note beside it does not",
    "enrolments.state": "it repeats the events",
    "events.body": "it is told as data and not as text",
    "certificates.printed": "it is told as data and not as text",
    "export_log.extent": "it is told as data and not as text",
    "export_log.selection": "it is told as data and not as text",
}
"""What is stored about somebody and is not in their file, and why."""


def test_all_that_is_stored_under_ones_key_is_in_the_file(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo
) -> None:
    said = json.dumps(as_file(teller(full, learner, content, zone)), ensure_ascii=False)
    with full.database.reading() as connection:
        for table in (table for table in schema.TABLES if "person_key" in table.c):
            assert connection.execute(select(table).where(table.c.person_key == learner.key)).first(), table
            columns = [
                type_coerce(column, Text) if isinstance(column.type, Instant) else column for column in table.c
            ]
            for row in connection.execute(select(*columns).where(table.c.person_key == learner.key)):
                for column, value in zip(table.c, row, strict=True):
                    is_told = f"{table.name}.{column.name}" not in LEFT_OUT and value is not None
                    if is_told:
                        written = str(value).lower() if isinstance(value, bool) else str(value)
                        assert written in said, column
    assert "secret-" not in said


def test_each_kind_of_event_is_told_in_a_sentence(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo, language: str
) -> None:
    told = teller(full, learner, content, zone, language)
    course = {"course": "customer-privacy", "cycle": 1}
    others = {
        Kind.EXEMPTED: {**course, "as": "exempt", "until": None, "reason": SAMPLE_REASON, "by": "tests"},
        Kind.REVOKED: {**course, "certificate_no": "KX-1", "reason": SAMPLE_REASON, "by": "tests"},
        Kind.REMINDED: course,
        Kind.CORRECTED: {**course, "voids": [1], "reason": SAMPLE_REASON, "by": "tests"},
        Kind.ERASED: {"reason": SAMPLE_REASON, "by": "tests"},
    }
    happened = {event.kind: event for event in told.kept.events}
    for kind, body in others.items():
        happened[kind] = Event(learner.key, 1, kind, NOW, body, "", "")
    assert happened.keys() == set(Kind)
    sentences = {kind: told.tell(event) for kind, event in happened.items()}
    assert all(said.endswith(".") or SAMPLE_REASON in said for said in sentences.values()), sentences
    assert len(set(sentences.values())) == len(Kind)
    assert all("None" not in said and "{" not in said for said in sentences.values())


def test_an_answer_is_told_with_its_question_the_option_and_whether_it_was_right(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo, language: str
) -> None:
    told = teller(full, learner, content, zone, language)
    questions = content.courses["customer-privacy"].questions
    answered = [event for event in told.kept.events if event.kind is Kind.ANSWERED]
    assert len(answered) == 10
    for event in answered:
        question = questions[event.body["question"]].text(language)
        said = told.tell(event).replace("\u00a0", " ")
        assert question.title.replace("\u00a0", " ") in said
        assert question.option(event.body["option"]).text.rstrip(".").replace("\u00a0", " ") in said
        verdict = "{asked}: the answer was “{answer}”, which is right."
        is_right = told.words(verdict, asked="|", answer="|").rpartition("|")[2]
        assert said.endswith(is_right.replace("\u00a0", " ")) is event.body["right"]


def test_how_sure_somebody_was_is_told(assigned: Study, learner: Principal, content: Content, zone: ZoneInfo) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    assigned.answer(learner, attempt.questions[0][0], confidence="sure")
    told = teller(assigned, learner, content, zone)
    assert told.tell(told.kept.events[-1]).endswith("How sure: Certain.")


def test_the_document_says_what_the_screen_says(
    full: Study, learner: Principal, content: Content, zone: ZoneInfo, language: str
) -> None:
    told = teller(full, learner, content, zone, language)
    pdf = PdfReader(io.BytesIO(my_record_pdf.draw(told, "Ukázková společnost")))
    # A sentence may go on over the page, and then the foot of the page stands in its middle.
    pages = ("".join(page.extract_text().split()) for page in pdf.pages)
    foot = "".join(Words.of(language)("My record").split()) + r"\d+/\d+"
    # In Czech, a hyphen at which a line ends is said again where the next one begins.
    squeezed = re.sub(foot, "", "".join(pages)).replace("--", "-")
    for text in every_text(list(told.sections())).splitlines():
        assert "".join(text.split()) in squeezed, text
    assert pdf.root_object["/MarkInfo"]["/Marked"]
    assert str(pdf.root_object["/Lang"]).startswith(language)
    assert pdf.metadata is not None
    assert learner.person.name in (pdf.metadata.title or "")
