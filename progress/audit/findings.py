"""Findings of a verification."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from words import Sentence

LATE = timedelta(minutes=5)
"""Tolerance before a checkpoint, for the timestamp of an event that the checkpoint lacks: a transaction reads the
clock before it commits."""


@dataclass(frozen=True)
class Finding:
    """Something that does not hold."""

    what: Sentence
    person_key: str = ""
    """Person key of the chain; empty if the finding is about a checkpoint."""
    sound_until: datetime | None = None
    """Time of the last checkpoint with which the chain, or the whole record, still agrees."""
