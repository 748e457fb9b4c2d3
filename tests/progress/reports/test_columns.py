"""The columns of an export: those agreed, documented one by one, and none with a score for a manager."""

from conftest import HOME

from progress.reports.columns import TABLE, TEAM_COLUMNS


def test_the_documentation_has_each_column_in_its_order() -> None:
    documented = (
        (HOME / "docs" / "records.md").read_text("utf-8").split("| column |")[1].splitlines()[2 : 2 + len(TABLE)]
    )
    assert documented == [
        f"| `{column.name}` | {'yes' if column.name in TEAM_COLUMNS else ''} | {column.meaning} |" for column in TABLE
    ]


def test_a_column_in_words_follows_a_column_of_codes() -> None:
    assert {column.name: column.in_words.name for column in TABLE if column.in_words} == {
        "course": "course_title",
        "status": "status_in_words",
    }
