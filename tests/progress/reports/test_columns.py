"""The columns of an export."""

from progress.reports.columns import TABLE


def test_a_column_in_words_follows_a_column_of_codes() -> None:
    assert {column.name: column.in_words.name for column in TABLE if column.in_words} == {
        "course": "course_title",
        "status": "status_in_words",
    }
