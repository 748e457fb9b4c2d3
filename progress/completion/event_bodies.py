"""The bodies of events that belong to a course, by kind. They are stored for good: keys are only ever added."""

from typing import NotRequired, TypedDict

from lessons.decisions.decision import Answer

MOVED_FOR = ("leave",)
"""Reasons for which a due date moves."""


class OfCycle(TypedDict):
    course: str
    """Id of the course."""
    cycle: int
    """1 for the first time that the person takes the course, and one more each time again."""


class _Version(OfCycle):
    course_version: str
    content_sha256: str
    language: str


class _Decision(OfCycle):
    reason: str
    by: str
    """Person key of the member of HR who decided."""
    through: NotRequired[str]
    """The command that HR had somebody else run."""


class Assigned(OfCycle):
    course_version: str
    due_on: str
    by: str
    """Person key, or the name of the command that assigned."""
    rule: NotRequired[int]
    """Number of the rule by which it was assigned."""


class DueMoved(OfCycle):
    was: str
    due_on: str
    reason: str
    """One of `MOVED_FOR`."""
    by: str
    """Person key, or the name of the command."""


class Started(_Version):
    pass


class CardSeen(OfCycle):
    card: str
    edition: str
    """SHA-256 of the principle, dialogue or lesson that the card is part of."""
    language: str


class CardChecked(CardSeen):
    option: Answer
    right: bool


class Replied(CardSeen):
    number: int
    """1 for the first reply of the conversation. A number that comes again takes the place of what followed: the
    dialogue was changed, and the conversation went on from where it still led."""
    node: str
    option: str


class PriorStarted(_Version):
    attempt: str
    """Random id."""
    seed: str
    questions: list[tuple[str, str]]
    """Id and SHA-256 of each question, in the order asked. Lists of two in JSON."""
    pass_mark: int | None
    """Percent that waives the lesson; None for an opener, which waives principle by principle."""
    unchanged: list[tuple[str, str]]
    """Cards that an opener can waive, and the edition of each, which the person has finished in an earlier cycle."""


class PriorFinished(OfCycle):
    attempt: str
    right: int
    asked: int
    score: int
    """Percent."""
    passed: bool | None
    """None for an opener, which cannot be failed."""


class Waived(OfCycle):
    attempt: str
    cards: list[tuple[str, str]]
    """Id and edition of each card. Lists of two in JSON."""


class AttemptStarted(_Version):
    attempt: str
    """Random id."""
    number: int
    seed: str
    questions: list[tuple[str, str]]
    """Id and SHA-256 of each question, in the order asked. Lists of two in JSON."""
    pass_mark: int
    """Percent."""


class Answered(OfCycle):
    attempt: str
    question: str
    option: Answer
    right: bool
    confidence: str | None
    language: str


class AttemptFinished(OfCycle):
    attempt: str
    right: int
    asked: int
    score: int
    """Percent."""
    passed: bool


class Committed(_Version):
    commitment_sha256: str


class Certified(OfCycle):
    certificate_no: str
    holder_sha256: str
    """Salted hash of the holder's name and unit."""
    course_version: str
    content_sha256: str
    commitment_sha256: str
    language: str
    score: int
    pass_mark: int
    valid_from: str
    valid_until: str
    template: NotRequired[str | None]
    printed_sha256: NotRequired[str]
    status_index: NotRequired[int]


class Reminded(OfCycle):
    """A letter that the mail server took, without the address it went to."""

    letter: NotRequired[str]
    """One of `reminding.schedule.LetterKind`."""
    day: NotRequired[str]
    """The day on which it was due."""
    message_id: NotRequired[str]
    """By which the mail server's log knows it."""


class Refreshed(OfCycle):
    days: int
    """Days after the certificate, one of `refreshers.schedule.DAYS`."""
    question: str
    edition: str
    """SHA-256 of the question."""
    option: Answer
    right: bool
    language: str


_As = TypedDict("_As", {"as": str})


class Exempted(_Decision, _As):
    """`as` is one of `enrolments.EXEMPTIONS`."""

    until: str | None
    """The last day; None if the exemption has no end."""
    equivalent: NotRequired[str]
    done_on: NotRequired[str]


class Revoked(_Decision):
    certificate_no: str


class Corrected(_Decision):
    voids: list[int]
    """Numbers of the events that no longer count."""
