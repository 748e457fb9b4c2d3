"""The bundled content in another folder."""

import shutil
from pathlib import Path

from surroundings import HOME

CATALOGUE = "lessons/catalogue.yaml"
SOURCES = "lessons/catalogue.en.sources.yaml"
FIRST, LATER = "customer-privacy", "speaking-up"


def content_in(folder: Path) -> Path:
    """Copy all of it."""
    for part in ("lessons", "quizzes"):
        shutil.copytree(HOME / part, folder / part, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def first_course_in(folder: Path) -> Path:
    """Copy its first course alone."""
    content_in(folder)
    for part in ("lessons", "quizzes"):
        shutil.rmtree(folder / part / LATER)
    catalogue = folder / CATALOGUE
    catalogue.write_bytes(without_later_courses(catalogue.read_bytes()))
    sources = folder / SOURCES
    lines = sources.read_text("utf-8").splitlines(keepends=True)
    sources.write_text("".join(line for line in lines if not line.startswith(f"courses.{LATER}.")), "utf-8")
    return folder


def without_later_courses(catalogue: bytes) -> bytes:
    first, later = catalogue.split(f"  - id: {LATER}\n".encode())
    assert FIRST.encode() in first
    assert FIRST.encode() not in later
    return first
