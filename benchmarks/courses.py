"""Size of the bundled courses in each language: words to read, decisions to take, minutes that follow from them."""

from statistics import mean

from benchmarks.tables import table
from lessons.duration import words
from quizzes.content import Course, load
from settings import HOME

HEAD = [
    "Course",
    "decisions",
    "of kinds",
    "words: lesson",
    "best dialogue",
    "a question",
    "minutes: lesson",
    "in all",
]


def sizes() -> str:
    """Return the table of all courses."""
    content = load(HOME)
    rows = [_row(course, language) for course in content.courses.values() for language in content.languages]
    return "\n".join(
        [table(HEAD, rows), "Words of every option's explanation and of folded advice are counted; hints are not."]
    )


def _row(course: Course, language: str) -> list[str]:
    lessons = [lesson.text(language) for lesson in course.lessons]
    kinds = [principle.check.kind or "single" for lesson in lessons for principle in lesson.principles]
    talks = [talk.text(language).best for talk in course.dialogues.values()]
    figures = [
        len(kinds),
        len(set(kinds)),
        sum(words(lesson.model_dump(mode="json")) for lesson in lessons),
        sum(words([[step.node.says, step.reply.text] for step in best.steps]) for best in talks),
        round(mean(words(each.text(language).model_dump(mode="json")) for each in course.questions.values())),
        course.minutes_of(language, course.cards),
        course.minutes_of(language, course.cards, course.asked),
    ]
    return [f"{course.id}, {language}", *map(str, figures)]
