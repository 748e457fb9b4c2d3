"""Statuses in words: one person's, and the counts of many people."""

from collections.abc import Iterator

from progress.completion.rules import SAID, Status
from progress.reports.lists import Summary
from words import Words


def certified(t: Words, found: Summary) -> str:
    """Return how many are certified, as a title."""
    return t.plural(
        "{n} {of_total} is certified",
        "{n} {of_total} are certified",
        found.certified,
        of_total=t.out_of(found.people),
    )


def counted(t: Words, found: Summary) -> str:
    """Return a sentence that counts everybody: the certified, and the others by status."""
    others = list(_others(t, found))
    return f"{_certified_share(t, found)}; {t.list(others)}." if others else f"{_certified_share(t, found)}."


def others(t: Words, found: Summary) -> str:
    """Return a sentence about those who are not certified, for under a title that says how many are."""
    found_others = list(_others(t, found))
    return t("Of the others: {counts}.", counts=t.list(found_others)) if found_others else ""


def _certified_share(t: Words, found: Summary) -> str:
    return t.plural(
        "{n} {of_total} people is certified ({share})",
        "{n} {of_total} people are certified ({share})",
        found.certified,
        of_total=t.out_of(found.people),
        share=t.percent(100 * found.certified / found.people),
    )


def _others(t: Words, found: Summary) -> Iterator[str]:
    """Yield the number of people in each status that has any, except the certified ones."""
    if n := found.count(Status.IN_PROGRESS) + found.count(Status.PASSED):
        yield t.plural("{n} is in progress", "{n} are in progress", n)
    if n := found.count(Status.NOT_STARTED):
        yield t.plural("{n} has not started", "{n} have not started", n)
    if n := found.count(Status.OVERDUE):
        yield t.plural("{n} is overdue", "{n} are overdue", n)
    if n := found.count(Status.NOTHING_ASSIGNED):
        yield nothing_assigned(t, n)
    if n := found.count(Status.EXPIRED):
        yield t.plural("{n} certificate has expired", "{n} certificates have expired", n)
    if n := found.count(Status.REVOKED):
        yield t.plural("{n} certificate was revoked", "{n} certificates were revoked", n)
    if n := found.count(Status.EXEMPT):
        yield t.plural("{n} is exempt", "{n} are exempt", n)


def nothing_assigned(t: Words, n: int) -> str:
    return t.plural("{n} has nothing assigned", "{n} have nothing assigned", n)


def said(t: Words, status: Status) -> str:
    return t.say(SAID[status])
