"""Corrections on the screen of one person: the choice, a preview of its effects, and the result, read back."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from database import UnknownOutcomeError
from people.access import Act, RefusedError
from people.directory import Person
from progress.completion import corrections
from progress.completion.correction_words import choice, consequences, done
from progress.completion.corrections import (
    LONGEST_REASON,
    Correctable,
    Correction,
    NotCorrectedError,
    Plan,
    What,
    Wish,
)
from screens.parts import navigation, page, session
from screens.parts.session import SignedOutError, Visit
from words import Sentence, Words, sentence

USUAL = timedelta(days=14)
"""Time for a course that is assigned again."""
_LOOKED_AT = "correction_looked_at"
_DONE = "correction_done"
_REFUSED = "correction_refused"
_FIELD = "correction_"
_FIELDS = ("what", "until", "equivalent", "done_on", "anew", "due_on", "reason")
_WRITTEN = "written_correction"
"""Values of the form: Streamlit forgets them while the preview is in its place."""

_CONFIRM: dict[What, Sentence] = {
    What.VOID_ATTEMPT: sentence("Void the attempt"),
    What.VOID_PRIOR: sentence("Void the questions before the lesson"),
    What.VOID_EXEMPTION: sentence("Void the exemption"),
    What.EXEMPT: sentence("Exempt the person"),
    What.EQUIVALENT: sentence("Record the equivalent"),
    What.REVOKE: sentence("Revoke the certificate"),
}


def draw(visit: Visit, person: Person) -> None:
    """Draw nothing for people who may not correct, such as auditors."""
    if not visit.may(Act.CORRECT):
        return
    t = visit.words
    with st.container(gap="small", key="correction"):
        st.header(t("Correct this record"), anchor=False)
        if person.key == visit.principal.key:
            st.markdown(t("You cannot correct your own record. Somebody else in human resources can."))
            return
        made: Correction | None = st.session_state.pop(_DONE, None)
        if made is not None and made.person_key == person.key:
            page.confirmation(done(t, visit.content, made))
        looked_at: Plan | None = st.session_state.get(_LOOKED_AT)
        if looked_at is not None and looked_at.person_key == person.key:
            _preview(visit, looked_at)
        else:
            _form(visit, person)


# What to correct


def _form(visit: Visit, person: Person) -> None:
    t = visit.words
    with visit.database.reading() as connection:
        found = corrections.of_person(connection, visit.principal, person.key)
    if not found:
        _complaint(t)
        st.markdown(t("There is nothing here to correct: no course is open, and no certificate is valid."))
        return
    st.markdown(
        t(
            "Nothing is changed or deleted. A correction is one more entry, under your name and with its reason, and "
            "the person reads both. You see what it changes before it is made."
        )
    )
    zone = visit.zone
    labels = {_name(each): choice(t, visit.content, each, zone, with_course=_are_of_several(found)) for each in found}
    what = st.radio(
        t("What has to be corrected?"), list(labels), index=None, format_func=labels.__getitem__, key=_FIELD + "what"
    )
    chosen = next((each for each in found if _name(each) == what), None)
    if chosen is not None:
        _fields(visit, chosen)
        st.text_input(t("Reason"), max_chars=LONGEST_REASON, key=_FIELD + "reason")
        st.caption(t("The person and every auditor can read it, for good. Write it without anybody’s name."))
    _complaint(t)
    if chosen is not None and st.button(
        t("Show what this changes"), key="look_at_correction", type="primary", on_click=look, args=(person.key,)
    ):
        navigation.again(look, person.key)


def _complaint(t: Words) -> None:
    """Say why the last press had no effect, next to the button that was pressed."""
    refused: Sentence | None = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        page.complaint(t.say(refused))


def _name(found: Correctable) -> str:
    """Return the name by which a choice is recognised in the next run."""
    return f"{found.what.value}/{found.course_id}/{found.cycle}/{found.seq}"


def _are_of_several(found: Sequence[Correctable]) -> bool:
    return len({(each.course_id, each.cycle) for each in found}) > 1


def _fields(visit: Visit, chosen: Correctable) -> None:
    """Draw the fields that the choice needs."""
    t = visit.words
    match chosen.what:
        case What.EXEMPT:
            _day(t, t("Last day of the exemption; empty if it has none"), "until", earliest=visit.today)
        case What.EQUIVALENT:
            st.text_input(t("What was done"), max_chars=LONGEST_REASON, key=_FIELD + "equivalent")
            _day(t, t("On which day"), "done_on", latest=visit.today)
            _day(t, t("Last day on which it counts; empty if it has none"), "until", earliest=visit.today)
        case What.REVOKE if chosen.is_latest and chosen.course_id in visit.content.courses:
            _default("anew", value=True)
            if st.checkbox(t("Assign the course again"), key=_FIELD + "anew"):
                _default("due_on", value=visit.today + USUAL)
                _day(t, t("Due"), "due_on", earliest=visit.today + timedelta(days=1))


def _default(field: str, *, value: object) -> None:
    st.session_state.setdefault(_FIELD + field, value)


def _day(t: Words, label: str, field: str, earliest: date | None = None, latest: date | None = None) -> None:
    _default(field, value=None)
    st.date_input(label, min_value=earliest, max_value=latest, format=t.date_field, width=220, key=_FIELD + field)


def look(person_key: str) -> None:
    """Work out what the correction would change, without changing it."""
    written = {name: st.session_state.get(_FIELD + name) for name in _FIELDS}
    try:
        now = session.in_callback()
        with now.database.reading() as connection:
            found = corrections.of_person(connection, now.principal, person_key)
        chosen = next((each for each in found if _name(each) == written["what"]), None)
        if chosen is None:
            st.session_state[_REFUSED] = sentence("The record has changed; choose again.")
            return
        course = now.content.courses.get(chosen.course_id)
        wish = _wish(chosen, written)
        looked_at = corrections.look(now.database, now.asker, person_key, wish, course)
    except NotCorrectedError as error:
        st.session_state[_REFUSED] = error.reason
    except (SignedOutError, RefusedError):
        return
    except SQLAlchemyError:
        st.session_state[_REFUSED] = page.NOT_SAVED
    else:
        st.session_state[_LOOKED_AT] = looked_at
        st.session_state[_WRITTEN] = written


def _wish(chosen: Correctable, written: dict[str, Any]) -> Wish:
    """Return the wish, without values that were typed for another choice before."""
    what = chosen.what
    is_exemption = what in {What.EXEMPT, What.EQUIVALENT}
    return Wish(
        what,
        chosen.course_id,
        chosen.cycle,
        chosen.seq,
        reason=written["reason"] or "",
        until=written["until"] if is_exemption else None,
        equivalent=(written["equivalent"] or "") if what is What.EQUIVALENT else "",
        done_on=written["done_on"] if what is What.EQUIVALENT else None,
        due_on=written["due_on"] if what is What.REVOKE and written["anew"] and chosen.is_latest else None,
    )


# What it would change


def _preview(visit: Visit, looked_at: Plan) -> None:
    t = visit.words
    wish = looked_at.wish
    said = [
        *consequences(t, visit.content, looked_at),
        t("The reason that stays: {reason}", reason=wish.reason.strip()),
    ]
    st.markdown(t("This is what would change. Nothing has been changed yet."))
    st.html(f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in said)}</ul>")
    _complaint(t)
    with st.container(horizontal=True):
        if st.button(t.say(_CONFIRM[wish.what]), key="make_correction", type="primary", on_click=make):
            navigation.again(make)
        if st.button(t("Back, change nothing"), key="leave_correction", on_click=back):
            navigation.again(back)


def make() -> None:
    """Make the correction of the preview, once, however often the button is pressed."""
    looked_at: Plan | None = st.session_state.get(_LOOKED_AT)
    if looked_at is None:
        return
    try:
        now = session.in_callback()
        course = now.content.courses.get(looked_at.wish.course_id)
        made = corrections.make(now.database, now.asker, looked_at, course)
    except NotCorrectedError as error:
        st.session_state[_REFUSED] = error.reason
        back()
    except (SignedOutError, RefusedError):
        return
    except UnknownOutcomeError:
        st.session_state[_REFUSED] = page.UNKNOWN_OUTCOME
    except SQLAlchemyError:
        st.session_state[_REFUSED] = page.NOT_SAVED
    else:
        st.session_state[_DONE] = made
        del st.session_state[_LOOKED_AT]


def back() -> None:
    """Return to the form, with its values."""
    st.session_state.pop(_LOOKED_AT, None)
    for name, value in st.session_state.pop(_WRITTEN, {}).items():
        st.session_state[_FIELD + name] = value
