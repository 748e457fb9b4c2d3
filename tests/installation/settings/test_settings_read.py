"""Every setting is read once from the environment, and a wrong one is named."""

from pathlib import Path

import pytest
from setting import SECRET, faults, read
from surroundings import HOME

import settings
from settings import Mode, SingleSignOn


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
        "KODEX_RETENTION_LEAVE_MONTHS": "13",
        "KODEX_RETENTION_REMARKS_MONTHS": "6",
        "KODEX_RETENTION_NOTES_MONTHS": "18",
        "KODEX_RETENTION_REMINDERS_MONTHS": "30",
        "KODEX_ESCALATE_AFTER_DAYS": "21",
        "KODEX_ATTEMPTS_A_DAY": "3",
        "KODEX_PAUSE_BETWEEN_ATTEMPTS_MINUTES": "45",
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
    assert (found.retention_remarks_months, found.retention_notes_months) == (6, 18)
    assert (found.retention_reminders_months, found.escalate_after_days) == (30, 21)
    assert (found.attempts_a_day, found.pause_between_attempts_minutes) == (3, 45)
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
        ("KODEX_SESSION_IDLE_MINUTES", ""),
        ("KODEX_RETENTION_LEAVERS_MONTHS", "0"),
        ("KODEX_RETENTION_DEPUTIES_MONTHS", "never"),
        ("KODEX_ATTEMPTS_A_DAY", "0"),
        ("KODEX_PAUSE_BETWEEN_ATTEMPTS_MINUTES", "-1"),
        ("KODEX_PAUSE_BETWEEN_ATTEMPTS_MINUTES", "00"),
        ("KODEX_PAUSE_BETWEEN_ATTEMPTS_MINUTES", "10081"),
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
