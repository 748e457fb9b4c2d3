"""Advice on the keys of a bank together: what a learner could guess by who has read no situation."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, prod

from lessons.check import Found
from lessons.decisions.choice import Choice
from lessons.decisions.decision import Decision, Option
from lessons.decisions.multiple import Multiple
from lessons.decisions.spot import Spot
from lessons.reading import Place
from quizzes.advice.chance import at_least
from quizzes.advice.vocabulary import stems
from quizzes.kinds.question import Question
from quizzes.model import FormSize
from words import sentence

RARE = 0.05
"""Probability under which a share of the keys is no accident: the usual level of tests. In the bank of an author who
never looks at lengths, about one check in twenty warns needlessly."""
TELLING = 0.01
"""The same for a single word. It is lower because a bank has hundreds of words."""
FEWEST_PLACES = 4
"""Questions that a telling word stands in at least. In fewer nobody learns it by heart."""
LEAST_MOVING = 1 / 3
"""Share of the questions in which it is right to let information move. Below it people learn to refuse whatever they
are asked, and at work they go round the rules."""
FORMS = 2
"""Forms that a pool is enough for without asking anything again: the first attempt, and the one after a fail."""

QUESTIONS: Place = ("questions",)


def lengths(questions: Sequence[Decision]) -> Iterator[Found]:
    """Warn if the right option is the longest or the shortest too often."""
    choices = [question for question in questions if isinstance(question, Choice)]
    chances = [1 / len(choice.options) for choice in choices]
    expected = round(sum(chances))
    longest = sum(_stands_out(choice, 1) for choice in choices)
    shortest = sum(_stands_out(choice, -1) for choice in choices)
    if at_least(longest, chances) <= RARE:
        yield (
            QUESTIONS,
            sentence(
                "the right option is the longest in {n} of {m} questions, by chance it would be in {k}; "
                "shorten right options or lengthen wrong ones",
                n=longest,
                m=len(choices),
                k=expected,
            ),
        )
    if at_least(shortest, chances) <= RARE:
        yield (
            QUESTIONS,
            sentence(
                "the right option is the shortest in {n} of {m} questions, by chance it would be in {k}; "
                "lengthen right options or shorten wrong ones",
                n=shortest,
                m=len(choices),
                k=expected,
            ),
        )


def _stands_out(choice: Choice, sign: int) -> bool:
    """True if the right option is longer (`sign` 1) or shorter (-1) than every other."""
    right = sign * len(choice.option(choice.right).text)
    return all(right > sign * len(option.text) for option in choice.options if option.id != choice.right)


def places(questions: Sequence[Decision]) -> Iterator[Found]:
    """Warn if the right option stands in one place too often."""
    choices = [question for question in questions if isinstance(question, Choice)]
    if not choices:
        return
    stands = Counter([option.id for option in choice.options].index(choice.right) for choice in choices)
    place, times = stands.most_common(1)[0]
    chances = [1 / len(choice.options) for choice in choices]
    # Any of the places could have been the most frequent one.
    if at_least(times, chances) * max(len(choice.options) for choice in choices) <= RARE:
        yield (
            QUESTIONS,
            sentence(
                "the right option stands in place {place} in {n} of {m} questions, by chance it would in {k}; "
                "change the order of options",
                place=place + 1,
                n=times,
                m=len(choices),
                k=round(sum(chances)),
            ),
        )


def pools(questions: Sequence[Question], form: FormSize) -> Iterator[Found]:
    """Warn of principles with too few questions for two forms."""
    asked = Counter(question.principle for question in questions)
    needed = FORMS * max(form.each_principle, ceil(form.questions / len(asked)))
    for principle, n in asked.items():
        if n < needed:
            yield (
                ("form", "questions"),
                sentence(
                    "the principle “{id}” has {n} questions; {forms} attempts that ask nothing twice may need {m}; "
                    "write more",
                    id=principle,
                    n=n,
                    forms=FORMS,
                    m=needed,
                ),
            )


def withholding(questions: Sequence[Decision]) -> Iterator[Found]:
    """Warn if too few of the right options let information move, in a bank whose author has marked those that do."""
    decided = [question for question in questions if isinstance(question, Choice | Multiple)]
    marked = [question for question in decided if any(option.moves for option in question.options)]
    moving = sum(any(option.moves for option in question.options if is_key(question, option)) for question in marked)
    if marked and moving < LEAST_MOVING * len(marked):
        yield (
            QUESTIONS,
            sentence(
                "letting information move is right in {n} of the {m} questions that offer it; make it right in at "
                "least {k}",
                n=moving,
                m=len(marked),
                k=ceil(LEAST_MOVING * len(marked)),
            ),
        )


@dataclass
class _Options:
    """Different options of one question and its twin, whose options are the same, by text."""

    place: Place
    roles: dict[str, set[bool]]
    """By text: whether the option is right, wrong, or right in one and wrong in the other."""

    def share(self, role: bool) -> float:
        """Return how much of the options has this role alone: the probability that it befalls a word by chance."""
        return sum(roles == {role} for roles in self.roles.values()) / len(self.roles)


def telling_words(questions: Sequence[Question], language: str) -> Iterator[Found]:
    """Warn of words that stand in right options alone, or in wrong ones alone."""
    uses: dict[str, list[tuple[_Options, str, set[bool]]]] = defaultdict(list)
    for options in _of_twins_together(questions):
        for stem, (word, roles) in _roles_of_words(options, language).items():
            uses[stem].append((options, word, roles))
    for used in uses.values():
        roles = set[bool]().union(*(roles for _, _, roles in used))
        if len(used) < FEWEST_PLACES or len(roles) > 1:
            continue
        (role,) = roles
        if prod(options.share(role) for options, _, _ in used) <= TELLING:
            what = (
                sentence(
                    "the word “{word}” stands in right options alone, in {n} questions; use it in wrong ones too",
                    word=used[0][1],
                    n=len(used),
                )
                if role
                else sentence(
                    "the word “{word}” stands in wrong options alone, in {n} questions; use it in right ones too",
                    word=used[0][1],
                    n=len(used),
                )
            )
            yield used[0][0].place, what


def _of_twins_together(questions: Sequence[Question]) -> Collection[_Options]:
    found: dict[str, _Options] = {}
    for question in questions:
        # A phrase to be marked in a message is no act: the words in it give nothing away.
        if isinstance(question, Choice | Multiple) and not isinstance(question, Spot):
            name = min(question.id, question.twin or question.id)
            options = found.setdefault(name, _Options(("questions", question.id, "options"), {}))
            for option in question.options:
                options.roles.setdefault(option.text, set()).add(is_key(question, option))
    return found.values()


def _roles_of_words(options: _Options, language: str) -> dict[str, tuple[str, set[bool]]]:
    found: dict[str, tuple[str, set[bool]]] = {}
    for text, roles in options.roles.items():
        for stem, word in stems(text, language).items():
            found.setdefault(stem, (word, set()))[1].update(roles)
    return found


def is_key(decision: Choice | Multiple, option: Option) -> bool:
    return option.id == decision.right if isinstance(decision, Choice) else option.id in decision.right
