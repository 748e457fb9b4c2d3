"""Wrong settings are named all at once, without a secret in what is said."""

from setting import faults


def test_a_setting_that_does_not_exist_is_named() -> None:
    (fault,) = faults(KODEX_DATABSE_URL="sqlite:///other.sqlite3")
    assert "KODEX_DATABSE_URL" in fault


def test_all_wrong_settings_are_named_at_once() -> None:
    found = faults(KODEX_MODE="test", KODEX_SESSION_HOURS="x", KODEX_TIME_ZONE="x", KODEX_COLOUR="red")
    assert len(found) == 4


def test_no_fault_repeats_the_secret() -> None:
    (fault,) = faults(KODEX_SECRET="hunter2")
    assert "hunter2" not in fault
