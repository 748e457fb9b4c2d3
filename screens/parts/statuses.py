"""The statuses in words."""

from progress.reports import Summary
from progress.rules import SAID, Status
from words import Words


def certified(t: Words, found: Summary) -> str:
    """How many are certified, as a title says it."""
    return t.plural(
        "{n} {of_total} is certified",
        "{n} {of_total} are certified",
        found.certified,
        of_total=t.out_of(found.people),
    )


def certified_share(t: Words, found: Summary) -> str:
    """The same with its share in percent, as a sentence without its end."""
    return t(
        "{n} {of_total} people are certified ({share})",
        n=found.certified,
        of_total=t.out_of(found.people),
        share=t.percent(100 * found.certified / found.people),
    )


def said(t: Words, status: Status) -> str:
    return t.say(SAID[status])
