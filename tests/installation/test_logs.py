"""The server's log holds no names, addresses, answers or searches, and no secrets, errors included."""

import pytest
from browsing import Reader
from serving import NewReader, NewServer, Server
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from database import Database
from people.access import Role

SEARCHED = "Vyhledávaná Božena"


@pytest.fixture
def failing_server(new_server: NewServer) -> Server:
    """It is stopped without the usual look for errors in its log: here they are wanted."""
    return new_server()


@pytest.mark.browser
def test_the_log_tells_nothing_about_anybody(failing_server: Server, new_reader: NewReader) -> None:
    server = failing_server
    server.start()
    try:
        learner, answers = course_taken(server, new_reader)
        evidence_taken(server)
        errors_met(server, new_reader)
        with server.client(server.cast(Role.HR)) as client:
            token = client.cookies["kodex"]
        everybody = names_and_addresses(server)
    finally:
        server.stop()
        server.database.close()
    log = server.said()
    assert "OperationalError" in log, "the provoked errors are to be in the log, or it says too little"
    telling = [*everybody, learner, *answers, token, *SEARCHED.split()]
    assert [each for each in telling if each.lower() in log.lower()] == []


def test_what_a_statement_was_asked_for_is_in_no_error(database: Database) -> None:
    with pytest.raises(DBAPIError) as raised, database.reading() as connection:
        connection.execute(text("SELECT :searched FROM nowhere"), {"searched": SEARCHED})
    assert "nowhere" in str(raised.value)
    assert SEARCHED not in str(raised.value)


def course_taken(server: Server, new_reader: NewReader) -> tuple[str, list[str]]:
    """Somebody signs in, takes a card and answers a question; gives their name and what they answered."""
    name = "Zapomnětlivá Kvido"
    who = server.newcomer(name)
    reader = new_reader(who, at=server)
    reader.go("/")
    reader.press("Decide")
    first = answered(reader)
    reader.press("Save the answer and go on")
    server.study.cards_but_the_last(who)
    reader.go("/lesson")
    second = answered(reader)
    reader.press("See where it leads")
    reader.go_on()
    reader.go("/assessment")
    reader.press("Begin")
    third = answered(reader)
    reader.press("Submit the answer")
    return name, [*first, *second, *third]


def answered(reader: Reader) -> list[str]:
    """Decides; returns the words of everything that could be chosen."""
    options = reader.choice().options
    reader.choose()
    return [option.text for option in options]


def evidence_taken(server: Server) -> None:
    with server.client(server.cast(Role.HR)) as client:
        for path in ("/export/certifications.csv", "/my-record.json", "/my-record.pdf"):
            assert client.get(path, params={"search": "Božena"}).status_code == 200
    with server.client() as client:
        assert client.get("/verify/KX-00000-00000-00000-00000-000000").status_code == 404


def errors_met(server: Server, new_reader: NewReader) -> None:
    """Screens, a file and an answer that meet a database which lacks what they need."""
    hr = server.cast(Role.HR)
    reader = new_reader(hr, at=server)
    reader.go("/certifications")
    with server.database.writing() as connection:
        connection.execute(text("ALTER TABLE enrolments RENAME TO elsewhere"))
    reader.search(SEARCHED)
    reader.complaints.clear()
    with server.client(hr) as client:
        answer = client.get("/export/certifications.xlsx", params={"search": SEARCHED})
        assert answer.status_code == 503
        assert "enrolments" not in answer.text
    with server.database.writing() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO enrolments"))
    with server.database.writing() as connection:
        connection.execute(text("ALTER TABLE people RENAME TO elsewhere"))
    with server.client() as client:
        answer = client.post("/sign-in", data={"person": SEARCHED})
        assert answer.status_code == 503
    with server.database.writing() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO people"))


def names_and_addresses(server: Server) -> list[str]:
    with server.database.reading() as connection:
        rows = connection.execute(text("SELECT name, email FROM people")).all()
    return [value for row in rows for value in row]
