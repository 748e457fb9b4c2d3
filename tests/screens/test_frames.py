"""What is told and what is not, frame by frame: no right answer leaves the server before the submit."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import width
import yaml
from browsing import plain
from serving import NewServer, Server
from streamlit.proto.WidgetStates_pb2 import WidgetState
from surroundings import HOME
from wire import Wire, opened

from lessons.cards import CardKind
from lessons.decisions.choice import Choice
from lessons.decisions.decision import Option
from people.access import Principal, Role
from progress.completion import learning
from progress.completion.steps import Submission
from quizzes.content import load


@pytest.fixture(params=width.languages())
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def told(wire: Wire, choice: Choice) -> set[str]:
    """The options whose explanation has come over the wire."""
    held = wire.held()
    return {option.id for option in choice.options if plain(option.explanation) in held}


def answer(wire: Wire, option: Option) -> None:
    """Chooses the option and sends the form."""
    (radio,) = wire.elements("radio")
    (submit,) = [button for button in wire.elements("button") if button.is_form_submitter]
    text = next(each for each in radio.options if plain(each) == plain(option.text))
    wire.submit(WidgetState(id=radio.id, string_value=text), WidgetState(id=submit.id, trigger_value=True))


def test_no_frame_explains_a_question_before_it_is_answered(server: Server, language: str) -> None:
    learner = server.newcomer("Rámec Otázkový", language)
    server.study.cards(learner, language)
    server.study.begin(learner, language)
    attempt = server.study.enrolment(learner).attempt
    assert attempt is not None
    with server.client(learner) as client:
        client.cookies.set("kodex-language", language)
        with opened(server.url, client.cookies.jar) as connection:
            wire = Wire(connection)
            for number, (question_id, _) in enumerate(attempt.questions, start=1):
                asked = server.course.questions[question_id].text(language)
                wire.frames.clear()
                wire.visit("assessment")
                assert plain(asked.situation) in wire.held()
                assert told(wire, asked) == set()
                chosen = asked.options[number % len(asked.options)]
                answer(wire, chosen)
                assert told(wire, asked) == {chosen.id, asked.right_answer}


def test_no_frame_explains_a_card_before_it_is_answered(server: Server, language: str) -> None:
    learner = server.newcomer("Rámec Kartový", language)
    with server.client(learner) as client:
        client.cookies.set("kodex-language", language)
        with opened(server.url, client.cookies.jar) as connection:
            wire = Wire(connection)
            for card in server.course.cards:
                choice = card.choice(server.course.lesson(card.lesson_id).text(language))
                if choice is not None:
                    wire.frames.clear()
                    wire.visit("lesson")
                    assert plain(choice.options[0].text) in wire.held()
                    assert told(wire, choice) == set()
                    answer(wire, choice.options[0])
                    explains = set() if card.kind is CardKind.DILEMMA else {choice.options[0].id, choice.right_answer}
                    assert told(wire, choice) == explains
                server.study.talk(learner, card, language)
                learning.leave_card(server.database, server.study.asker(learner), server.course, card, language)


def test_no_frame_before_the_lessons_end_answers_the_dilemma(server: Server, language: str) -> None:
    learner = server.newcomer("Rámec Dilematický", language)
    dilemma = server.course.lessons[0].text(language).dilemma
    server.study.cards_but_the_last(learner)
    with server.client(learner) as client:
        client.cookies.set("kodex-language", language)
        with opened(server.url, client.cookies.jar) as connection:
            wire = Wire(connection)
            wire.visit("lesson", "card=customer-privacy/dilemma")
            wire.visit("lesson")
            assert not [paragraph for paragraph in dilemma.answer if plain(paragraph) in wire.held()]
            answer(wire, dilemma.options[0])
            assert all(plain(paragraph) in wire.held() for paragraph in dilemma.answer)


# The strongest form of it: the same frames, whichever option is right


@pytest.fixture
def other_answers(tmp_path: Path) -> Path:
    """The bundled content, save that in every decision another option is right."""
    for part in ("lessons", "quizzes"):
        shutil.copytree(HOME / part, tmp_path / part, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for file in (tmp_path / "lessons/customer-privacy/cs.yaml", tmp_path / "quizzes/customer-privacy/cs.yaml"):
        read = yaml.safe_load(file.read_text("utf-8"))
        for choice in decisions_in(read):
            ids = [option["id"] for option in choice["options"]]
            choice["right"] = ids[(ids.index(choice["right"]) + 1) % len(ids)]
        file.write_text(yaml.safe_dump(read, allow_unicode=True, sort_keys=False), "utf-8")
    turn_the_dialogue(tmp_path / "lessons/customer-privacy/dialogue.cs.yaml")
    return tmp_path


def turn_the_dialogue(file: Path) -> None:
    """Lets the best reply at each node and another one lead where the other led, and be what it was."""
    read = yaml.safe_load(file.read_text("utf-8"))
    for node in read["nodes"]:
        best, other, *_ = sorted(node["choices"], key=lambda reply: "best" not in reply)
        best["id"], other["id"] = other["id"], best["id"]
        best["text"], other["text"] = other["text"], best["text"]
    file.write_text(yaml.safe_dump(read, allow_unicode=True, sort_keys=False), "utf-8")


def decisions_in(part: object) -> Iterator[dict]:
    if isinstance(part, dict):
        if "right" in part:
            yield part
        for each in part.values():
            yield from decisions_in(each)
    elif isinstance(part, list):
        for each in part:
            yield from decisions_in(each)


def test_whichever_option_is_right_what_is_sent_before_the_answer_is_the_same(
    server: Server, new_server: NewServer, migrated_sqlite: Path, other_answers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda length: "5" * 2 * length)
    learner = server.newcomer("Rámec Srovnávací")
    elsewhere = new_server(migrated_sqlite, KODEX_CONTENT=str(other_answers))
    elsewhere.course = load(other_answers).courses[server.course.id]
    elsewhere.add(learner)
    elsewhere.start()
    try:
        assert server.course.sha256 != elsewhere.course.sha256
        here, there = screens_before_the_answer(server, learner), screens_before_the_answer(elsewhere, learner)
    finally:
        elsewhere.close()
    assert len(here) == len(server.course.cards) + 1
    assert all(here)
    assert here == there


def screens_before_the_answer(server: Server, learner: Principal) -> list[list[bytes]]:
    """What is sent for each card and for the first question, as long as they have no answer."""
    screens = []
    with server.client(learner) as client, opened(server.url, client.cookies.jar) as connection:
        wire = Wire(connection)
        for card in server.course.cards:
            wire.visit("lesson")
            screens.append([delta.SerializeToString(deterministic=True) for _, delta in wire.deltas])
            choice = card.choice(server.course.lesson(card.lesson_id).source)
            study = server.study
            if choice is not None:
                learning.answer_card(
                    study.database, study.asker(learner), study.course, card, Submission(choice.right_answer, "cs")
                )
            study.talk(learner, card)
            learning.leave_card(study.database, study.asker(learner), study.course, card, "cs")
        server.study.begin(learner)
        wire.visit("assessment")
        screens.append([delta.SerializeToString(deterministic=True) for _, delta in wire.deltas])
    return screens


# A page that is not listed for a role


@pytest.mark.parametrize(
    ("role", "screen"),
    [
        (Role.EMPLOYEE, "team"),
        (Role.EMPLOYEE, "certifications"),
        (Role.EMPLOYEE, "content"),
        (Role.MANAGER, "certifications"),
        (Role.MANAGER, "content"),
        (Role.HR, "team"),
        (Role.AUDITOR, "team"),
        (Role.EDITOR, "team"),
        (Role.EDITOR, "certifications"),
    ],
)
def test_a_screen_that_is_not_theirs_sends_them_nothing_however_they_ask(
    server: Server, role: Role, screen: str
) -> None:
    """By its name, and by the hash by which the browser of somebody who may see it asks for it."""
    owner, mark = {
        "team": (Role.MANAGER, "/export/team.csv"),
        "certifications": (Role.HR, "/export/certifications.csv"),
        "content": (Role.EDITOR, server.course.sha256),
    }[screen]
    with server.client(server.cast(owner)) as client, opened(server.url, client.cookies.jar) as connection:
        shown = Wire(connection)
        shown.visit(screen)
        assert mark in shown.held()
    who = server.newcomer("Zvídavá Osoba") if role is Role.EMPLOYEE else server.cast(role)
    with server.client(who) as client, opened(server.url, client.cookies.jar) as connection:
        wire = Wire(connection)
        wire.visit(screen)
        wire.page = shown.page
        wire.submit()
        assert who.person.name in wire.held()
        assert mark not in wire.held()


def test_what_has_been_answered_cannot_be_answered_again_by_a_forged_message(server: Server) -> None:
    learner = server.newcomer("Padělaná Odpověď")
    server.study.cards(learner)
    question_id, _ = server.study.begin(learner).attempt.questions[0]  # type: ignore[union-attr]
    asked = server.course.questions[question_id].text("cs")
    wrong = next(option for option in asked.options if option.id != asked.right_answer)
    with server.client(learner) as client, opened(server.url, client.cookies.jar) as connection:
        wire = Wire(connection)
        wire.visit("assessment")
        (radio,) = wire.elements("radio")
        (submit,) = [button for button in wire.elements("button") if button.is_form_submitter]
        for option in (wrong, asked.right_option):
            text = next(each for each in radio.options if plain(each) == plain(option.text))
            wire.submit(WidgetState(id=radio.id, string_value=text), WidgetState(id=submit.id, trigger_value=True))
        wire.submit(
            WidgetState(id=radio.id, string_value="not on offer"), WidgetState(id=submit.id, trigger_value=True)
        )
    attempt = server.study.enrolment(learner).attempt
    assert attempt is not None
    assert {name: response.option for name, response in attempt.responses.items()} == {question_id: wrong.id}
