"""Form of a rule: the course, for whom, due when, and when again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import streamlit as st
from sqlalchemy import Connection

from database.collation import sort_key
from people.access import Role
from progress.assigning import rule_words, rules
from progress.assigning.audience import MOST_LISTED, Audience
from progress.assigning.rules import AssignmentRule, UnfitRuleError, WantedRule
from progress.assigning.terms import DEFAULT_DAY, Anchor, Recurrence, Terms
from screens.parts.session import Visit
from words import LANGUAGES, Sentence, Words, sentence

FIELD = "rule_"
_ANY_YEAR = 2000
"""A leap year, for a day of the year that comes back to the form."""
WITHIN = 30
"""Days until a course is due, as the form suggests."""


class Whom(StrEnum):
    EVERYBODY = "everybody"
    UNITS = "units"
    ROLES = "roles"
    PEOPLE = "people"


class DueBy(StrEnum):
    WITHIN = "within"
    ON = "on"


WHOM: dict[Whom, Sentence] = {
    Whom.EVERYBODY: sentence("Everybody"),
    Whom.UNITS: sentence("Units"),
    Whom.ROLES: sentence("Roles"),
    Whom.PEOPLE: sentence("A list"),
}
DUE: dict[DueBy, Sentence] = {
    DueBy.WITHIN: sentence("Days after the start"),
    DueBy.ON: sentence("On a day"),
}
_NEVER = ""
AGAIN: dict[str, Sentence] = {
    _NEVER: sentence("Never"),
    Anchor.COMPLETION: sentence("Months after completion"),
    Anchor.ENTRY: sentence("On anniversaries of the first day"),
    Anchor.DAY: sentence("Each year on a day"),
}


@dataclass(frozen=True)
class RuleWish:
    """What stands in the form."""

    course_id: str
    whom: Whom
    units: tuple[str, ...]
    with_all_below: bool
    roles: tuple[Role, ...]
    numbers: str
    starters_within: int | None
    languages: tuple[str, ...]
    except_units: tuple[str, ...]
    except_numbers: str
    terms: Terms


def draw(visit: Visit, units: Sequence[str]) -> RuleWish:
    """Draw the fields, and return what stands in them."""
    t = visit.words
    courses = visit.content.courses
    course_id = st.selectbox(
        t("Course"), list(courses), format_func=lambda name: courses[name].title(t.language), key=FIELD + "course"
    )
    _default("whom", Whom.EVERYBODY)
    whom = st.segmented_control(
        t("For whom"), list(Whom), format_func=lambda each: t.say(WHOM[each]), key=FIELD + "whom", required=True
    )
    ordered = sorted(units, key=lambda name: sort_key(name, t.language))
    chosen_units, below, roles, numbers = _named(t, whom or Whom.EVERYBODY, ordered)
    with st.expander(t("Narrow it, or leave people out")):
        starters = st.number_input(
            t("Only people who began at most so many days before the rule, or since; empty for all"),
            min_value=0,
            max_value=3650,
            value=None,
            step=1,
            key=FIELD + "starters",
        )
        languages = _several(t, t("Only people of these languages"), list(LANGUAGES), "languages", t.language_name)
        without = _several(t, t("Without these units"), ordered, "except_units")
        without_numbers = st.text_area(t("Without these employee numbers, one on a line"), key=FIELD + "except")
    return RuleWish(
        course_id,
        whom or Whom.EVERYBODY,
        chosen_units,
        below,
        roles,
        numbers,
        starters,
        languages,
        without,
        without_numbers,
        _terms(visit, t),
    )


def _named(t: Words, whom: Whom, units: Sequence[str]) -> tuple[tuple[str, ...], bool, tuple[Role, ...], str]:
    """Draw the fields that name people. Return units, whether all below them are meant, roles and numbers."""
    match whom:
        case Whom.UNITS:
            chosen = _several(t, t("Units"), units, "units")
            below = st.checkbox(t("Also everybody who reports to somebody in these units"), key=FIELD + "below")
            return chosen, below, (), ""
        case Whom.ROLES:
            chosen = _several(t, t("Roles"), list(Role), "roles", lambda role: t.say(rule_words.ROLES[Role(role)]))
            return (), False, tuple(map(Role, chosen)), ""
        case Whom.PEOPLE:
            label = t("Employee numbers, one on a line; {n} at most", n=t.number(MOST_LISTED))
            return (), False, (), st.text_area(label, key=FIELD + "numbers")
        case _:
            return (), False, (), ""


def _several(
    t: Words, label: str, options: Sequence[str], field: str, name: Callable[[str], str] = str
) -> tuple[str, ...]:
    """What a rule under change names and the directory no longer has stays in the field; the check complains."""
    gone = [each for each in st.session_state.get(FIELD + field, ()) if each not in options]
    chosen: list[str] = st.multiselect(
        label, [*options, *gone], format_func=name, placeholder=t("Choose"), key=FIELD + field
    )
    return tuple(chosen)


def _terms(visit: Visit, t: Words) -> Terms:
    _default("starts_on", visit.today)
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        starts_on = st.date_input(t("Starts"), format=t.date_field, key=FIELD + "starts_on") or visit.today
    with right:
        grace = st.number_input(
            t("Days at least for people who get it later"),
            min_value=0,
            max_value=365,
            value=14,
            step=1,
            key=FIELD + "grace",
        )
    _default("due", DueBy.WITHIN)
    due = st.segmented_control(
        t("Due"), list(DueBy), format_func=lambda each: t.say(DUE[each]), key=FIELD + "due", required=True
    )
    due_on, within = None, None
    if due is DueBy.ON:
        _default("due_on", starts_on + timedelta(days=WITHIN))
        due_on = st.date_input(t("Due date"), format=t.date_field, key=FIELD + "due_on")
    else:
        within = st.number_input(
            t("Days until it is due"), min_value=1, max_value=730, value=WITHIN, step=1, key=FIELD + "within"
        )
    return Terms(
        starts_on=starts_on, due_on=due_on, within_days=within, grace_days=grace, recurrence=_recurrence(t, starts_on)
    )


def _recurrence(t: Words, starts_on: date) -> Recurrence | None:
    _default("again", _NEVER)
    chosen = st.selectbox(t("Again"), list(AGAIN), format_func=lambda each: t.say(AGAIN[each]), key=FIELD + "again")
    if not chosen:
        return None
    anchor = Anchor(chosen)
    left, right = st.columns(2, vertical_alignment="bottom")
    months, day = 12, None
    with left:
        if anchor is Anchor.DAY:
            _default("day", date(starts_on.year, *DEFAULT_DAY))
            on = st.date_input(t("Each year on"), format=t.date_field, key=FIELD + "day")
            day = (on.month, on.day) if on else DEFAULT_DAY
        else:
            months = st.number_input(
                t("Months between two rounds"), min_value=1, max_value=120, value=12, step=1, key=FIELD + "months"
            )
    with right:
        opens = st.number_input(
            t("Opens so many days before it is due"),
            min_value=0,
            max_value=365,
            value=30,
            step=1,
            key=FIELD + "opens",
        )
    return Recurrence(anchor=anchor, months=months, opens_before=opens, day=day)


def _default(field: str, value: object) -> None:
    st.session_state.setdefault(FIELD + field, value)


def fill(rule: AssignmentRule, numbers: Sequence[str], except_numbers: Sequence[str]) -> None:
    """Put a rule into the fields, before they are drawn. The numbers are those of the people it names."""
    audience, terms = rule.audience, rule.terms
    whom = _named_by(audience)[0]
    recurrence = terms.recurrence
    values = {
        "course": rule.course_id,
        "whom": whom,
        "units": list(audience.units),
        "below": audience.with_all_below,
        "roles": list(audience.roles),
        "numbers": "\n".join(numbers),
        "starters": audience.starters_within,
        "languages": list(audience.languages),
        "except_units": list(audience.except_units),
        "except": "\n".join(except_numbers),
        "grace": terms.grace_days,
        "due": DueBy.ON if terms.due_on else DueBy.WITHIN,
        "due_on": terms.due_on,
        "within": terms.within_days,
        "again": recurrence and recurrence.anchor,
        "months": recurrence and recurrence.months,
        "opens": recurrence and recurrence.opens_before,
        "day": recurrence and recurrence.day and date(_ANY_YEAR, *recurrence.day),
    }
    clear()
    st.session_state.update({FIELD + name: value for name, value in values.items() if value not in (None, "")})


def can_show(audience: Audience) -> bool:
    """True for an audience that is named in one way: the form has no more."""
    return len(_named_by(audience)) == 1


def _named_by(audience: Audience) -> list[Whom]:
    named = {
        Whom.EVERYBODY: audience.everybody,
        Whom.UNITS: bool(audience.units),
        Whom.ROLES: bool(audience.roles),
        Whom.PEOPLE: bool(audience.people),
    }
    return [whom for whom, is_so in named.items() if is_so]


def clear() -> None:
    """Empty the form."""
    for name in [each for each in st.session_state if str(each).startswith(FIELD)]:
        del st.session_state[name]


def wanted(connection: Connection, wish: RuleWish, today: date) -> WantedRule:
    """Return the rule that the form describes. Raises `UnfitRuleError`."""
    return WantedRule(
        wish.course_id,
        Audience(
            everybody=wish.whom is Whom.EVERYBODY,
            units=wish.units,
            with_all_below=wish.with_all_below,
            roles=wish.roles,
            people=_keys(connection, wish.numbers, today),
            starters_within=wish.starters_within,
            languages=wish.languages,
            except_units=wish.except_units,
            except_people=_keys(connection, wish.except_numbers, today),
        ),
        wish.terms,
    )


def _keys(connection: Connection, typed: str, today: date) -> tuple[str, ...]:
    numbers = typed.replace(",", " ").replace(";", " ").split()
    if len(numbers) > MOST_LISTED:
        raise UnfitRuleError(sentence("A list holds {n} people at most.", n=MOST_LISTED))
    return rules.keys_of(connection, numbers, today)
