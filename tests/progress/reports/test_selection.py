"""A selection in an address: what was written is what is read, and nothing invalid is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.completion.rules import Status
from progress.reports.selection import Selection

TEXTS = st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
DAYS = st.none() | st.dates()


@given(
    st.builds(
        Selection,
        course_id=TEXTS,
        unit=TEXTS,
        status=st.none() | st.sampled_from(Status),
        search=TEXTS,
        due_from=DAYS,
        due_to=DAYS,
        completed_from=DAYS,
        completed_to=DAYS,
        every_cycle=st.booleans(),
        leavers=st.booleans(),
    )
)
def test_an_address_names_the_same_selection(selection: Selection) -> None:
    assert Selection.from_query(selection.as_query()) == selection


def test_the_names_in_addresses_stay() -> None:
    day = date(2026, 3, 31)
    every = Selection("c", "u", Status.OVERDUE, "s", day, day, day, day, every_cycle=True, leavers=True)
    assert every.as_query() == {
        "course": "c",
        "unit": "u",
        "status": "overdue",
        "search": "s",
        **dict.fromkeys(("due_from", "due_to", "completed_from", "completed_to"), "2026-03-31"),
        **dict.fromkeys(("every_cycle", "leavers"), "1"),
    }
    assert Selection().as_query() == {}


@pytest.mark.parametrize(
    "query", [{"status": "nowhere"}, {"due_from": "yesterday"}, {"search": "a\0"}, {"other": "\0"}]
)
def test_what_names_no_selection_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Selection.from_query(query)
