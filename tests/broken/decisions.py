"""Mutations of decisions, scenes and twins."""

from typing import Any

from tests.broken.workshop import SOURCES, TRANSLATIONS, Workshop


def right(workshop: Workshop) -> str:
    def nobody(decision: dict[str, Any]) -> None:
        match decision["right"]:
            case list() as several:
                several[workshop.chance.randrange(len(several))] = "nobody"
            case dict() as categories:
                categories["nobody"] = categories.pop(workshop.chance.choice(list(categories)))
            case _:
                decision["right"] = "nobody"

    return workshop.at_a_holder("right", nobody)


def order(workshop: Workshop) -> str:
    """The best order lacks a step, or breaks a pair."""

    def disorder(decision: dict[str, Any]) -> None:
        pair = workshop.chance.choice(decision["must"])
        if workshop.chance.random() < 0.5:
            pair.reverse()
        else:
            decision["right"].remove(pair[0])

    return workshop.at_a_holder("must", disorder)


def pairs(workshop: Workshop) -> str:
    wrong = ([["nobody", "nobody-else"]], [[]], [["a"]], [["a", "b", "c"]], ["ab"], "a", {"a": "b"})
    return workshop.at_a_holder("must", lambda decision: decision.update(must=workshop.chance.choice(wrong)))


def categories(workshop: Workshop) -> str:
    def change(decision: dict[str, Any]) -> None:
        options = decision["right"]
        options[workshop.chance.choice(list(options))] = workshop.chance.choice(["nowhere", "", "A b"])

    return workshop.at_a_holder("categories", change)


def phrases(workshop: Workshop) -> str:
    """A phrase lost, misspelt, or doubled."""

    def change(decision: dict[str, Any]) -> None:
        phrase = f"{{{workshop.chance.choice(decision['options'])['id']}}}"
        instead = workshop.chance.choice(["", "{nobody}", phrase.strip("{}"), phrase * 2])
        decision["artefact"]["text"] = decision["artefact"]["text"].replace(phrase, instead)

    return workshop.at_a_holder("artefact", change, SOURCES + TRANSLATIONS)


def twin(workshop: Workshop) -> str:
    def change(question: dict[str, Any]) -> None:
        wrong = workshop.chance.choice(["nobody", question["id"], "A b", "", ["a"], None])
        question.update(twin=wrong) if wrong is not None else question.pop("twin")

    return workshop.at_a_holder("twin", change, SOURCES[1:])


def twins_options(workshop: Workshop) -> str:
    """One of two twins has an option in other words, or with another id."""

    def change(question: dict[str, Any]) -> None:
        option = workshop.chance.choice(question["options"])
        key = workshop.chance.choice(["id", "text"])
        option[key] = f"{option[key]}x"

    return workshop.at_a_holder("twin", change, SOURCES[1:])


def scene(workshop: Workshop) -> str:
    wrong = {"kind": "dream", "alt": "", "title": [], "lines": [{"text": "a"}] * 13, "place": "a", "sender": ""}
    key = workshop.chance.choice(list(wrong))
    return workshop.at_a_holder("scene", lambda part: part["scene"].update({key: wrong[key]}))


def own(workshop: Workshop) -> str:
    wrong = ("", "yes", "True", "1", [], ["true"])
    return workshop.at_a_holder("lines", lambda scene: scene["lines"][0].update(own=workshop.chance.choice(wrong)))


def decided_in_translation(workshop: Workshop) -> str:
    """A key that decides something, of which the source alone speaks."""
    ours = {question["id"]: question for question in workshop.tree(SOURCES[1])["questions"]}
    tree = workshop.tree(TRANSLATIONS[1])
    theirs = workshop.chance.choice(tree["questions"])
    held = ours[theirs["id"]]
    key = workshop.chance.choice([key for key in ("kind", "must", "principle", "right", "twin") if key in held])
    theirs[key] = held[key]
    return workshop.plant(TRANSLATIONS[1], tree)
