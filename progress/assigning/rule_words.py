"""A rule in words: for whom it is, from when, due when, and when again."""

from collections.abc import Iterator

from people.access import Role
from progress.assigning.audience import Audience
from progress.assigning.terms import DEFAULT_DAY, Anchor, Recurrence, Terms
from words import Sentence, Words, sentence

ROLES: dict[Role, Sentence] = {
    Role.EMPLOYEE: sentence("employees"),
    Role.MANAGER: sentence("managers"),
    Role.HR: sentence("human resources"),
    Role.EDITOR: sentence("content editors"),
    Role.AUDITOR: sentence("auditors"),
}


def for_whom(t: Words, audience: Audience) -> str:
    return "; ".join(_for_whom(t, audience))


def _for_whom(t: Words, audience: Audience) -> Iterator[str]:
    if audience.everybody:
        yield t("everybody")
    if audience.units:
        units = ", ".join(audience.units)
        yield (
            t("units with all below: {units}", units=units)
            if audience.with_all_below
            else t("units: {units}", units=units)
        )
    if audience.roles:
        yield t("roles: {roles}", roles=", ".join(t.say(ROLES[role]) for role in audience.roles))
    if audience.people:
        yield t.plural("{n} person by number", "{n} people by number", len(audience.people))
    if audience.starters_within is not None:
        yield t.plural("starters within {n} day", "starters within {n} days", audience.starters_within)
    if audience.languages:
        yield t("languages: {languages}", languages=", ".join(map(t.language_name, audience.languages)))
    if audience.except_units:
        yield t("without units: {units}", units=", ".join(audience.except_units))
    if audience.except_people:
        yield t.plural("without {n} person", "without {n} people", len(audience.except_people))


def terms(t: Words, terms: Terms) -> str:
    """Return from when the rule applies, when what it assigns is due, and when again."""
    return "; ".join(_terms(t, terms))


def _terms(t: Words, terms: Terms) -> Iterator[str]:
    yield t("from {day}", day=t.date(terms.starts_on))
    if terms.due_on is not None:
        yield t("due on {day}", day=t.date(terms.due_on))
    if terms.within_days is not None:
        yield t.plural("due within {n} day", "due within {n} days", terms.within_days)
    if terms.recurrence is not None:
        yield again(t, terms.recurrence)


def again(t: Words, recurrence: Recurrence) -> str:
    months = t.plural("{n} month", "{n} months", recurrence.months)
    match recurrence.anchor:
        case Anchor.COMPLETION:
            return t("again {months} after completion", months=months)
        case Anchor.ENTRY:
            return t("again on each anniversary of the first day, after {months}", months=months)
        case Anchor.DAY:
            month, day = recurrence.day or DEFAULT_DAY
            return t("again each year on {day}", day=f"{month:02}-{day:02}")
