"""Corrections on the screen of one person: what to correct, what that would change, and what was done, read back."""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from database import UnknownOutcomeError
from people.access import Act, Asker, RefusedError
from people.directory import Person
from progress.completion import corrections
from progress.completion.correction_words import choice, consequences, done
from progress.completion.corrections import LONGEST_REASON, Choice, Corrected, NotCorrectedError, Plan, What, Wish
from screens.parts import navigation, page, session
from screens.parts.session import SignedOutError, Visit
from words import Sentence, Words, sentence

USUAL = timedelta(days=14)
"""How long somebody has for a course that is assigned anew."""
_LOOKED_AT = "correction_looked_at"
_DONE = "correction_done"
_REFUSED = "correction_refused"
_FIELD = "correction_"
_FIELDS = ("what", "until", "equivalent", "done_on", "anew", "due_on", "reason")
_WRITTEN = "written_correction"
"""What was chosen and typed: Streamlit forgets it while the preview stands in its place."""

_CONFIRM: dict[What, Sentence] = {
    What.VOID_ATTEMPT: sentence("Void the attempt"),
    What.VOID_EXEMPTION: sentence("Void the exemption"),
    What.EXEMPT: sentence("Exempt the person"),
    What.EQUIVALENT: sentence("Record the equivalent"),
    What.REVOKE: sentence("Revoke the certificate"),
}


def draw(seen: Visit, person: Person) -> None:
    """Nothing for whoever corrects nothing, as auditors."""
    if not seen.may(Act.CORRECT):
        return
    t = seen.words
    with st.container(gap="small", key="correction"):
        st.header(t("Correct this record"), anchor=False)
        if person.key == seen.principal.key:
            st.markdown(t("Nobody corrects their own record. Somebody else of human resources can."))
            return
        made: Corrected | None = st.session_state.pop(_DONE, None)
        if made is not None and made.person_key == person.key:
            page.confirmation(done(t, seen.content, made))
        looked_at: Plan | None = st.session_state.get(_LOOKED_AT)
        if looked_at is not None and looked_at.person_key == person.key:
            _preview(seen, looked_at)
        else:
            _form(seen, person)


# What to correct


def _form(seen: Visit, person: Person) -> None:
    t = seen.words
    with seen.database.reading() as connection:
        found = corrections.of_person(connection, seen.principal, person.key)
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
    zone = seen.house.settings.time_zone
    labels = {_name(each): choice(t, seen.content, each, zone, with_course=_are_of_several(found)) for each in found}
    what = st.radio(
        t("What has to be corrected?"), list(labels), index=None, format_func=labels.__getitem__, key=_FIELD + "what"
    )
    chosen = next((each for each in found if _name(each) == what), None)
    if chosen is not None:
        _fields(seen, chosen)
        st.text_input(t("Reason"), max_chars=LONGEST_REASON, key=_FIELD + "reason")
        st.caption(t("The person and every auditor can read it, for good. Write it without anybody’s name."))
    _complaint(t)
    if chosen is not None and st.button(
        t("Show what this changes"), key="look_at_correction", type="primary", on_click=look, args=(person.key,)
    ):
        navigation.again(look, person.key)


def _complaint(t: Words) -> None:
    """What keeps the last press from being done, beside the button that was pressed."""
    refused: Sentence | None = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        page.complaint(t.say(refused))


def _name(found: Choice) -> str:
    """By what a choice is known from one run to the next."""
    return f"{found.what.value}/{found.course_id}/{found.cycle}/{found.seq}"


def _are_of_several(found: Sequence[Choice]) -> bool:
    return len({(each.course_id, each.cycle) for each in found}) > 1


def _fields(seen: Visit, chosen: Choice) -> None:
    """What else has to be known for what is chosen."""
    t = seen.words
    match chosen.what:
        case What.EXEMPT:
            _day(t, t("Last day of the exemption; empty if it has none"), "until", earliest=seen.today)
        case What.EQUIVALENT:
            st.text_input(t("What was done"), max_chars=LONGEST_REASON, key=_FIELD + "equivalent")
            _day(t, t("On which day"), "done_on", latest=seen.today)
            _day(t, t("Last day on which it counts; empty if it has none"), "until", earliest=seen.today)
        case What.REVOKE if chosen.is_latest and chosen.course_id in seen.content.courses:
            _default("anew", value=True)
            if st.checkbox(t("Assign the course anew"), key=_FIELD + "anew"):
                _default("due_on", value=seen.today + USUAL)
                _day(t, t("Due"), "due_on", earliest=seen.today + timedelta(days=1))


def _default(field: str, *, value: object) -> None:
    st.session_state.setdefault(_FIELD + field, value)


def _day(t: Words, label: str, field: str, earliest: date | None = None, latest: date | None = None) -> None:
    _default(field, value=None)
    form = "DD.MM.YYYY" if t.language == "cs" else "DD/MM/YYYY"
    st.date_input(label, min_value=earliest, max_value=latest, format=form, width=220, key=_FIELD + field)


def look(person_key: str) -> None:
    """Works out what the correction would change; nothing is changed by it."""
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
        asker = Asker(now.principal, now.now, now.house.settings.time_zone)
        looked_at = corrections.look(now.database, asker, person_key, wish, course)
    except NotCorrectedError as error:
        st.session_state[_REFUSED] = error.reason
    except (SignedOutError, RefusedError):
        return
    except SQLAlchemyError:
        st.session_state[_REFUSED] = page.NOT_SAVED
    else:
        st.session_state[_LOOKED_AT] = looked_at
        st.session_state[_WRITTEN] = written


def _wish(chosen: Choice, written: dict[str, Any]) -> Wish:
    """Without what was typed for something else before."""
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


def _preview(seen: Visit, looked_at: Plan) -> None:
    t = seen.words
    wish = looked_at.wish
    said = [
        *consequences(t, seen.content, looked_at),
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
    """Makes the correction that was looked at: once, whatever is pressed how often."""
    looked_at: Plan | None = st.session_state.get(_LOOKED_AT)
    if looked_at is None:
        return
    try:
        now = session.in_callback()
        course = now.content.courses.get(looked_at.wish.course_id)
        asker = Asker(now.principal, now.now, now.house.settings.time_zone)
        made = corrections.make(now.database, asker, looked_at, course)
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
    """To what was chosen and typed."""
    st.session_state.pop(_LOOKED_AT, None)
    for name, value in st.session_state.pop(_WRITTEN, {}).items():
        st.session_state[_FIELD + name] = value
