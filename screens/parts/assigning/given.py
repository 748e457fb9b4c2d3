"""Rules that there are: what each says, whom its end touches, and the way to change it."""

from html import escape

import streamlit as st

from people import directory, security_log
from people.access import Act, require
from progress.assigning import applying, rule_words, rules
from progress.assigning.rules import AssignmentRule, UnfitRuleError
from screens.parts import page
from screens.parts.assigning import form
from screens.parts.page import Told
from screens.parts.session import Visit
from words import sentence

REPLACED = "assigning_replaces"
"""Number of the rule that the form changes."""
_ENDING = "assigning_ends"
_TOLD = "assigning_told"
MOST_NAMES = 5


def draw(visit: Visit, found: list[AssignmentRule], makers: dict[str, str]) -> None:
    """`makers` are the names of the people who made the rules, by person key."""
    t = visit.words
    told: Told | None = st.session_state.pop(_TOLD, None)
    if told is not None:
        page.tell(t, told)
    for rule in found:
        with st.container(gap="xsmall", key=f"given_{rule.number}"):
            _say(visit, rule, makers)
            if st.session_state.get(_ENDING) == rule.number:
                _ending(visit, rule)
                continue
            with st.container(horizontal=True):
                label = t("Change rule {number}", number=rule.number)
                if st.button(label, key=f"change_{rule.number}"):
                    _tell(_change(rule.number))
                label = t("End rule {number}", number=rule.number)
                if st.button(label, key=f"end_{rule.number}"):
                    st.session_state[_ENDING] = rule.number
                    st.rerun()


def _say(visit: Visit, rule: AssignmentRule, makers: dict[str, str]) -> None:
    t = visit.words
    course = visit.content.courses.get(rule.course_id)
    title = course.title(t.language) if course else rule.course_id
    by = makers.get(rule.made_by, rule.made_by)
    day = t.date(rule.made_at.astimezone(visit.zone).date())
    lines = (
        rule_words.for_whom(t, rule.audience),
        rule_words.terms(t, rule.terms),
        t("rule {number}, made on {day} by {by}", number=rule.number, day=day, by=by),
    )
    said = "<br>".join(escape(line[:1].upper() + line[1:]) for line in lines)
    st.html(f"<h3>{escape(t.set(title))}</h3><p>{said}</p>")


def names(visit: Visit, some: list[applying.Reached], total: int) -> str:
    """Return the names of the first few people, and how many there are besides; `some` are the first of `total`."""
    t = visit.words
    first = [each.person.name for each in some[:MOST_NAMES]]
    if total == len(first):
        return t.list(first)
    more = total - len(first)
    return t.plural("{names} and {n} more", "{names} and {n} more", more, names=", ".join(first))


def _ending(visit: Visit, rule: AssignmentRule) -> None:
    """Say whom the end touches, and ask."""
    t = visit.words
    with visit.database.snapshot() as connection:
        touched = applying.touched_by_end(connection, rule, visit.today)
    if touched:
        keep = t.plural(
            "{n} person has the course by this rule and keeps it.",
            "{n} people have the course by this rule and keep it.",
            len(touched),
        )
        page.said(f"{keep} {names(visit, touched, len(touched))}.")
    else:
        st.markdown(t("Nobody has an open course by this rule."))
    st.markdown(t("Nobody gets the course by this rule any more, and nobody gets it again."))
    with st.container(horizontal=True):
        if st.button(t("End the rule"), type="primary", key="end_confirmed"):
            del st.session_state[_ENDING]
            _tell(_end(rule.number))
        if st.button(t("Keep the rule"), key="end_left"):
            del st.session_state[_ENDING]
            st.rerun()


def _tell(told: Told | None) -> None:
    """Draw the screen again, with what became of a press."""
    if told is not None:
        st.session_state[_TOLD] = told
    st.rerun()


def _end(number: int) -> Told | None:
    def act(now: Visit) -> None:
        require(now.principal, Act.ASSIGN)
        by = now.principal.key
        now.database.write(lambda connection: rules.end(connection, number, by, now.now))
        security_log.note("assignment rule ended", person=by, rule=number)

    done = sentence("Rule {number} has ended; it assigns nothing any more.", number=number)
    return page.write("rules", act, done)


def _change(number: int) -> Told | None:
    """Put the rule into the form, which is drawn later."""

    def act(now: Visit) -> None:
        require(now.principal, Act.ASSIGN)
        with now.database.reading() as connection:
            rule = rules.numbered(connection, number)
            if rule.course_id not in now.content.courses:
                raise UnfitRuleError(
                    sentence("The course of rule {number} is not taught any more. End the rule.", number=number)
                )
            if not form.can_show(rule.audience):
                raise UnfitRuleError(
                    sentence(
                        "Rule {number} names people in several ways at once, which the form cannot show. End it, and "
                        "make a rule for each of them.",
                        number=number,
                    )
                )
            named = directory.by_keys(connection, (*rule.audience.people, *rule.audience.except_people))
        numbers = [named[key].employee_id for key in rule.audience.people if key in named]
        except_numbers = [named[key].employee_id for key in rule.audience.except_people if key in named]
        form.fill(rule, numbers, except_numbers)
        st.session_state[REPLACED] = number

    return page.write("rules", act, sentence("You are changing rule {number} in the form below.", number=number))
