"""The stored content checked: every edition has its hash, none that the record names is missing, and every course has
the titles that certificates call it by."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from progress.audit.findings import Finding
from progress.completion import editions
from progress.completion.certificates import is_titled
from progress.record.chains import Event, Kind
from words import sentence

Titles = dict[tuple[str, str, str], tuple[str, str]]
"""By the course's SHA-256, the language and the title that certificates call it by: the number of one of those
certificates, and its holder's person key."""


def faults(connection: Connection, named: Mapping[str, str], titled: Titles) -> Iterator[Finding]:
    """`named` maps the SHA-256 of each edition that events name to the key of a person whose events do."""
    stored: set[str] = set()
    courses: dict[str, Mapping[str, Any]] = {}
    for edition in editions.each(connection):
        stored.add(edition.sha256)
        if hashlib.sha256(edition.body.encode()).hexdigest() != edition.sha256:
            called = {"kind": edition.kind, "part": edition.part_id, "hash": edition.sha256}
            yield Finding(
                sentence("the content was altered: {kind} {part} does not have its hash {hash} any more", **called)
            )
        elif course := editions.course_in(edition.body):
            courses[edition.sha256] = course
    yield from _mistitled(courses, titled)
    parts = {sha256 for course in courses.values() for sha256 in _parts(course)}
    for sha256 in sorted((named.keys() | parts) - stored):
        if person_key := named.get(sha256):
            yield Finding(
                sentence("the content with the hash {hash}, which events name, is missing", hash=sha256), person_key
            )
        else:
            yield Finding(sentence("the content with the hash {hash}, a part of a course, is missing", hash=sha256))


def _parts(course: Mapping[str, Any]) -> Iterator[str]:
    """Yield the SHA-256 of each part of a course. Courses stored before there were dialogues have no list of them."""
    for kind in ("lessons", "questions", "dialogues"):
        yield from course.get(kind, ())


def _mistitled(courses: Mapping[str, Mapping[str, Any]], titled: Titles) -> Iterator[Finding]:
    for (sha256, language, title), (number, person_key) in titled.items():
        if sha256 in courses and not is_titled(title, language, courses[sha256]):
            yield Finding(
                sentence(
                    "the certificate {number} names the course “{title}”, but the course had another name",
                    number=number,
                    title=title,
                ),
                person_key,
            )


def note_titles(certificates: Iterable[Row[Any]], titled: Titles) -> None:
    """Add what the certificates call their courses to `titled`."""
    for row in certificates:
        titled.setdefault((row.content_sha256, row.language, row.course_title), (row.number, row.person_key))


def note_editions(chain: Iterable[Event], named: dict[str, str]) -> None:
    """Add the editions that the events name to `named`. Runs for every event there is, so it takes few steps."""
    attempt_started, prior_started, waived = (
        kind.value for kind in (Kind.ATTEMPT_STARTED, Kind.PRIOR_STARTED, Kind.WAIVED)
    )
    for event in chain:
        body = event.body
        if "edition" in body:
            named[body["edition"]] = event.person_key
        if "content_sha256" in body:
            named[body["content_sha256"]] = event.person_key
        if "commitment_sha256" in body:
            named[body["commitment_sha256"]] = event.person_key
        if event.written_kind in {attempt_started, prior_started}:
            named.update((sha256, event.person_key) for _, sha256 in body["questions"])
        elif event.written_kind == waived:
            named.update((sha256, event.person_key) for _, sha256 in body["cards"])
