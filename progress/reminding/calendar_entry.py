"""A due date as an iCalendar file (RFC 5545)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LONGEST_LINE = 75
"""Octets, without the end of the line."""
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Entry:
    """A day in somebody's calendar. The same `uid` with a higher `sequence` moves it."""

    uid: str
    sequence: int
    day: date
    title: str
    text: str
    link: str


def written(entry: Entry, now: datetime) -> str:
    """Return the whole file. The entry takes a day and keeps nobody from being invited elsewhere on it."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kodex//Kodex//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{entry.title.translate(_ESCAPED)}",
        f"DESCRIPTION:{entry.text.translate(_ESCAPED)}",
        f"URL:{entry.link}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _folded(line: str) -> str:
    """Break a line where it gets too long, never inside a letter."""
    parts, room = [""], _LONGEST_LINE
    for letter in line:
        size = len(letter.encode())
        if size > room:
            parts.append("")
            room = _LONGEST_LINE - 1  # the space at its beginning
        parts[-1] += letter
        room -= size
    return "\r\n ".join(parts)
