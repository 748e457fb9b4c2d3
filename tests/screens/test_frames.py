"""What is told and what is not, frame by frame: no right answer leaves the server before the submit."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import width
import yaml
from answering import answer, chosen, filled, pressed
from browsing import plain
from serving import NewServer, Server
from streamlit.proto.WidgetStates_pb2 import WidgetState
from wire import Wire, opened

from lessons.cards import CardKind
from lessons.decisions.choice import Choice
from lessons.decisions.classify import Classify
from lessons.decisions.decision import Answer, Decision
from lessons.decisions.multiple import Multiple
from lessons.decisions.order import Ordering
from lessons.decisions.spot import Spot
from people.access import Principal, Role
from progress.completion import learning
from quizzes.content import Course, load
from quizzes.drawing import draw
from quizzes.kinds import KINDS
from tests.bundled import content_in


@pytest.fixture(params=width.languages())
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def told(wire: Wire, choice: Decision) -> set[str]:
    """The options whose explanation has come over the wire."""
    held = wire.held()
    return {option.id for option in choice.options if plain(option.explanation) in held}


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
                answer(wire, asked, asked.right_answer if number % 2 else asked.wrong_answers[0])
                assert told(wire, asked) == asked.ids


def test_no_frame_explains_a_card_before_it_is_answered(server: Server, language: str) -> None:
    """After a wrong first try only what was chosen wrongly is explained, until all is asked for."""
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
                    answer(wire, choice, choice.wrong_answers[0])
                    if card.kind is CardKind.PRINCIPLE:
                        assert told(wire, choice) == wrong_in(choice.wrong_answers[0], choice)
                        (show,) = [each for each in wire.elements("button") if "-retry_show_" in each.id]
                        wire.submit(WidgetState(id=show.id, trigger_value=True))
                    assert told(wire, choice) == (set() if card.kind is CardKind.DILEMMA else choice.ids)
                server.study.talk(learner, card, language)
                learning.leave_card(server.database, server.study.asker(learner), server.course, card, language)


def wrong_in(chosen: Answer, choice: Decision) -> set[str]:
    """The options that were chosen and should not have been."""
    return set() if isinstance(choice, (Classify, Ordering)) else {*_listed(chosen)} - {*_listed(choice.right_answer)}


def _listed(chosen: Answer) -> list[str]:
    return [chosen] if isinstance(chosen, str) else list(chosen)


def test_no_run_of_a_fragment_explains_what_is_not_sent_yet(server: Server) -> None:
    for kind in (Ordering, Spot):
        learner = server.newcomer("Rámec Dílčí")
        choice = come_to(server, learner, kind)
        with server.client(learner) as client, opened(server.url, client.cookies.jar) as connection:
            wire = Wire(connection)
            wire.visit("lesson")
            fragment = wire.fragment()
            assert fragment
            if kind is Ordering:
                first = next(each for each in wire.elements("button") if each.id.endswith("_1") and not each.disabled)
                wire.submit(WidgetState(id=first.id, trigger_value=True), fragment=fragment)
            else:
                wire.submit(*filled(wire, choice, choice.right_answer), fragment=fragment)
                wire.submit(chosen(wire.elements("button_group")[0].id), pressed(wire), fragment=fragment)
                assert "kodex-complaint" in wire.held()
            assert told(wire, choice) == set()


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
            assert told(wire, dilemma) == set()
            answer(wire, dilemma, dilemma.wrong_answers[0])
            assert told(wire, dilemma) == dilemma.ids


# The strongest form of it: the same frames, whichever answer is right


@pytest.fixture
def other_answers(tmp_path: Path) -> Path:
    """The bundled content, save that every decision has another right answer."""
    content_in(tmp_path)
    for file in (tmp_path / "lessons/customer-privacy/cs.yaml", tmp_path / "quizzes/customer-privacy/cs.yaml"):
        read = yaml.safe_load(file.read_text("utf-8"))
        for choice in decisions_in(read):
            choice["right"] = another(choice)
            choice.pop("must", None)
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


def another(choice: dict) -> Any:
    """A right answer for the same options that is not the one in the file."""
    ids = [option["id"] for option in choice["options"]]
    match choice["right"]:
        case str() as right:
            return _next(ids, right)
        case dict() as right:
            return {
                each: _next([category["id"] for category in choice["categories"]], put) for each, put in right.items()
            }
        case list() as right if choice["kind"] == "order":
            return right[::-1]
        case right:
            return [each for each in ids if each not in right] or ids[:1]


def _next(ids: list[str], right: str) -> str:
    return ids[(ids.index(right) + 1) % len(ids)]


def decisions_in(part: object) -> Iterator[dict]:
    if isinstance(part, dict):
        if "right" in part:
            yield part
        for each in part.values():
            yield from decisions_in(each)
    elif isinstance(part, list):
        for each in part:
            yield from decisions_in(each)


def test_whichever_answer_is_right_what_is_sent_before_the_answer_is_the_same(
    server: Server, new_server: NewServer, migrated_sqlite: Path, other_answers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = new_server(migrated_sqlite, KODEX_CONTENT=str(other_answers))
    elsewhere.course = load(other_answers).courses[server.course.id]
    learner = learner_for_whom_steps_are_drawn_alike(server, elsewhere)
    seed = seed_that_draws_every_kind_alike(server, elsewhere)
    monkeypatch.setattr("secrets.token_hex", lambda _: seed)
    elsewhere.add(learner)
    elsewhere.start()
    try:
        assert unchanged(server.course, elsewhere.course) == []
        here, there = screens_before_the_answer(server, learner), screens_before_the_answer(elsewhere, learner)
    finally:
        elsewhere.close()
    assert len(here) == len(server.course.cards) + server.course.asked
    assert all(here)
    assert here == there


def unchanged(here: Course, there: Course) -> list[str]:
    """The decisions that have the same right answer in both."""
    found = [
        name
        for name, each in here.questions.items()
        if each.source.is_right(there.questions[name].source.right_answer)
    ]
    for card in here.cards:
        ours, theirs = (card.choice(each.lesson(card.lesson_id).source) for each in (here, there))
        if ours is not None and theirs is not None and ours.is_right(theirs.right_answer):
            found.append(card.id)
    return found


def learner_for_whom_steps_are_drawn_alike(server: Server, elsewhere: Server) -> Principal:
    """Steps are never drawn in an order that is right already, so that another key may turn them."""
    while True:
        learner = server.newcomer("Rámec Srovnávací")
        drawn = [
            [
                choice.as_drawn(learner.key, card.id).options
                for card in each.course.cards
                if (choice := card.choice(each.course.lesson(card.lesson_id).source)) is not None
            ]
            for each in (server, elsewhere)
        ]
        if drawn[0] == drawn[1]:
            return learner


def seed_that_draws_every_kind_alike(server: Server, elsewhere: Server) -> str:
    for seed in map(str, count()):
        names = draw(server.course, seed)
        asked = [
            [each.course.questions[name].source.as_drawn(seed, name) for name in names]
            for each in (server, elsewhere)
        ]
        if {each.kind for each in asked[0]} == {*KINDS} and [each.options for each in asked[0]] == [
            each.options for each in asked[1]
        ]:
            return seed
    raise LookupError


def screens_before_the_answer(server: Server, learner: Principal) -> list[list[bytes]]:
    """What is sent for each card and each question, as long as they have no answer."""
    screens = []
    with server.client(learner) as client, opened(server.url, client.cookies.jar) as connection:
        wire = Wire(connection)
        for card in server.course.cards:
            wire.visit("lesson")
            screens.append(drawn_on(wire))
            server.study.card(learner, card)
        server.study.begin(learner)
        for question_id in draw(server.course, server.study.enrolment(learner).attempt.seed):  # type: ignore[union-attr]
            wire.visit("assessment")
            screens.append(drawn_on(wire))
            server.study.answer(learner, question_id)
    return screens


def drawn_on(wire: Wire) -> list[bytes]:
    """All that the screen is made of, save the random names of its fragments."""
    for _, delta in wire.deltas:
        delta.ClearField("fragment_id")
    return [delta.SerializeToString(deterministic=True) for _, delta in wire.deltas]


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


# Forged messages


def come_to(server: Server, learner: Principal, kind: type[Decision]) -> Decision:
    """Brings the learner to the first principle with a decision of that kind."""
    for card in server.course.cards:
        choice = card.choice(server.course.lesson(card.lesson_id).text("cs"))
        if choice is not None and card.kind is CardKind.PRINCIPLE and type(choice) is kind:
            return choice
        server.study.card(learner, card)
    raise LookupError(kind)


def forged(wire: Wire) -> list[WidgetState]:
    """States of all fields on the screen that name what is on none of them."""
    radios = [WidgetState(id=each.id, string_value="not on offer") for each in wire.elements("radio")]
    groups = [chosen(each.id, "not on offer", "not on offer") for each in wire.elements("button_group")]
    boxes = [WidgetState(id=f"{each.id}-not-on-offer", bool_value=True) for each in wire.elements("checkbox")]
    return [*radios, *groups, *boxes]


@pytest.mark.parametrize("kind", [Choice, Multiple, Classify, Spot])
def test_what_is_not_on_the_card_is_no_answer(server: Server, kind: type[Decision]) -> None:
    learner = server.newcomer("Padělaná Volba")
    choice = come_to(server, learner, kind)
    before = server.study.enrolment(learner).checks
    with server.client(learner) as client, opened(server.url, client.cookies.jar) as connection:
        wire = Wire(connection)
        wire.visit("lesson")
        wire.submit(*forged(wire), pressed(wire), fragment=wire.fragment())
        assert "kodex-complaint" in wire.held()
        assert told(wire, choice) == set()
    assert server.study.enrolment(learner).checks == before


@pytest.mark.parametrize("kind", [Choice, Multiple, Classify, Ordering, Spot])
def test_what_has_been_answered_cannot_be_answered_again_by_a_forged_message(
    server: Server, kind: type[Decision]
) -> None:
    """The same message once more with another answer, as from a tab that has not heard of the first."""
    learner = server.newcomer("Padělaná Odpověď")
    choice = come_to(server, learner, kind)
    first = choice.wrong_answers[0]
    with server.client(learner) as client, ExitStack() as tabs:
        wire, stale = (Wire(tabs.enter_context(opened(server.url, client.cookies.jar))) for _ in range(2))
        wire.visit("lesson")
        stale.visit("lesson")
        answer(wire, choice, first)
        before = server.study.chain(learner)
        answer(stale, choice, choice.right_answer)
        stale.submit(*forged(stale))
    assert server.study.chain(learner) == before
    assert first in server.study.enrolment(learner).checks.values()


def test_a_question_that_has_been_answered_cannot_be_answered_again_by_a_forged_message(server: Server) -> None:
    learner = server.newcomer("Padělaná Otázka")
    server.study.cards(learner)
    question_id, _ = server.study.begin(learner).attempt.questions[0]  # type: ignore[union-attr]
    asked = server.course.questions[question_id].text("cs")
    with server.client(learner) as client, ExitStack() as tabs:
        wire, stale = (Wire(tabs.enter_context(opened(server.url, client.cookies.jar))) for _ in range(2))
        wire.visit("assessment")
        stale.visit("assessment")
        answer(wire, asked, asked.wrong_answers[0])
        answer(stale, asked, asked.right_answer)
    attempt = server.study.enrolment(learner).attempt
    assert attempt is not None
    assert {name: response.option for name, response in attempt.responses.items()} == {
        question_id: asked.wrong_answers[0]
    }
