"""Every setting is read once from the environment, and a wrong one is named."""

import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from conftest import HOME
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

import settings
from commands.copies import _environment
from database import Database
from people.access import Role
from settings import Mode, Settings, SingleSignOn, WrongSettingsError

SECRET = "Zk7vQ2xW9rT4mB8nLc5dHs3GpYf6Ju1A"
SOUND = {"KODEX_SECRET": SECRET}


def read(**environment: str) -> Settings:
    return settings.read({**SOUND, **environment})


def faults(**environment: str) -> list[str]:
    with pytest.raises(WrongSettingsError) as refused:
        read(**environment)
    return [str(fault) for fault in refused.value.reasons]


def test_nothing_has_to_be_set_for_a_demonstration() -> None:
    plain = read()
    assert plain.mode is Mode.DEMONSTRATION
    assert plain.database_url == f"sqlite:///{HOME}/var/kodex.sqlite3"
    assert plain.content == HOME
    assert str(plain.time_zone) == "Europe/Prague"
    assert (plain.session_hours, plain.session_idle_minutes, plain.public_url) == (8, 30, None)
    assert (plain.attempts_per_account, plain.attempts_per_address) == (5, 100)


@pytest.mark.parametrize("value", ["", "0", "-5", "5.0", " 5", "05", "٥", "five", "10001", "9" * 5000])
@pytest.mark.parametrize(
    ("name", "bounds"),
    [("KODEX_ATTEMPTS_PER_ACCOUNT", "from 1 to 10."), ("KODEX_ATTEMPTS_PER_ADDRESS", "from 10 to 10000.")],
)
def test_a_limit_that_would_hold_nobody_up_or_everybody_is_named(name: str, bounds: str, value: str) -> None:
    (fault,) = faults(**{name: value})
    assert fault.startswith(f"{name} is “{value}”; ")
    assert fault.endswith(bounds)


def test_every_setting_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "catalogue.yaml").touch()
    url = "postgresql+psycopg://kodex:password@db.example/kodex"
    everything = {
        "KODEX_DATABASE_URL": url,
        "KODEX_MODE": "production",
        "KODEX_CONTENT": str(tmp_path),
        "KODEX_SECRET": SECRET,
        "KODEX_CHECKPOINT_KEY": "/srv/keys/kodex.key",
        "KODEX_SECURITY_LOG": "/srv/logs/security.log",
        "KODEX_TIME_ZONE": "America/New_York",
        "KODEX_PUBLIC_URL": "https://kodex.example.com/",
        "KODEX_SESSION_HOURS": "4",
        "KODEX_SESSION_IDLE_MINUTES": "15",
        "KODEX_ATTEMPTS_PER_ACCOUNT": "10",
        "KODEX_ATTEMPTS_PER_ADDRESS": "500",
        "KODEX_RETENTION_LEAVERS_MONTHS": "60",
        "KODEX_RETENTION_DEPUTIES_MONTHS": "12",
        "KODEX_SMTP_URL": "smtps://kodex:p%40ss@mail.example.com:465",
        "KODEX_MAIL_FROM": "kodex@example.com",
        "KODEX_OIDC_ISSUER": "https://login.example.com/tenant/v2.0",
        "KODEX_OIDC_CLIENT_ID": "kodex",
        "KODEX_OIDC_CLIENT_SECRET": "the client's secret",
        "KODEX_OIDC_CLAIM": "employee_number:employee_id",
        "KODEX_OIDC_GROUPS": "kodex-hr=hr, CN=Audit=auditor",
        "KODEX_SCIM_TOKEN": "t" * 32,
        "KODEX_LRS_KEY": "kodex",
        "KODEX_LRS_SECRET": "the store's secret",
    }
    assert set(everything) == settings.NAMES
    found = read(**everything)
    assert (found.database_url, found.mode, found.content) == (url, Mode.PRODUCTION, tmp_path)
    assert found.checkpoint_key == Path("/srv/keys/kodex.key")
    assert found.security_log == Path("/srv/logs/security.log")
    assert (found.secret, str(found.time_zone)) == (SECRET.encode(), "America/New_York")
    assert found.public_url == "https://kodex.example.com"
    assert (found.session_hours, found.session_idle_minutes) == (4, 15)
    assert (found.attempts_per_account, found.attempts_per_address) == (10, 500)
    assert (found.retention_leavers_months, found.retention_deputies_months) == (60, 12)
    assert (found.smtp_url, found.mail_from) == (everything["KODEX_SMTP_URL"], "kodex@example.com")
    assert found.single_sign_on == SingleSignOn(
        issuer="https://login.example.com/tenant/v2.0",
        client_id="kodex",
        client_secret="the client's secret",
        claim="employee_number",
        matches="employee_id",
        roles_of_groups=(("kodex-hr", "hr"), ("CN=Audit", "auditor")),
    )
    assert found.scim_token == "t" * 32
    assert (found.lrs_key, found.lrs_secret) == ("kodex", "the store's secret")
    assert "the store's secret" not in repr(found)
    assert "the client's secret" not in repr(found)
    assert "t" * 32 not in repr(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KODEX_MODE", "Production"),
        ("KODEX_MODE", ""),
        ("KODEX_DATABASE_URL", "mysql://db"),
        ("KODEX_DATABASE_URL", "postgresql://db/kodex"),
        ("KODEX_DATABASE_URL", ""),
        ("KODEX_DATABASE_URL", "postgresql+psycopg://kodex@db.example:port/kodex"),
        ("KODEX_DATABASE_URL", "postgresql+psycopg://kodex@first:5432,second:5432/kodex"),
        ("KODEX_DATABASE_URL", "postgresql+psycopg://kodex@/kodex?host=first:5432&host=second:5432&port=5432"),
        ("KODEX_CONTENT", "/nowhere"),
        ("KODEX_CONTENT", "~nobody-of-that-name/content"),
        ("KODEX_SECRET", "short"),
        ("KODEX_TIME_ZONE", "Prague"),
        ("KODEX_TIME_ZONE", ""),
        ("KODEX_TIME_ZONE", "../../etc/passwd"),
        ("KODEX_PUBLIC_URL", "kodex.example.com"),
        ("KODEX_PUBLIC_URL", "https://"),
        ("KODEX_PUBLIC_URL", "https://user@kodex.example.com"),
        ("KODEX_PUBLIC_URL", "https://kodex.example.com?a=b"),
        ("KODEX_PUBLIC_URL", "https://[kodex"),
        ("KODEX_SESSION_HOURS", "0"),
        ("KODEX_SESSION_HOURS", "-1"),
        ("KODEX_SESSION_HOURS", "eight"),
        ("KODEX_SESSION_HOURS", "1.5"),
        ("KODEX_SESSION_HOURS", "٣"),
        ("KODEX_SESSION_HOURS", "9" * 5000),
        ("KODEX_SESSION_IDLE_MINUTES", ""),
        ("KODEX_RETENTION_LEAVERS_MONTHS", "0"),
        ("KODEX_RETENTION_LEAVERS_MONTHS", "999999"),
        ("KODEX_RETENTION_DEPUTIES_MONTHS", "never"),
        ("KODEX_MAIL_FROM", "kodex"),
        ("KODEX_MAIL_FROM", "Kodex <kodex@example.com>"),
        ("KODEX_MAIL_FROM", "a@example.com, b@example.com"),
        ("KODEX_SCIM_TOKEN", "t" * 31),
        ("KODEX_SCIM_TOKEN", "t" * 32),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    (fault,) = faults(**{name: value})
    assert name in fault


OIDC = {
    "KODEX_OIDC_ISSUER": "https://login.example.com",
    "KODEX_OIDC_CLIENT_ID": "kodex",
    "KODEX_OIDC_CLIENT_SECRET": "secret",
}


def test_single_sign_on_is_matched_on_the_e_mail_unless_another_claim_is_named() -> None:
    found = read(**OIDC).single_sign_on
    assert found is not None
    assert (found.claim, found.matches, found.roles_of_groups) == ("email", "email", ())
    assert read().single_sign_on is None


@pytest.mark.parametrize("missing", sorted(OIDC))
def test_single_sign_on_that_is_half_set_is_named(missing: str) -> None:
    (fault,) = faults(**{**OIDC, missing: ""})
    assert missing in fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KODEX_OIDC_ISSUER", "http://login.example.com"),
        ("KODEX_OIDC_ISSUER", "login.example.com"),
        ("KODEX_OIDC_ISSUER", "https://"),
        ("KODEX_OIDC_ISSUER", "https://login.example.com?tenant=1"),
        ("KODEX_OIDC_ISSUER", "https://[login"),
        ("KODEX_OIDC_CLAIM", "employee_number"),
        ("KODEX_OIDC_CLAIM", "employee_number:name"),
        ("KODEX_OIDC_CLAIM", ":employee_id"),
        ("KODEX_OIDC_CLAIM", "email:email"),
        ("KODEX_OIDC_GROUPS", "kodex-hr"),
        ("KODEX_OIDC_GROUPS", "kodex-hr=boss"),
        ("KODEX_OIDC_GROUPS", "kodex-all=manager"),
        ("KODEX_OIDC_GROUPS", "=hr"),
    ],
)
def test_what_is_wrong_with_single_sign_on_is_named(name: str, value: str) -> None:
    (fault,) = faults(**{**OIDC, name: value})
    assert name in fault


def test_groups_grant_the_roles_that_can_be_granted_and_no_others() -> None:
    assert {Role(name) for name in settings.GRANTED_BY_GROUPS} == set(Role) - {Role.EMPLOYEE, Role.MANAGER}


def test_a_setting_that_does_not_exist_is_named() -> None:
    (fault,) = faults(KODEX_DATABSE_URL="sqlite:///other.sqlite3")
    assert "KODEX_DATABSE_URL" in fault


def test_all_wrong_settings_are_named_at_once() -> None:
    found = faults(KODEX_MODE="test", KODEX_SESSION_HOURS="x", KODEX_TIME_ZONE="x", KODEX_COLOUR="red")
    assert len(found) == 4


def test_no_fault_repeats_the_secret() -> None:
    (fault,) = faults(KODEX_SECRET="hunter2")
    assert "hunter2" not in fault


@pytest.mark.parametrize("url", ["", "http://kodex.example.com"])
def test_production_needs_the_address_that_people_use(url: str) -> None:
    """Otherwise a signed certificate would name whatever host a request claims."""
    with pytest.raises(WrongSettingsError) as refused:
        settings.read({"KODEX_MODE": "production", "KODEX_SECRET": SECRET, "KODEX_PUBLIC_URL": url})
    assert ["KODEX_PUBLIC_URL" in str(fault) for fault in refused.value.reasons] == [True]


def test_production_needs_a_secret_of_its_own() -> None:
    with pytest.raises(WrongSettingsError) as refused:
        settings.read({"KODEX_MODE": "production", "KODEX_PUBLIC_URL": "https://kodex.example.com"})
    assert ["KODEX_SECRET" in str(fault) for fault in refused.value.reasons] == [True]


def test_a_demonstrations_secret_is_kept_so_that_a_restart_signs_nobody_out(tmp_path: Path) -> None:
    file = tmp_path / "var" / "secret"
    first = settings._own_secret(file)
    assert settings._own_secret(file) == first
    assert len(first) >= settings.SHORTEST_SECRET
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_replicas_that_start_together_share_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as replicas:
        for start in range(200):
            files = [tmp_path / f"{start}" / "secret"] * 8
            found = set(replicas.map(settings._own_secret, files))
            assert len(found) == 1
            assert len(found.pop()) >= settings.SHORTEST_SECRET


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
