"""Settings that are addresses: the database, the mail server, the learning record store."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from setting import faults, read
from sqlalchemy import event
from surroundings import HOME

import settings
from commands.copies import _environment
from database import Database
from settings import WrongSettingsError


def test_a_relative_database_file_lies_beside_the_application() -> None:
    assert (
        read(KODEX_DATABASE_URL="sqlite:///var/other.sqlite3").database_url == f"sqlite:///{HOME}/var/other.sqlite3"
    )
    assert read(KODEX_DATABASE_URL="sqlite:////srv/other.sqlite3").database_url == "sqlite:////srv/other.sqlite3"


@given(st.dictionaries(st.sampled_from(sorted(settings.NAMES)), st.text(min_size=1)))
def test_whatever_is_set_is_read_or_named(environment: dict[str, str]) -> None:
    with suppress(WrongSettingsError):
        assert read(**environment).session_hours > 0


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://:25",
        "smtp://kodex:hunter2@mail.example.com/path",
        "smtp://kodex@mail.example.com",
        "smtp://mail.example.com:port",
        "smtp://mail.example.com:0",
        "smtp://mail.example.com:99999",
        "smtp://mail.example.com/path",
        "smtp://mail.example.com?x",
        "smtp://[::1",
    ],
)
def test_a_mail_server_that_cannot_be_one_is_named_without_its_password(url: str) -> None:
    sound = {"KODEX_MAIL_FROM": "kodex@example.com", "KODEX_PUBLIC_URL": "https://kodex.example.com"}
    (fault,) = faults(KODEX_SMTP_URL=url, **sound)
    assert "KODEX_SMTP_URL" in fault
    assert "hunter2" not in fault


def test_letters_need_a_sender_and_an_address_that_no_request_can_choose() -> None:
    found = faults(KODEX_SMTP_URL="smtp://127.0.0.1:25")
    assert [name for name in ("KODEX_MAIL_FROM", "KODEX_PUBLIC_URL") if any(name in each for each in found)] == [
        "KODEX_MAIL_FROM",
        "KODEX_PUBLIC_URL",
    ]
    assert len(found) == 2


@pytest.mark.parametrize(("given", "missing"), [("KODEX_LRS_KEY", "_SECRET"), ("KODEX_LRS_SECRET", "_KEY")])
def test_half_a_key_of_a_learning_record_store_is_named(given: str, missing: str) -> None:
    (fault,) = faults(**{given: "something"})
    assert fault.startswith(f"KODEX_LRS{missing} is missing")
    assert read(KODEX_LRS_KEY="", KODEX_LRS_SECRET="").lrs_key is None


@pytest.mark.parametrize(
    "several",
    [
        "host=first:5432&host=second:5433",
        "host=first,second&port=5432,5433",
        "host=first:5432&host=second:5433&target_session_attrs=read-write",
    ],
)
def test_several_database_servers_are_named_in_the_address_and_the_one_that_takes_writes_is_meant(
    several: str,
) -> None:
    address = f"postgresql+psycopg://kodex:password@/kodex?{several}"
    assert read(KODEX_DATABASE_URL=address).database_url == address
    opened = Database(address)
    tried: dict[str, str] = {}

    @event.listens_for(opened.engine, "do_connect")
    def connect(_dialect: Any, _record: Any, _arguments: Any, named: dict[str, str]) -> None:
        tried.update(named)
        raise KeyError

    with pytest.raises(KeyError):
        opened.engine.connect()
    assert (tried["host"], tried["port"]) == ("first,second", "5432,5433")
    assert tried["target_session_attrs"] == "read-write"
    assert _environment(address) == {
        "PGHOST": "first,second",
        "PGPORT": "5432,5433",
        "PGUSER": "kodex",
        "PGPASSWORD": "password",
        "PGDATABASE": "kodex",
        **({"PGTARGETSESSIONATTRS": "read-write"} if "target" in several else {}),
    }
