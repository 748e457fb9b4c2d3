"""HR's file on the screen: what is asked before it is applied."""

import pytest
from browsing import plain
from cast import NOW, TODAY
from directory_screen import HEAD, HR, LENKA, MILAN, NEW, active, upload, would_lose
from stage import Open, Screen

from database import Database
from people import directory
from people.access import Principal, Role
from people.directory import Person
from people.sign_in import accounts, provisioning
from people.sign_in.provisioning import Account


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
