"""People, the screen: who may look, who may change, and that nothing changes before it was seen and agreed to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from browsing import plain
from conftest import NOW, TODAY
from sqlalchemy import update
from stage import Open, Screen, database_url, installed, language, open_screen, today  # noqa: F401

import installation as house
from database import Database
from people import directory
from people.access import Act, Principal, Role, visible
from people.directory import Person
from people.sign_in import accounts, passwords, provisioning
from people.sign_in.provisioning import Account
from settings import Mode

HEAD = "id;name;e-mail;unit;manager\n"
HR = "3001;Hana Říhová;3001@example.com;Personální oddělení;\n"
LENKA = "2003;Lenka Šťastná;2003@example.com;Sklad;2002\n"
MILAN = "2002;Milan Řehák;2002@example.com;Sklad;\n"
NEW = "9;<b>Nová</b> [x](http://example.com);9@example.com;Sklad;2002\n"


@pytest.fixture
def production(
    installed: house.Installation,
    database: Database,
    everybody: tuple[Person, ...],  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cast are real people, and Kodex runs for them."""
    with database.writing() as connection:
        connection.execute(update(directory.people).values(invented=False))
    settings = installed.settings.model_copy(update={"mode": Mode.PRODUCTION})
    monkeypatch.setattr("screens.parts.session.installation", lambda: replace(installed, settings=settings))


def upload(screen: Screen, *lines: str) -> None:
    screen.app.file_uploader[0].set_value(("people.csv", (HEAD + "".join(lines)).encode(), "text/csv")).run()
    screen.stands()


def active(database: Database) -> set[str]:
    with database.reading() as connection:
        rows = connection.execute(directory.people.select().where(directory.people.c.active))
        return {row.employee_id for row in rows}


def would_lose(screen: Screen, n: int) -> bool:
    """Whether the screen says that this many people would lose access."""
    said = screen.words.plural("{n} person would lose access", "{n} people would lose access", n)
    return plain(said) in screen.text()


def shown(screen: Screen) -> list[str]:
    """The names in the list."""
    return [row[screen.words("Name")] for row in screen.listed()]


def test_hr_finds_people_by_name_number_and_address(open_screen: Open, hr: Principal, language: str) -> None:
    screen = open_screen(hr, "people.py", language)
    assert screen.title == plain(screen.words.plural("{n} person can sign in", "{n} people can sign in", 8))
    for search in ("stastna", "2003", "2003@EXAMPLE.com", "Šťastná Lenka", "  lenka   stastna", "lenka 2003"):
        screen.app.text_input(key="search").set_value(search).run()
        assert shown(screen) == ["Lenka Šťastná"]
    screen.app.text_input(key="search").set_value("nobody at all").run()
    assert not screen.listed()
    assert screen.says("Nobody matches. Change or clear a filter.")


@pytest.mark.usefixtures("production")
def test_only_who_has_a_way_in_can_sign_in(
    open_screen: Open, database: Database, hr: Principal, today: date, language: str
) -> None:
    """In production: HR has a password, and so has somebody whose last day has passed."""
    late = today - timedelta(days=1)
    with database.writing() as connection:
        for number in ("3001", "2003"):
            person = directory.by_employee_id(connection, number)
            assert person is not None
            values = {"person_key": person.key, "hash": "x", "changed_at": datetime.now(UTC)}
            connection.execute(passwords.passwords.insert().values(values))
        left = directory.people.c.employee_id == "2003"
        connection.execute(update(directory.people).where(left).values(ends_on=late))
    screen = open_screen(hr, "people.py", language)
    t = screen.words
    assert screen.title == plain(t.plural("{n} person can sign in", "{n} people can sign in", 1))
    have_none = t.plural(
        "{n} person more is in the directory, with no password yet and no single sign-on.",
        "{n} people more are in the directory, with no password yet and no single sign-on.",
        6,
    )
    assert plain(have_none) in screen.text()


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(("known_by", "expected"), [(None, 0), ("employee_id", 8), ("email", 5)])
def test_single_sign_on_is_a_way_in_for_those_whom_it_knows(
    database: Database, auditor: Principal, today: date, known_by: str | None, expected: int
) -> None:
    """By e-mail neither those without one nor those who share one."""
    column = directory.people.c.employee_id
    with database.writing() as connection:
        connection.execute(update(directory.people).where(column == "2001").values(email=""))
        connection.execute(update(directory.people).where(column.in_(["2002", "2003"])).values(email="a@example.com"))
        among = visible(auditor, Act.SEE_CERTIFICATIONS)
        assert passwords.with_a_way_in(connection, among, known_by, today) == expected


def test_who_has_left_is_listed_on_request(open_screen: Open, database: Database, hr: Principal) -> None:
    with database.writing() as connection:
        left = directory.people.c.employee_id == "2003"
        connection.execute(update(directory.people).where(left).values(active=False))
    screen = open_screen(hr, "people.py")
    assert "Lenka Šťastná" not in shown(screen)
    screen.app.checkbox(key="with_left").check().run()
    assert "Lenka Šťastná" in shown(screen)


def test_hr_of_one_unit_sees_that_unit_and_changes_nothing(
    open_screen: Open, database: Database, hr: Principal
) -> None:
    with database.writing() as connection:
        accounts.take(connection, hr.key, Role.HR)
        accounts.grant(connection, [(hr.key, Role.HR)], "Sklad")
    screen = open_screen(hr, "people.py")
    assert shown(screen) == ["Lenka Šťastná", "Milan Řehák"]
    assert not screen.app.file_uploader
    assert screen.says("You see the people of your units. HR of the whole company changes them.")


@pytest.mark.usefixtures("production")
def test_a_file_changes_nothing_before_it_was_seen_and_agreed_to(
    open_screen: Open, database: Database, hr: Principal, language: str
) -> None:
    screen = open_screen(hr, "people.py", language)
    t = screen.words
    before = active(database)
    upload(screen, HR, MILAN, LENKA, NEW)
    assert would_lose(screen, 5)
    assert active(database) == before
    (agree,) = [box for box in screen.app.checkbox if (box.key or "").startswith("people_agreed")]
    many = "{n} people lose access at once and are signed out. I have checked that."
    assert plain(agree.label) == plain(
        t.plural("{n} person loses access at once and is signed out. I have checked that.", many, 5)
    )
    screen.press("Change the directory")
    assert screen.says("Tick the box first: people would lose their access.")
    assert active(database) == before
    next(box for box in screen.app.checkbox if (box.key or "").startswith("people_agreed")).check()
    screen.press("Change the directory")
    assert active(database) == {"3001", "2002", "2003", "9"}
    assert screen.says("The directory is in step with the file")
    assert not screen.buttons()


@pytest.mark.usefixtures("production")
def test_what_somebody_typed_is_never_read_as_markup(open_screen: Open, hr: Principal) -> None:
    screen = open_screen(hr, "people.py")
    upload(screen, HR, "8;x;*bad*<img src=x>;Sklad;\n")
    assert "<img" not in "".join(html.body for html in screen.elements("html"))
    assert not [text for text in screen.app.markdown if "*bad*" in text.value]


@pytest.mark.usefixtures("production")
def test_faults_are_named_by_line_and_column_and_there_is_nothing_to_agree_to(
    open_screen: Open, database: Database, hr: Principal, language: str
) -> None:
    screen = open_screen(hr, "people.py", language)
    before = active(database)
    upload(screen, HR, MILAN.replace("2002@", "2002"), LENKA.replace(";2002", ";77"))
    t = screen.words
    for cells in ("<td>3</td><td>e-mail</td>", "<td>4</td><td>manager</td>"):
        assert cells in screen.text()
    assert not screen.buttons()
    screen.app.checkbox(key="people_skip_bad").check().run()
    assert screen.buttons() == [plain(t("Change the directory"))]
    assert active(database) == before


@pytest.mark.usefixtures("production")
def test_hr_does_not_lock_itself_out(open_screen: Open, hr: Principal) -> None:
    screen = open_screen(hr, "people.py")
    upload(screen, MILAN, LENKA)
    assert screen.says(
        "You would lose your own access: you are not in the file, or it says that you have left. Check it."
    )
    assert not screen.buttons()


@pytest.mark.usefixtures("production")
def test_what_was_seen_is_not_applied_to_a_directory_that_changed_meanwhile(
    open_screen: Open, database: Database, hr: Principal
) -> None:
    screen = open_screen(hr, "people.py")
    upload(screen, HR, MILAN, LENKA)
    with database.writing() as connection:
        connection.execute(update(directory.people).where(directory.people.c.employee_id == "4001").values(name="X"))
    next(box for box in screen.app.checkbox if (box.key or "").startswith("people_agreed")).check()
    screen.press("Change the directory")
    assert screen.says("The directory has changed since you looked; look again at what would change.")
    assert "4001" in active(database)


@pytest.mark.usefixtures("production")
def test_who_loses_the_role_meanwhile_changes_nothing(open_screen: Open, database: Database, hr: Principal) -> None:
    screen = open_screen(hr, "people.py")
    upload(screen, HR, MILAN, LENKA, *(f"{each};N;;U;\n" for each in ("2001", "3002", "3003", "4001", "4002")), NEW)
    before = active(database)
    with database.writing() as connection:
        accounts.take(connection, hr.key, Role.HR)
    next(button for button in screen.app.button).click().run()
    assert active(database) == before


def test_a_demonstration_shows_what_would_change_and_takes_nobody(
    open_screen: Open, database: Database, hr: Principal, language: str
) -> None:
    screen = open_screen(hr, "people.py", language)
    assert screen.says(
        "A demonstration takes no real people: a file is checked and shown here, and nothing is changed. "
        "Use a file with invented names."
    )
    before = active(database)
    upload(screen, HR, MILAN, NEW)
    assert would_lose(screen, 6)
    assert not screen.buttons()
    assert active(database) == before


def test_a_file_that_takes_access_from_many_is_asked_about(
    open_screen: Open, database: Database, hr: Principal, language: str
) -> None:
    screen = open_screen(hr, "people.py", language)
    t = screen.words
    asked = "That is {share} of all who have access now. Is everybody in the file?"
    everybody = [f"{each};N;;U;\n" for each in sorted(active(database))]
    upload(screen, *everybody)
    assert screen.says("Nobody would lose access")
    upload(screen, HR, MILAN)
    assert would_lose(screen, 6)
    assert screen.says(asked, share=t.percent(75))
    upload(screen, *everybody, NEW)
    assert not screen.says(asked, share=t.percent(0))


def test_a_name_in_the_list_leads_to_the_persons_record(open_screen: Open, hr: Principal) -> None:
    screen = open_screen(hr, "people.py")
    assert '<a href=\\"/person?id=2003\\">Lenka Šťastná</a>' in screen.text()


def choose(screen: Screen, name: str, data: bytes) -> None:
    screen.app.file_uploader[0].set_value((name, data, "application/octet-stream")).run()
    screen.stands()


@pytest.mark.usefixtures("production")
def test_a_guessed_encoding_is_shown_and_has_to_be_confirmed(
    open_screen: Open, database: Database, hr: Principal, language: str
) -> None:
    screen = open_screen(hr, "people.py", language)
    before = active(database)
    everybody = [f"{each};Šárka Žižková;;U;\n" for each in sorted(before)]
    choose(screen, "people.csv", (HEAD + "".join(everybody)).encode("cp1250"))
    assert "Šárka Žižková" in screen.text()
    assert "windows-1250" in screen.text()
    screen.press("Change the directory")
    assert screen.says("Look at the names first and say whether they are spelled right.")
    next(box for box in screen.app.checkbox if (box.key or "").startswith("people_spelled")).check()
    screen.press("Change the directory")
    assert screen.says("The directory is in step with the file")


@pytest.mark.usefixtures("production")
def test_another_encoding_can_be_chosen(open_screen: Open, hr: Principal) -> None:
    screen = open_screen(hr, "people.py")
    choose(screen, "people.csv", (HEAD + HR + "9;Iñigo Søren;;Sklad;\n").encode("cp1252", "replace"))
    assert "Iñigo Søren" not in screen.text()
    next(box for box in screen.app.selectbox if (box.key or "").startswith("people_encoding")).select(
        "windows-1252"
    ).run()
    assert "Iñigo Søren" in screen.text()
    assert not [box for box in screen.app.checkbox if (box.key or "").startswith("people_spelled")]


@pytest.mark.usefixtures("production")
def test_who_may_have_a_new_number_is_shown_and_decided_first(
    open_screen: Open, database: Database, hr: Principal, language: str
) -> None:
    screen = open_screen(hr, "people.py", language)
    t = screen.words
    rest = [f"{each};N;;U;\n" for each in sorted(active(database) - {"3001", "2002", "2003"})]
    upload(screen, HR, MILAN, LENKA.replace("2003;", "92003;", 1), *rest)
    one = "{n} person who would leave may be somebody in the file under another number"
    many = "{n} people who would leave may be people in the file under other numbers"
    assert plain(t.plural(one, many, 1)) in screen.text()
    assert not screen.buttons()
    key = next(person for person in everybody_in(database) if person.employee_id == "2003").key
    screen.app.radio[0].set_value("same").run()
    screen.press("Change the directory")
    assert screen.says("The directory is in step with the file")
    assert next(person for person in everybody_in(database) if person.employee_id == "92003").key == key


def everybody_in(database: Database) -> list[Person]:
    with database.reading() as connection:
        return [directory.from_row(row) for row in connection.execute(directory.people.select())]


def test_the_line_of_the_header_is_said_and_what_is_no_table_is_one_sentence(
    open_screen: Open, hr: Principal, language: str
) -> None:
    screen = open_screen(hr, "people.py", language)
    choose(screen, "people.csv", ("Seznam\n\n" + HEAD + HR).encode())
    taken = "Read as text in {encoding}, cut at each “{delimiter}”; the names of the columns are in line {line}."
    assert plain(screen.words(taken, encoding="utf-8", delimiter=";", line=3)) in screen.text()
    choose(screen, "people.xls", b"<html><table><tr><td>id</td></tr></table></html>")
    assert screen.text().count("XLSX") >= 1
    assert not screen.buttons()


def waits(database: Database) -> None:
    nobody = Account("n@example.com", "Nora Čekající", "", "", "n@example.com", "", "Sklad", None, True, None, "cs")
    provisioning.create(database, nobody, TODAY, NOW)


def test_who_waits_for_an_employee_number_is_shown_to_whoever_keeps_the_directory(
    open_screen: Open, database: Database, hr: Principal, language: str
) -> None:
    before = open_screen(hr, "people.py", language)
    said = before.words.plural("{n} account has no employee number", "{n} accounts have no employee number", 1)
    assert plain(said) not in before.text()
    waits(database)
    screen = open_screen(hr, "people.py", language)
    screen.stands()
    assert [each for each in screen.app.expander if plain(each.label) == plain(said)]
    assert "Nora Čekající" in screen.text()
    with database.writing() as connection:
        accounts.take(connection, hr.key, Role.HR)
        accounts.grant(connection, [(hr.key, Role.HR)], unit="Sklad")
    assert plain(said) not in open_screen(hr, "people.py", language).text()
