"""Notes that learners keep for themselves: the pledge after a course, and what moved them at its dilemma.

Only the person who made a note ever sees it. It is no event, because it can be changed and taken back.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Integer, Row, Table, Text, select

from database import Instant, metadata
from people.characters import is_hidden
from people.personal_data import PersonalData, deleting, row_as_json
from progress.completion.editions import editions
from words import SaidError, sentence

notes = Table(
    "notes",
    metadata,
    Column("person_key", Text, primary_key=True),
    Column("course_id", Text, primary_key=True),
    Column("cycle", Integer, primary_key=True, autoincrement=False),
    Column("about", Text, primary_key=True),
    Column("chosen", Text),
    Column("edition", Text),
    Column("said", Text),
    Column("at", Instant, nullable=False),
)

PLEDGE = "pledge"
"""What a pledge is about; any other note is about a card. No id of a card is like it: each has a slash."""
LONGEST = 200
"""Characters of a pledge in the person's own words: a sentence to remember."""


class UnfitNoteError(SaidError):
    """The note cannot be kept as it was made."""


class NotePlace(NamedTuple):
    """What a note of a person is about: they have one on it at most."""

    course_id: str
    cycle: int
    about: str
    """`PLEDGE`, or the id of the card on which the dilemma was decided again."""


@dataclass(frozen=True)
class Note:
    place: NotePlace
    chosen: str | None
    """Id of the pledge or the principle that was chosen; None for own words, and where nothing moved the person."""
    edition: str | None
    """SHA-256 of what was chosen from."""
    said: str | None
    """The person's own words."""
    at: datetime
    texts: Mapping[str, str]
    """By language: what was chosen, in the words of that day; empty for own words, or where the edition is gone."""

    @property
    def is_pledge(self) -> bool:
        return self.place.about == PLEDGE

    def text(self, language: str) -> str | None:
        """Return what the person chose or wrote; None if they said that nothing moved them."""
        return self.said or self.texts.get(language) or next(iter(self.texts.values()), self.chosen)


def of_person(connection: Connection, person_key: str) -> tuple[Note, ...]:
    """Return a person's notes, the latest first."""
    return tuple(sorted(_read(connection, person_key), key=lambda note: note.at, reverse=True))


def find(connection: Connection, person_key: str, place: NotePlace) -> Note | None:
    return next((note for note in _read(connection, person_key) if note.place == place), None)


def _read(connection: Connection, person_key: str) -> list[Note]:
    own = select(notes, editions.c.body).outerjoin(editions, editions.c.sha256 == notes.c.edition)
    return [_from_row(row) for row in connection.execute(own.where(notes.c.person_key == person_key))]


def _from_row(row: Row[Any]) -> Note:
    editions_by_language = json.loads(row.body) if row.body and row.chosen else {}
    texts = {language: _text(text, row.chosen) for language, text in editions_by_language.items()}
    place = NotePlace(row.course_id, row.cycle, row.about)
    return Note(place, row.chosen, row.edition, row.said, row.at, texts)


def _text(edition: Mapping[str, Any], chosen: str) -> str:
    """Return the title of a principle, or the text of one of the pledges."""
    pledged = {pledge["id"]: pledge["text"] for pledge in edition.get("pledges", ())}
    text: str = edition.get("title") or pledged.get(chosen, chosen)
    return text


def checked(text: str) -> str:
    """Return what somebody typed on one line; raises `UnfitNoteError` with the remedy."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not line:
        raise UnfitNoteError(sentence("Write your pledge first, and then keep it."))
    if len(line) > LONGEST:
        raise UnfitNoteError(sentence("Say it in at most {n} characters.", n=LONGEST))
    if any(map(is_hidden, line)):
        raise UnfitNoteError(sentence("There is a character in it that hides, breaks or turns the text."))
    return line


def _as_data(stored: tuple[Note, ...]) -> list[dict[str, Any]]:
    return [
        row_as_json(
            {
                **note.place._asdict(),
                "chosen": note.chosen,
                "edition": note.edition,
                "said": note.said,
                "at": note.at,
            }
        )
        for note in stored
    ]


NOTES = PersonalData[tuple[Note, ...]]("notes", (notes,), of_person, _as_data, deleting(notes))
