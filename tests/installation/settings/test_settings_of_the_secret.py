"""The secret: production's own, or a demonstration's that outlives a restart."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from setting import SECRET

import settings
from settings import WrongSettingsError


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
