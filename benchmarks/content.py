"""Time to load and to check a large content folder: many lessons, each with its bank, in every language."""

import gc
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from benchmarks.machine import Watch
from benchmarks.tables import milliseconds, table
from lessons.loader import CATALOGUE, Reading
from quizzes.advice.advising import advised
from quizzes.advice.translations import translations
from quizzes.content import check, load, read
from settings import HOME

TOPIC = "customer-privacy"
EACH_PRINCIPLE = 6
"""Questions of each of the seven principles; of the bundled bank so many that twins stay together."""
REWORDED = {"title", "situation", "text", "explanation", "alt"}
TIMES = 5
TARGET = "Target: what a start does in under 1,500 ms of CPU."


def large(folder: Path, lessons: int) -> str:
    """Load and check a folder of so many lessons; return the table."""
    write(folder, lessons)
    watch = Watch([])
    rows = [
        ["Loaded, as a server does at its start", *_row(lambda: load(folder))],
        ["… with the hash of every edition", *_row(lambda: list(load(folder).editions()))],
        ["Checked for faults", *_row(lambda: check(folder))],
        ["Checked, with all advice", *_row(lambda: advised(folder))],
    ]
    content = f"{lessons} lessons, each with {EACH_PRINCIPLE * 7} questions, in two languages"
    head = [content, "CPU ms: median", "worst", "wall ms: median"]
    return "\n".join([table(head, rows), TARGET, watch.others()])


def _row(work: Callable[[], Any]) -> list[str]:
    cpu, wall = [], []
    for _ in range(TIMES):
        gc.collect()
        begun, spent = time.perf_counter(), time.thread_time()
        work()
        cpu.append(time.thread_time() - spent)
        wall.append(time.perf_counter() - begun)
    return [*map(milliseconds, (median(cpu), max(cpu), median(wall)))]


def write(folder: Path, lessons: int) -> None:
    """Write a content folder whose lessons are copies of the bundled one, each a course of its own."""
    catalogue = _read(HOME / CATALOGUE)
    course = catalogue["courses"][0]
    names = [f"lesson-{n}" for n in range(lessons)]
    catalogue["courses"] = [{**course, "id": name, "lessons": [name]} for name in names]
    _write(folder / CATALOGUE, catalogue)
    for name in names:  # with its drawings, its dialogue and its guide
        shutil.copytree(HOME / "lessons" / TOPIC, folder / "lessons" / name)
    asked = _first_of_each_principle()
    for language in catalogue["languages"]:
        lesson = _read(HOME / "lessons" / TOPIC / f"{language}.yaml")
        bank = _read(HOME / "quizzes" / TOPIC / f"{language}.yaml")
        bank["questions"] = [question for question in bank["questions"] if question["id"] in asked]
        for name in names:
            _write(folder / "lessons" / name / f"{language}.yaml", {**_reworded(lesson, name), "id": name})
            named = {"lesson": name} if "lesson" in bank else {}
            _write(folder / "quizzes" / name / f"{language}.yaml", {**_reworded(bank, name), **named})
    reading = Reading(folder)
    content = read(reading)
    assert content is not None, reading.faults
    for translation in translations(reading.documents, content.languages):
        (folder / translation.sources_file).write_text(translation.as_file(), "utf-8")


def _reworded(data: Any, name: str) -> Any:
    """Return `data` with other texts for each lesson, so that nothing is remembered from the one before."""
    if isinstance(data, dict):
        return {
            key: f"{value} {name}." if key in REWORDED and isinstance(value, str) else _reworded(value, name)
            for key, value in data.items()
        }
    return [_reworded(item, name) for item in data] if isinstance(data, list) else data


def _first_of_each_principle() -> set[str]:
    met: Counter[str] = Counter()
    asked = set()
    for question in _read(HOME / "quizzes" / TOPIC / "cs.yaml")["questions"]:
        met[question["principle"]] += 1
        if met[question["principle"]] <= EACH_PRINCIPLE:
            asked.add(question["id"])
    return asked


def _read(file: Path) -> Any:
    return yaml.load(file.read_text("utf-8"), yaml.CBaseLoader)


def _write(file: Path, data: Any) -> None:
    """As YAML, like an author writes it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.dump(data, Dumper=_WithoutAliases, allow_unicode=True, sort_keys=False, width=110), "utf-8")


class _WithoutAliases(yaml.CSafeDumper):
    def ignore_aliases(self, _: Any) -> bool:
        return True
