"""The way through a guide: every path of the bundled one ends with something to do and somebody to ask."""

from collections.abc import Iterator

import pytest

from lessons.guide import Guide, GuideOutcome, GuideQuestion
from quizzes.content import Content
from words import LANGUAGES


@pytest.fixture
def guide(content: Content) -> Guide:
    return content.guides["customer-privacy"].source


def ways(guide: Guide, answers: dict[str, str]) -> Iterator[dict[str, str]]:
    """All that can be answered from there on, to the end."""
    at = guide.walk(answers).at
    if isinstance(at, GuideOutcome):
        yield answers
        return
    for answer in at.answers:
        yield from ways(guide, {**answers, at.id: answer.id})


def test_every_path_ends_and_together_they_reach_everything(guide: Guide) -> None:
    walks = [guide.walk(answers) for answers in ways(guide, {})]
    assert {walk.at.id for walk in walks} == {outcome.id for outcome in guide.outcomes}
    assert {asked.id for walk in walks for asked, _ in walk.answered} == {question.id for question in guide.questions}
    assert max(len(walk.answered) for walk in walks) == guide.questions_left(guide.walk({})) == 5


def test_the_questions_left_are_those_of_the_longest_path(guide: Guide) -> None:
    for answers in ways(guide, {}):
        for n in range(len(answers) + 1):
            walk = guide.walk(dict(list(answers.items())[:n]))
            longest = max(len(each) for each in ways(guide, dict(list(answers.items())[:n])))
            assert guide.questions_left(walk) == longest - n


@pytest.mark.parametrize(
    ("answers", "at"),
    [
        ({}, "confidential"),
        ({"confidential": "no"}, "public"),
        ({"confidential": "forged"}, "confidential"),
        ({"authorised": "no"}, "confidential"),
        ({"confidential": "yes", "authorised": "no", "needed": "yes"}, "not-authorised"),
    ],
)
def test_answers_lead_as_far_as_they_are_the_guides_own(guide: Guide, answers: dict[str, str], at: str) -> None:
    assert guide.walk(answers).at.id == at


def test_the_three_verdicts_are_each_said_in_words_of_their_own(content: Content) -> None:
    for language in LANGUAGES:
        said: dict[str, set[str]] = {}
        for outcome in content.guides["customer-privacy"].text(language).outcomes:
            said.setdefault(outcome.verdict, set()).add(outcome.title)
        assert set(said) == {"share", "ask", "do-not-share"}
        assert len(set.union(*said.values())) == sum(map(len, said.values()))


def test_a_translation_leads_where_the_source_does(content: Content) -> None:
    edition = content.guides["customer-privacy"]
    assert set(edition.texts) == set(LANGUAGES)

    def paths(guide: Guide) -> list[tuple[str, str, str]]:
        return [(asked.id, answer.id, answer.to) for asked in guide.questions for answer in asked.answers]

    assert paths(edition.text("en")) == paths(edition.text("cs"))
    assert isinstance(edition.text("en").walk({}).at, GuideQuestion)
