"""My record: all that is stored about me, in words and to take along; and whoever else reads it stands in it."""

import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import NOW, TODAY, Study, leaves
from pypdf import PdfReader
from serving import Server
from sqlalchemy import Text, insert, select, type_coerce

from database import Instant
from installation import schema
from people import deputies, history
from people.access import Asker, Principal, RefusedError, Role
from people.deputies import Deputy
from people.sign_in import accounts
from people.sign_in.passwords import links, passwords
from people.sign_in.provisioning import provisioned
from progress.completion.fold import differing
from progress.personal import my_record, my_record_pdf
from progress.personal.erasure import erase
from progress.personal.my_record import MyRecord
from progress.personal.my_record_words import RecordWords
from progress.personal.overview import Overview, find_people, open_record
from progress.personal.overview_words import Section, Wording
from progress.personal.owners import PERSONAL_DATA
from progress.record import chains, checkpoints, signing
from progress.record.chains import NO_EVENTS, Kind
from progress.reports import export_log
from progress.reports.export_log import Extent, HandedOut
from quizzes.content import Content
from words import LANGUAGES, Words

SECRET = b"only-for-tests-only-for-tests-only-for-tests"
SAMPLE_REASON = "Sick leave until June"


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def gathered(study: Study, who: Principal, zone: ZoneInfo) -> MyRecord:
    return my_record.gather(study.database, Asker(who, study.now, zone))


def in_words(study: Study, who: Principal, content: Content, zone: ZoneInfo, language: str = "en") -> RecordWords:
    return RecordWords(gathered(study, who, zone), Wording(Words.of(language), content, TODAY, zone))


def as_file(own: RecordWords) -> dict[str, Any]:
    """The record as it is downloaded."""
    data: dict[str, Any] = json.loads(json.dumps(my_record.as_data(own.record, TODAY, own.events.in_words)))
    return data


def every_text(sections: list[Section]) -> str:
    cells = [cell for section in sections for row in section.rows for cell in row]
    return "\n".join([*cells, *(text for section in sections for text in (section.heading, section.note))])


def read_by(study: Study, reader: Principal, who: Principal, zone: ZoneInfo) -> Overview:
    return open_record(study.database, Asker(reader, study.now, zone), who.key)


@pytest.fixture
def full(
    assigned: Study, learner: Principal, manager: Principal, hr: Principal, zone: ZoneInfo, tmp_path: Path
) -> Study:
    """The learner has something of every kind that is stored."""
    assigned.certify(learner, right=9)
    with assigned.database.writing() as connection:
        accounts.grant(connection, [(learner.key, Role.HR)], "Sklad")
        connection.execute(insert(passwords).values(person_key=learner.key, hash="secret-hash", changed_at=NOW))
        account = {
            "user_name": "lenka.s",
            "folded_user_name": "lenka.s",
            "given_name": "Lenka",
            "family_name": "Šťastná",
        }
        connection.execute(
            insert(provisioned).values(
                person_key=learner.key, email_type="work", since=NOW, changed_at=NOW, **account
            )
        )
        link = {
            "token_hash": "secret-link",
            "purpose": "invite",
            "expires_at": NOW,
            "mailed_at": NOW - timedelta(days=1),
        }
        connection.execute(insert(links).values(person_key=learner.key, **link))
        deputies.name(connection, Deputy(manager.key, learner.key, TODAY, TODAY))
        history.keep(connection, NOW)
    accounts.sign_in(assigned.database, learner.key, SECRET, NOW, "Firefox of the learner")
    given = HandedOut(
        export_log.Kind.CERTIFICATIONS,
        Extent(units=("Sklad",)),
        {"status": "certified"},
        "certifications.csv",
        "csv",
        1,
        "0" * 64,
        "the signed statement",
    )
    export_log.keep(assigned.database, learner, given, NOW)
    read_by(assigned, hr, learner, zone)
    checkpoints.make(assigned.database, signing.opened(tmp_path / "checkpoint.key"), NOW)
    return assigned


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
    others = {
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
        assert question.option(event.body["option"]).text.rstrip(".").replace("\u00a0", " ") in said
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


# Nothing that is not one's own, and no answer before its time


def test_nobody_elses_data_is_in_it(
    full: Study, learner: Principal, outsider: Principal, content: Content, zone: ZoneInfo
) -> None:
    full.certify(outsider)
    said = json.dumps(as_file(in_words(full, learner, content, zone)))
    assert outsider.key not in said
    assert outsider.person.name not in said


def test_the_first_answer_to_a_dilemma_gives_nothing_away_until_it_is_asked_again(
    assigned: Study, learner: Principal, content: Content, zone: ZoneInfo
) -> None:
    first, *others = assigned.course.cards
    assigned.card(learner, first)

    def verdicts() -> list[Any]:
        events = as_file(in_words(assigned, learner, content, zone))["events"]
        return [
            each["body"]["right"]
            for each in events
            if each["body"].get("card") == first.id and each["kind"] == "checked"
        ]

    assert verdicts() == [None]
    told = in_words(assigned, learner, content, zone)
    assert "right" not in every_text(list(told.sections()))
    for card in others:
        assigned.card(learner, card)
    assert verdicts() == [True]


def test_questions_that_are_still_to_be_answered_are_not_told(
    assigned: Study, learner: Principal, content: Content, zone: ZoneInfo, language: str
) -> None:
    assigned.cards(learner)
    attempt = assigned.begin(learner).attempt
    assert attempt is not None
    said = every_text(list(in_words(assigned, learner, content, zone, language).sections()))
    questions = assigned.course.questions
    for question_id, sha256 in attempt.questions:
        assert questions[question_id].text(language).title not in said
        assert sha256 not in gathered(assigned, learner, zone).editions
    data = json.dumps(as_file(in_words(assigned, learner, content, zone, language)), ensure_ascii=False)
    for question_id, _ in attempt.questions:
        for option in questions[question_id].text(language).options:
            assert option.explanation not in data
            assert option.text not in data


def test_somebody_who_has_left_gathers_nothing(assigned: Study, learner: Principal, zone: ZoneInfo) -> None:
    with pytest.raises(RefusedError):
        gathered(assigned, leaves(assigned.database, learner), zone)


# Reading by others is an event


def test_hr_and_auditors_leave_a_trace_that_the_person_sees(
    assigned: Study, learner: Principal, hr: Principal, auditor: Principal, content: Content, zone: ZoneInfo
) -> None:
    read_by(assigned, hr, learner, zone)
    assigned.later(minutes=5)
    read_by(assigned, auditor, learner, zone)
    kept = gathered(assigned, learner, zone)
    assert [each.body for each in kept.readings] == [
        {"by": auditor.key, "as": "auditor"},
        {"by": hr.key, "as": "hr"},
    ]
    rows = in_words(assigned, learner, content, zone).readings().rows
    assert [row[1:] for row in rows] == [("Aleš Čáp", "Auditor"), ("Hana Říhová", "HR")]
    assert chains.broken_at(assigned.chain(learner)) is None
    with assigned.database.reading() as connection:
        assert list(differing(connection)) == []


def test_a_reader_is_noted_once_a_day_by_the_companys_calendar(
    assigned: Study, learner: Principal, hr: Principal, zone: ZoneInfo
) -> None:
    assigned.now = NOW.replace(hour=20)
    for hours in (0, 2, 2, 10):  # 21:00, 23:00 and 1:00 in Prague, and then 11:00
        assigned.later(hours=hours)
        read_by(assigned, hr, learner, zone)
    assert assigned.kinds(learner).count(Kind.READ) == 2


def test_ones_own_record_is_read_without_a_trace(assigned: Study, hr: Principal, zone: ZoneInfo) -> None:
    read_by(assigned, hr, hr, zone)
    gathered(assigned, hr, zone)
    assert assigned.kinds(hr) == []


@pytest.mark.parametrize("who", ["learner", "manager", "editor", "outsider", "limited", "gone"])
def test_nobody_else_opens_a_record_and_no_trace_is_left(
    assigned: Study, hr: Principal, learner: Principal, zone: ZoneInfo, request: pytest.FixtureRequest, who: str
) -> None:
    match who:
        case "limited":
            reader = replace(hr, units=frozenset({"Obchod"}))
        case "gone":
            reader = leaves(assigned.database, hr)
        case _:
            reader = request.getfixturevalue(who)
    before = assigned.chain(learner)
    with pytest.raises(RefusedError):
        read_by(assigned, reader, learner, zone)
    with assigned.database.reading() as connection:
        assert find_people(connection, reader, "Lenka") == []
    assert assigned.chain(learner) == before


def test_hr_of_one_unit_opens_and_finds_its_people_alone(
    assigned: Study, hr: Principal, learner: Principal, outsider: Principal, zone: ZoneInfo
) -> None:
    limited = replace(hr, units=frozenset({"Sklad"}))
    assert read_by(assigned, limited, learner, zone).person.key == learner.key
    with assigned.database.reading() as connection:
        assert [each.key for each in find_people(connection, limited, "lenka")] == [learner.key]
        assert find_people(connection, limited, outsider.person.name) == []
        assert [each.key for each in find_people(connection, hr, "4002")] == [outsider.key]


def test_an_auditor_who_is_also_hr_of_another_unit_reads_as_an_auditor(
    assigned: Study, hr: Principal, learner: Principal, zone: ZoneInfo
) -> None:
    both = replace(hr, roles=hr.roles | {Role.AUDITOR}, units=frozenset({"Obchod"}))
    read_by(assigned, both, learner, zone)
    assert assigned.chain(learner)[-1].body["as"] == "auditor"


def test_an_overview_holds_no_answers(full: Study, hr: Principal, learner: Principal, zone: ZoneInfo) -> None:
    seen = read_by(full, hr, learner, zone)
    assert not any(each.attempt or each.checks for each in seen.enrolments)
    assert [each.score for each in seen.enrolments] == [90]


def test_a_record_is_found_by_a_name_however_it_is_typed(assigned: Study, hr: Principal, learner: Principal) -> None:
    with assigned.database.reading() as connection:
        for search in ("šťastná", "STASTNA", " Lenka\0 ", "2003"):
            assert [each.key for each in find_people(connection, hr, search)] == [learner.key], search


def test_the_record_of_somebody_erased_is_found_by_nobody(
    full: Study, hr: Principal, auditor: Principal, learner: Principal
) -> None:
    erase(full.database, learner.person.employee_id, "Case 12", "tests", full.now + timedelta(days=1))
    with full.database.reading() as connection:
        for reader in (hr, auditor):
            for search in ("Lenka", "2003", "erased"):
                assert find_people(connection, reader, search) == []


def test_a_reader_whose_name_was_erased_is_not_named(
    full: Study, hr: Principal, learner: Principal, content: Content, zone: ZoneInfo
) -> None:
    erase(full.database, hr.person.employee_id, "Case 12", "tests", full.now + timedelta(days=1))
    told = in_words(full, learner, content, zone)
    assert [row[1] for row in told.readings().rows] == ["somebody whose name was erased"]
    assert as_file(told)["readings"][0]["by"] == {"employee_id": None, "name": None}


# Over HTTP


@pytest.mark.parametrize("path", ["/my-record.json", "/my-record.pdf"])
def test_a_record_is_given_to_nobody_who_is_not_signed_in(server: Server, path: str) -> None:
    with server.client() as client:
        assert client.get(path).status_code == 401


def test_everybody_downloads_their_own_record_and_no_other(server: Server) -> None:
    first, second = server.newcomer("Alžběta Stahující"), server.newcomer("Bořivoj Stahující")
    for mine, other in ((first, second), (second, first)):
        with server.client(mine) as client:
            answer = client.get("/my-record.json", params={"id": other.person.employee_id})
            assert answer.headers["cache-control"] == "private, no-store"
            assert answer.json()["person"]["name"] == mine.person.name
            assert other.person.name not in answer.text
            document = client.get("/my-record.pdf")
            assert document.headers["content-type"] == "application/pdf"
            assert mine.person.name in PdfReader(io.BytesIO(document.content)).pages[0].extract_text()


def test_files_of_somebody_erased_are_given_to_nobody(server: Server) -> None:
    learner = server.newcomer("Vymazaná Držitelka")
    study = server.study
    number = study.certify(learner).certificate_no
    address = f"/certificate/{number}.pdf"
    with server.client(server.cast(Role.HR)) as hr, server.client(learner) as own:
        assert (hr.get(address).status_code, own.get(address).status_code) == (200, 200)
        erase(server.database, learner.person.employee_id, "Case 12", "tests", study.now + timedelta(hours=2))
        assert (hr.get(address).status_code, own.get(address).status_code) == (404, 401)
        assert own.get("/my-record.json").status_code == 401
    with server.client(headers={"Accept-Language": "en"}) as anybody:
        page = anybody.get(f"/verify/{number}")
    assert page.status_code == 200
    assert "Vymazaná" not in page.text
    assert "The name was erased" in page.text
    assert "The certificate is valid until" in page.text
