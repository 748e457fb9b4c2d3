"""Runs the benchmarks and prints their tables: `.venv/bin/python -m benchmarks --help`."""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import (
    access,
    answers,
    certificates,
    checks,
    content,
    courses,
    exports,
    first_page,
    load,
    memory,
    tabs,
    worst_files,
)
from benchmarks import people as directory
from benchmarks.learners import kodex
from benchmarks.machine import description
from benchmarks.servers import serving

RESULTS = Path(__file__).with_name("results.md")


class Part(StrEnum):
    ANSWERS = "answers"
    LOAD = "load"
    MEMORY = "memory"
    TABS = "tabs"
    EXPORTS = "exports"
    ACCESS = "access"
    PEOPLE = "people"
    WORST_FILES = "worst-files"
    CHECKS = "checks"
    CONTENT = "content"
    COURSES = "courses"
    CERTIFICATES = "certificates"
    FIRST_PAGE = "first-page"


@dataclass(frozen=True)
class Size:
    """Seconds that a run plays."""

    organisation: int
    """Invented people; about seven of ten lead nobody, and play."""
    rounds: int
    reruns: int
    learners: int
    ramp: float
    """Seconds over which the learners come in."""
    load: float
    """Seconds that they are measured."""
    warm_up: int
    soak: int
    tabs: int
    """Open at once."""
    people: int
    """People whose records are exported."""
    checks: int
    """Times that the signed-in person is looked up."""
    imported: int
    """People in HR's file."""
    visits: int
    """Visits of a new browser over each line."""
    broken: int
    """Content folders, and files of people, that have something wrong with them."""
    lessons: int
    """In a large content folder."""


FULL = Size(
    organisation=360,
    rounds=10,
    reruns=50,
    learners=200,
    ramp=30,
    load=90,
    warm_up=2_000,
    soak=20_000,
    tabs=1_000,
    people=100_000,
    checks=1_000,
    imported=100_000,
    visits=5,
    broken=1_000,
    lessons=30,
)
QUICK = Size(
    organisation=100,
    rounds=3,
    reruns=10,
    learners=40,
    ramp=3,
    load=10,
    warm_up=100,
    soak=200,
    tabs=100,
    people=500,
    checks=100,
    imported=2_000,
    visits=1,
    broken=100,
    lessons=5,
)


def main(
    quick: Annotated[
        bool, typer.Option("--quick", help="Everything, in about a minute; the figures are rough.")
    ] = False,
    only: Annotated[Part | None, typer.Option(help="One part alone.")] = None,
    people: Annotated[int | None, typer.Option(min=100, help="How many people's records are exported.")] = None,
    postgresql: Annotated[
        str | None, typer.Option(help="The address of an empty PostgreSQL database, to export from too.")
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help=f"Writes the tables to benchmarks/{RESULTS.name} too.")
    ] = False,
) -> None:
    """Measure Kodex on this machine, next to a floor and a yardstick. It takes about a quarter of an hour."""
    size = QUICK if quick else FULL
    for part in [only] if only else Part:
        print(f"… {part}", file=sys.stderr, flush=True)
        begun = f"{datetime.now().astimezone():%d %B %Y %H:%M}, {description()}"
        measured = f"{begun}\n\n{_measured(part, size, people or size.people, postgresql)}"
        print(f"\n{measured}", flush=True)
        if save:
            RESULTS.write_text(with_part(RESULTS.read_text("utf-8"), part, measured), "utf-8")


def with_part(results: str, part: Part, measured: str) -> str:
    """Return `results` with the section of `part` replaced, or put at the end."""
    section = f"## {part}\n\n```\n{measured}\n```\n"
    before, heading, rest = results.partition(f"## {part}\n")
    if not heading:
        return f"{before.rstrip()}\n\n{section}"
    _, next_heading, after = rest.partition("\n## ")
    return before + section + next_heading + after


def _measured(part: Part, size: Size, people: int, postgresql: str | None) -> str:
    with tempfile.TemporaryDirectory(prefix="kodex-benchmark-") as name:
        folder = Path(name)
        if part is Part.EXPORTS:
            return exports.certifications(folder, people, postgresql)
        if part is Part.ACCESS:
            return access.check(folder, size.organisation, size.checks)
        if part is Part.PEOPLE:
            return directory.imports(folder, size.imported)
        if part is Part.WORST_FILES:
            return worst_files.worst_files()
        if part is Part.CHECKS:
            return checks.broken(folder, size.broken)
        if part is Part.CONTENT:
            return content.large(folder, size.lessons)
        if part is Part.COURSES:
            return courses.sizes()
        if part is Part.CERTIFICATES:
            return certificates.one_core(folder, size.organisation)
        if part is Part.TABS:
            with tabs.usual_limit(), kodex(folder, size.organisation) as installed:
                return asyncio.run(tabs.held(installed, size.tabs))
        with kodex(folder, size.organisation) as installed:
            match part:
                case Part.ANSWERS:
                    with serving("benchmarks.floor:app", folder) as floor:
                        return asyncio.run(answers.side_by_side(floor, installed, size.rounds, size.reruns))
                case Part.LOAD:
                    return asyncio.run(load.crowd(installed, size.learners, size.ramp, size.load))
                case Part.FIRST_PAGE:
                    return first_page.visits(installed, size.visits)
                case Part.MEMORY:
                    return asyncio.run(memory.growth(installed, size.warm_up, size.soak))


if __name__ == "__main__":
    typer.run(main)
