"""HR's file on the screen: nothing changes before it was seen and agreed to."""

import pytest
from browsing import plain
from directory_screen import HR, LENKA, MILAN, NEW, active, upload, would_lose
from sqlalchemy import update
from stage import Open

from database import Database
from people import directory
from people.access import Principal, Role
from people.sign_in import accounts


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
