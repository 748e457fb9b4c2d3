"""The course in a real browser."""

from browsing import Reader, plain
from serving import Server

from lessons.cards import Card, CardKind
from lessons.decisions.decision import Answer, Decision
from people.access import Principal
from progress.completion.enrolments import Attempt


def card_title(reader: Reader, card: Card) -> str:
    lesson = reader.course.lesson(card.lesson_id).text(reader.language)
    match card.kind:
        case CardKind.WHY:
            return plain(lesson.why.title)
        case CardKind.PRINCIPLE:
            return plain(lesson.principle(card.part).situation_title)
        case CardKind.DIALOGUE:
            return plain(reader.course.dialogues[card.lesson_id].text(reader.language).title)
        case _:
            return plain(lesson.dilemma.title)


def explanations_in(reader: Reader, choice: Decision) -> set[str]:
    """The options whose explanation is anywhere in what the browser holds, seen or unseen."""
    held = reader.html()
    return {option.id for option in choice.options if plain(option.explanation) in held}


def decide(reader: Reader, label: str, *, right: bool = True) -> Answer:
    """Chooses and submits; nothing is explained before, every option is afterwards."""
    choice = reader.choice()
    assert explanations_in(reader, choice) == set()
    chosen = reader.choose(right=right)
    assert explanations_in(reader, choice) == set()
    reader.press(label)
    assert explanations_in(reader, choice) == choice.ids
    return chosen


def best_replies(reader: Reader, card: Card) -> list[str]:
    """What to say in the dialogue, in the reader's language."""
    words = reader.course.dialogues[card.lesson_id].text(reader.language)
    return [reader.words.set(step.reply.text) for step in words.best.steps]


def talk(reader: Reader, card: Card) -> None:
    """Has the whole dialogue, by its best replies."""
    for reply in best_replies(reader, card):
        reader.press(reply)
    assert reader.title() == plain(reader.course.dialogues[card.lesson_id].text(reader.language).best.at.turn)


def come_to(reader: Reader, kind: CardKind) -> None:
    """Takes the lesson up to its first card of that kind."""
    reader.go("/lesson")
    for card in reader.course.cards:
        if card.kind is kind:
            return
        if card.kind is not CardKind.WHY:
            reader.choose()
        if card.kind is CardKind.DILEMMA:
            reader.press("Save the answer and go on")
        else:
            reader.go_on()


def principle_titles(reader: Reader, questions: list[str]) -> list[str]:
    """The titles of the principles that the questions are about, in the order of the lesson."""
    about = {reader.course.questions[name].source.principle for name in questions}
    return [
        plain(principle.text(reader.language).title)
        for name, principle in reader.course.principles.items()
        if name in about
    ]


def missed(reader: Reader) -> list[str]:
    """The principles that the result names as missed."""
    return [plain(text) for text in reader.page.locator(".kodex-mirror h2.wrong + ul a").all_inner_texts()]


def repair(reader: Reader, principles: int) -> None:
    """Takes the path from a failed attempt to the next one: a fresh decision a principle."""
    onward = reader.page.locator("[class*=st-key-repair_] button")
    for _ in range(principles):
        reader.runs_by(onward.click)
        decide(reader, "See where it leads")
    reader.press("Begin the next attempt")


def attempt_of(server: Server, who: Principal) -> Attempt:
    attempt = server.study.enrolment(who).attempt
    assert attempt is not None
    return attempt
