"""The stored content checked: every edition has its hash, and none that the record names is missing."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection

from progress.audit.findings import Finding
from progress.completion import editions
from progress.record.chains import Event, Kind
from words import sentence


def faults(connection: Connection, named: Mapping[str, str]) -> Iterator[Finding]:
    """`named` maps the SHA-256 of each edition that events name to the key of a person whose events do."""
    stored: set[str] = set()
    needed: dict[str, str] = dict(named)
    for edition in editions.each(connection):
        stored.add(edition.sha256)
        if hashlib.sha256(edition.body.encode()).hexdigest() == edition.sha256:
            for sha256 in editions.parts(edition):
                needed.setdefault(sha256, "")
        else:
            called = {"kind": edition.kind, "part": edition.part_id, "hash": edition.sha256}
            yield Finding(
                sentence("the content was altered: {kind} {part} does not have its hash {hash} any more", **called)
            )
    for sha256 in sorted(needed.keys() - stored):
        if person_key := needed[sha256]:
            yield Finding(
                sentence("the content with the hash {hash}, which events name, is missing", hash=sha256), person_key
            )
        else:
            yield Finding(sentence("the content with the hash {hash}, a part of a course, is missing", hash=sha256))


def note_editions(chain: Iterable[Event], named: dict[str, str]) -> None:
    """Add the editions that the events name to `named`. Runs for every event there is, so it takes few steps."""
    attempt_started = Kind.ATTEMPT_STARTED.value
    for event in chain:
        body = event.body
        if "edition" in body:
            named[body["edition"]] = event.person_key
        if "content_sha256" in body:
            named[body["content_sha256"]] = event.person_key
        if "commitment_sha256" in body:
            named[body["commitment_sha256"]] = event.person_key
        if event.written_kind == attempt_started:
            named.update((sha256, event.person_key) for _, sha256 in body["questions"])
