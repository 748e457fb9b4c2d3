"""HR's file in a real browser, in production: seen, refused line by line, agreed to, done, and read back."""

from collections.abc import Iterator

import pytest
import width
from browsing import Reader, plain
from playwright.sync_api import Browser, expect
from serving import PASSWORD, Server
from sqlalchemy import func, select, update

from people import directory
from people.access import Role
from people.demonstration import CAST
from people.directory import people
from people.sign_in.passwords import passwords

pytestmark = pytest.mark.browser

HEAD = "id;name;e-mail;unit;manager\n"
NEW = {
    "cs": "700001;Nová Osoba;nova.osoba@example.com;Doprava;100003\n",
    "en": "700002;New Person;new.person@example.com;Doprava;100003\n",
}
MANY = 5000
STALE = "The directory has changed since you looked; look again at what would change."


def of_everybody(server: Server) -> list[str]:
    """The file that says what the directory knows already."""
    with server.database.reading() as connection:
        everybody = [directory.from_row(row) for row in connection.execute(select(people).where(people.c.active))]
    number = {each.key: each.employee_id for each in everybody}
    return [
        ";".join((each.employee_id, each.name, each.email, each.unit, number.get(each.manager_key or "", "")))
        for each in everybody
    ]


def file(*rows: str) -> str:
    return HEAD + "\n".join(rows)


def active(server: Server) -> int:
    with server.database.reading() as connection:
        counted: int = connection.execute(select(func.count()).where(people.c.active)).scalar_one()
    return counted


def with_password(server: Server) -> int:
    with server.database.reading() as connection:
        held = select(func.count()).join_from(people, passwords).where(people.c.active)
        counted: int = connection.execute(held).scalar_one()
    return counted


def table(reader: Reader, key: str) -> list[list[str]]:
    rows = reader.page.locator(f".st-key-{key} tbody tr")
    return [[plain(cell) for cell in row.locator("td").all_inner_texts()] for row in rows.all()]


@pytest.fixture(params=width.languages())
def hr(request: pytest.FixtureRequest, browser: Browser, real_company: Server) -> Iterator[Reader]:
    """Somebody of HR who has signed in by keyboard alone, and stands at the screen that they wanted to see."""
    reader = Reader(browser, real_company.url, real_company.course, request.param)
    reader.page.goto("/sign-in?next=/people")
    expect(reader.page.locator("#account")).to_be_focused()
    reader.page.keyboard.type(CAST[Role.HR][0])
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.type(PASSWORD)
    reader.runs.await_a_page()
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url(f"{real_company.url}/people")
    reader.rest()
    yield reader
    assert reader.close() == []


def test_hr_brings_the_directory_in_step_by_keyboard(hr: Reader, real_company: Server) -> None:
    reader, page, t = hr, hr.page, hr.words
    everybody = of_everybody(real_company)
    before = active(real_company)
    leaver = next(row for row in everybody if row.startswith("1002"))
    number, *_ = leaver.split(";")
    others = [row for row in everybody if row != leaver and not row.endswith(f";{number}")]
    orphans = [row.removesuffix(number) for row in everybody if row.endswith(f";{number}")]

    wrong = others[5].split(";")
    twice = others[6].split(";")
    wrong[2], twice[4] = "no address", "999999"
    reader.upload("people.csv", file(*others[:5], ";".join(wrong), ";".join(twice), *others[7:], *orphans))
    assert [row[:2] for row in table(reader, "faults")] == [["7", "e-mail"], ["8", "manager"]]
    assert not reader.button("Change the directory").count()
    assert active(real_company) == before

    reader.go("/people")
    reader.upload("people.csv", file(*others, *orphans, NEW[reader.language]))
    expect(page.get_by_role("heading", name=lost(reader, 1), exact=True)).to_be_visible()
    reader.tab_to(page.locator("[class*=st-key-people_agreed]"))
    reader.runs_by(lambda: page.keyboard.press("Space"))
    reader.tab_to(reader.button("Change the directory"))
    reader.runs_by(lambda: page.keyboard.press("Enter"))
    expect(page.get_by_role("heading", name=t("The directory now matches the file"))).to_be_visible()
    said = dict(table(reader, "counts_after"))
    assert said[plain(t("new"))] == said[plain(t("access ends"))] == "1"
    assert said[plain(t("have access now"))] == t.number(active(real_company)) == t.number(before)
    can_enter = with_password(real_company)
    assert 0 < can_enter < before
    assert reader.title() == plain(t.plural("{n} person can sign in", "{n} people can sign in", can_enter))
    expect(page.get_by_text(without_a_way_in(reader, before - can_enter))).to_be_visible()

    new = NEW[reader.language].split(";")[1]
    reader.search(new)
    expect(page.get_by_role("link", name=new, exact=True)).to_be_visible()
    reader.search(number)
    expect(page.get_by_text(t("Nobody matches. Change or clear a filter."))).to_be_visible()


def without_a_way_in(reader: Reader, n: int) -> str:
    return reader.words.plural(
        "{n} more person is in the directory, with no password yet and no single sign-on.",
        "{n} more people are in the directory, with no password yet and no single sign-on.",
        n,
    )


def lost(reader: Reader, n: int) -> str:
    return reader.words.plural("{n} person would lose access", "{n} people would lose access", n)


@pytest.mark.wide
def test_a_preview_that_the_directory_has_left_behind_is_refused_in_words(hr: Reader, real_company: Server) -> None:
    reader = hr
    rows = of_everybody(real_company)
    number, name, *rest = rows[20].split(";")
    rows[20] = ";".join((number, f"{name}-Nová", *rest))
    reader.upload("people.csv", file(*rows))
    elsewhere = update(people).where(people.c.employee_id == rows[21].split(";")[0])
    with real_company.database.writing() as connection:
        connection.execute(elsewhere.values(unit=f"Unit of {reader.language}"))
    reader.runs_by(reader.button("Change the directory").click)
    assert plain(reader.page.get_by_role("alert").inner_text()) == plain(reader.words(STALE))
    with real_company.database.reading() as connection:
        person = directory.by_employee_id(connection, number)
    assert person is not None
    assert person.name == name


@pytest.mark.wide
def test_what_has_begun_goes_on_whatever_is_pressed_meanwhile_and_shows_how_far_it_is(
    hr: Reader, real_company: Server
) -> None:
    reader, page, t = hr, hr.page, hr.words
    page.evaluate(
        """() => {
            window.positions = [];
            new MutationObserver(() => {
                const position = document.querySelector(".kodex-progress");
                if (position) window.positions.push(position.innerText);
            }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    base = 800_000 if reader.language == "cs" else 900_000
    new = [f"{base + n};Hromadně Přijatá;{base + n}@example.com;Sklad;" for n in range(MANY)]
    before = active(real_company)
    reader.upload("people.csv", file(*of_everybody(real_company), *new))
    asked, shown = reader.runs.asked, page.evaluate("positions.length")
    reader.button("Change the directory").click()
    page.wait_for_function("shown => positions.length > shown", arg=shown)  # it may be gone again at once
    page.get_by_test_id("stCheckbox").first.click()
    reader.runs.await_end(asked + 1)
    reader.rest()
    assert active(real_company) == before + MANY
    assert dict(table(reader, "counts_after"))[plain(t("new"))] == plain(t.number(MANY))
    assert plain(t("The file is being compared with the directory…")) in map(plain, page.evaluate("positions"))
