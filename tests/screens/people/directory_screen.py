"""The screen of people, opened by HR."""

from browsing import plain
from stage import Screen

from database import Database
from people import directory

HEAD = "id;name;e-mail;unit;manager\n"

HR = "3001;Hana Říhová;3001@example.com;Personální oddělení;\n"

LENKA = "2003;Lenka Šťastná;2003@example.com;Sklad;2002\n"

MILAN = "2002;Milan Řehák;2002@example.com;Sklad;\n"

NEW = "9;<b>Nová</b> [x](http://example.com);9@example.com;Sklad;2002\n"


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
