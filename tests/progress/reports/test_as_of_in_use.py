"""As of a day, by whoever asks: HR and managers in a browser, a download's address, the operator's command."""

import shutil
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import width
from asking import at_noon
from browsing import Reader, plain
from openpyxl import load_workbook
from operating import Run, records
from playwright.sync_api import Download, expect
from serving import NewReader, Server

from commands import application
from database import Database
from people.access import OPERATOR, Act, Role
from progress.completion.rules import Status
from progress.reports import lists
from progress.reports.as_of import NotYetError, as_of
from progress.reports.export_statements import ENDING
from progress.reports.lists import Summary
from progress.reports.selection import Selection
from words import Words

A_DAY = timedelta(days=1)
BACK = 20 * A_DAY
"""In the middle of what the demonstration lived through."""


@pytest.fixture
def today(zone: ZoneInfo) -> date:
    return datetime.now(zone).date()


def summed(database: Database, day: date, today: date, zone: ZoneInfo) -> Summary:
    """Of the rows: one for each person and course."""
    with as_of(database, at_noon(OPERATOR, today, zone), Act.SEE_CERTIFICATIONS, day) as view:
        return lists.summary(view, Selection())


def summed_people(database: Database, day: date, today: date, zone: ZoneInfo) -> Summary:
    with as_of(database, at_noon(OPERATOR, today, zone), Act.SEE_CERTIFICATIONS, day) as view:
        return lists.summary_of_people(view, Selection())


def standing(rows: list[dict[str, str]], head: str = "status") -> dict[Status, int]:
    return {status: n for status in Status if (n := sum(row[head] == status for row in rows))}


# In a browser


def choose(reader: Reader, day: date) -> None:
    """Types the day, in the order in which both languages write it. The last digit counts after a moment, or at the
    Escape if that comes first."""
    reader.page.locator(".st-key-as_of").get_by_role("spinbutton").first.click()

    def type_it() -> None:
        reader.page.keyboard.type(f"{day:%d%m%Y}")
        reader.page.keyboard.press("Escape")

    reader.runs_by(type_it)


def taken(reader: Reader, name: str) -> list[dict[str, str]]:
    """The records of the CSV that lies under that name, beside its statement, in the ZIP that the screen offers."""
    answer = reader.context.request.get(str(reader.link("Download CSV").get_attribute("href")))
    assert f"{name}.zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(BytesIO(answer.body())) as both:
        assert both.namelist() == [name, name + ENDING]
        return records(both.read(name).decode())


@pytest.mark.wide
@pytest.mark.browser
@pytest.mark.parametrize("language", width.languages())
def test_hr_sees_and_takes_along_how_it_was(
    new_reader: NewReader, server: Server, today: date, zone: ZoneInfo, language: str
) -> None:
    reader = new_reader(server.cast(Role.HR), language)
    t, page, day = reader.words, reader.page, today - BACK
    then, now = (summed_people(server.database, each, today, zone) for each in (day, today))
    assert then.certified < now.certified
    reader.go("/certifications")
    assert plain(said(t, now)) in reader.main()
    choose(reader, day)
    assert plain(t("Certification records · as of {today}", today=t.date(day))) in reader.main()
    of_total = t.out_of(then.people)
    one, many = "{n} {of_total} is certified", "{n} {of_total} are certified"
    assert reader.title() == plain(t.plural(one, many, then.certified, of_total=of_total))
    expect(reader.link("Download certificates (ZIP)")).to_have_count(0)

    rows = taken(reader, f"kodex-certifications-{day}.csv")
    assert {row[t("As of")] for row in rows} == {day.isoformat()}
    assert standing(rows, t("Status (code)")) == summed(server.database, day, today, zone).by_status
    reader.search("Nikdo Takový")
    expect(page.get_by_text(t("Nobody matches. Change or clear a filter."))).to_be_visible()

    reader.go("/certifications")
    choose(reader, today - 4000 * A_DAY)
    n = summed_people(server.database, today - 4000 * A_DAY, today, zone).people
    one, many = "{n} person, with no course yet", "{n} people, none with a course yet"
    assert reader.title() == plain(t.plural(one, many, n))
    choose(reader, today)
    assert plain(said(t, now)) in reader.main()


@pytest.mark.browser
@pytest.mark.parametrize("key", width.sample(["", "Enter", "Tab"], ""))
def test_a_day_that_is_typed_counts_without_closing_the_calendar(
    new_reader: NewReader, server: Server, today: date, key: str
) -> None:
    """At the latest when the field is left, and the files are of that day."""
    reader = new_reader(server.cast(Role.HR))
    t, day = reader.words, today - BACK
    reader.go("/certifications")
    part = reader.page.locator(".st-key-as_of").get_by_role("spinbutton")
    part.first.click()

    def type_it() -> None:
        reader.page.keyboard.type(f"{day:%d%m%Y}")
        if key:
            reader.page.keyboard.press(key)

    reader.runs_by(type_it)
    assert plain(t("Certification records · as of {today}", today=t.date(day))) in reader.main()
    for label in ("Download Excel", "Download CSV", "Download JSON"):
        assert f"as_of={day}" in str(reader.link(label).get_attribute("href"))


@pytest.mark.wide
@pytest.mark.browser
def test_no_file_is_taken_while_another_day_is_being_typed(
    new_reader: NewReader, server: Server, today: date
) -> None:
    reader, day = new_reader(server.cast(Role.HR)), today - BACK
    reader.go("/certifications")
    reader.page.locator(".st-key-as_of").get_by_role("spinbutton").first.click()
    *begun, last = f"{day:%d%m%Y}"
    reader.page.keyboard.type("".join(begun))
    taken: list[Download] = []
    reader.page.on("download", lambda each: taken.append(each))
    reader.link("Download CSV").evaluate("each => each.click()")
    expect(reader.page.locator("html[data-choosing]")).to_have_count(1)
    assert not taken
    reader.runs_by(lambda: reader.page.keyboard.type(last))
    with reader.page.expect_download() as download:
        reader.link("Download CSV").click()
    assert download.value.suggested_filename == f"kodex-certifications-{day}.csv.zip"


@pytest.mark.wide
@pytest.mark.browser
@pytest.mark.parametrize("language", width.languages())
def test_a_day_in_the_future_leaves_today_in_the_field_and_says_why(
    new_reader: NewReader, server: Server, today: date, language: str
) -> None:
    reader = new_reader(server.cast(Role.HR), language)
    reader.go("/certifications")
    choose(reader, today + 400 * A_DAY)
    assert plain(reader.words.say(NotYetError.reason)) in reader.main()
    shown = reader.page.locator(".st-key-as_of").get_by_role("spinbutton").all_inner_texts()
    assert [int(part) for part in shown] == [today.day, today.month, today.year]
    assert f"as_of={today}" in str(reader.link("Download CSV").get_attribute("href"))


def said(t: Words, found: Summary) -> str:
    return t.plural(
        "{n} {of_total} people is certified ({share})",
        "{n} {of_total} people are certified ({share})",
        found.certified,
        of_total=t.out_of(found.people),
        share=t.percent(100 * found.certified / found.people),
    )


@pytest.mark.wide
@pytest.mark.browser
def test_a_manager_sees_how_the_team_was(new_reader: NewReader, server: Server, today: date) -> None:
    reader = new_reader(server.cast(Role.MANAGER))
    t, day = reader.words, today - BACK
    reader.go("/team")
    before = reader.main()
    choose(reader, day)
    assert plain(t.date(day)) in reader.main()
    assert reader.main() != before
    assert {row[t("As of")] for row in taken(reader, f"kodex-team-{day}.csv")} == {day.isoformat()}


# By address


def test_a_download_is_as_of_the_day_that_its_address_names(server: Server, today: date, zone: ZoneInfo) -> None:
    day = today - BACK
    with server.client(server.cast(Role.AUDITOR)) as client:
        rows = records(client.get("/export/certifications.csv", params={"as_of": str(day)}).text)
        book = client.get("/export/certifications.xlsx", params={"as_of": str(day), "headers": "field"})
        head, *cells = load_workbook(BytesIO(book.content)).worksheets[0].iter_rows(values_only=True)
    assert standing(rows) == summed(server.database, day, today, zone).by_status
    assert f"kodex-certifications-{day}.xlsx" in book.headers["content-disposition"]
    assert {row[head.index("as_of")].date() for row in cells} == {day}
    assert len(cells) == len(rows)


@pytest.mark.parametrize("asked", ["tomorrow", "2026-02-30", "1. 1. 2026", ""])
def test_a_download_of_no_day_is_refused_and_one_without_a_day_is_of_today(
    server: Server, today: date, asked: str
) -> None:
    day = str(today + A_DAY) if asked == "tomorrow" else asked
    with server.client(server.cast(Role.AUDITOR)) as client:
        answer = client.get("/export/certifications.csv", params={"as_of": day})
    assert answer.status_code == (400 if asked else 200)
    if not asked:
        assert {row["as_of"] for row in records(answer.text)} == {str(today)}


# From the command line


@pytest.fixture
def run(operated: Callable[..., Run], filled: Path, tmp_path: Path) -> Run:
    file = shutil.copy(filled, tmp_path / "kodex.sqlite3")
    return operated(f"sqlite:///{file}", "export", "certifications", "--output", str(tmp_path / "out.csv"))


@pytest.mark.parametrize("form", ["{d:%Y-%m-%d}", "{d.day}. {d.month}. {d.year}", "{d.day}.{d.month}.{d.year}"])
def test_the_command_writes_how_it_was(run: Run, tmp_path: Path, today: date, zone: ZoneInfo, form: str) -> None:
    day = today - BACK
    result = run("--as-of", form.format(d=day))
    assert result.exit_code == 0, result.output
    rows = records((tmp_path / "out.csv").read_bytes().decode())
    assert {row["as_of"] for row in rows} == {day.isoformat()}
    copied = Database(f"sqlite:///{tmp_path / 'kodex.sqlite3'}")
    assert standing(rows) == summed(copied, day, today, zone).by_status
    copied.close()


@pytest.mark.parametrize("asked", ["tomorrow", "yesterday", "2026-13-01", "30. 2. 2026"])
def test_the_command_refuses_what_is_no_day_or_has_not_come(
    run: Run, tmp_path: Path, today: date, asked: str
) -> None:
    result = run("--as-of", str(today + A_DAY) if asked == "tomorrow" else asked)
    assert (result.exit_code, (tmp_path / "out.csv").exists()) == (1, False)
    expected = application.t.say(NotYetError.reason) if asked == "tomorrow" else asked
    assert plain(expected) in plain(result.output)
