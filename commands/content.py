"""Commands about lessons and questions."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

import settings
from commands.console import fail, faults_in_words, say, t
from lessons.faults import Fault
from lessons.loader import Reading
from progress.reminding import days_file, templates
from quizzes.advice import advising
from quizzes.advice.translations import translations
from quizzes.content import in_order, read
from words import quoted

app = typer.Typer(help=t("Lessons and questions."), no_args_is_help=True)
Folder = Annotated[Path | None, typer.Argument(help=t("Without it, the one that the settings name."))]


@app.command(help=t("Report every fault of a content folder, by file and line, and warn of what could be better."))
def check(
    folder: Folder = None,
    strict: Annotated[bool, typer.Option("--strict", help=t("Fail on a warning too."))] = False,
) -> None:
    content, faults, advice = advising.advised(_folder(folder))
    faults = [*faults, *_faults_of_letters(_folder(folder))]
    for found in (*faults, *advice):
        say(found.in_words(t))
    if content is None or faults:
        _refuse(faults)
    for course in content.courses.values():
        questions = t.plural("{n} question", "{n} questions", len(course.questions))
        say(f"{course.id} {course.entry.version}: {questions}, {', '.join(content.languages)}, {course.sha256}")
    if advice and strict:
        fail(t.plural("{n} warning, and none is accepted.", "{n} warnings, and none is accepted.", len(advice)))
    if advice:
        say(t.plural("The content can be used. {n} warning.", "The content can be used. {n} warnings.", len(advice)))
    else:
        say(t("The content is sound."))


@app.command(help=t("Note that the translations into a language fit their sources as they are now."))
def translated(
    language: Annotated[str, typer.Argument(help=t("Its code, such as “en”."))], folder: Folder = None
) -> None:
    reading = Reading(_folder(folder))
    content = read(reading)
    if content is None:
        for fault in in_order(reading.faults):
            say(fault.in_words(t))
        _refuse(reading.faults)
    into = content.languages[1:]
    if language not in into:
        fail(
            t(
                "The content has no translation into “{language}”. It is translated into: {languages}.",
                language=quoted(language),
                languages=", ".join(into),
            )
        )
    for translation in translations(reading.documents, (content.languages[0], language)):
        _replace(reading.folder / translation.sources_file, translation.as_file())
        texts = t.plural("{n} text", "{n} texts", len(translation.pairs))
        say(f"{translation.sources_file}: {texts}")


def _faults_of_letters(folder: Path) -> list[Fault]:
    return [*templates.read(folder)[1], *days_file.read(folder)[1]]


def _folder(folder: Path | None) -> Path:
    if folder is None:
        with faults_in_words():
            folder = settings.read().content
    if not folder.is_dir():
        fail(t("There is no folder {folder}.", folder=str(folder)))
    return folder


def _refuse(faults: list[Fault]) -> NoReturn:
    fail(t.plural("{n} fault. The content cannot be used.", "{n} faults. The content cannot be used.", len(faults)))


def _replace(file: Path, text: str) -> None:
    """Write the file whole, or leave it as it was."""
    unfinished = file.with_name(f".{file.name}.part")
    try:
        unfinished.write_text(text, "utf-8")
        unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        fail(t("{file} cannot be written: {reason}", file=str(file), reason=error.strerror or ""))
