"""Production does not start with a weak secret, an open address or a proxy that anybody could be."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from producing import OWN
from serving import PATIENCE, NewServer, environment, free_port
from surroundings import HOME

import settings
from settings import WrongSettingsError

Start = Callable[..., str]


@pytest.fixture
def refused() -> Start:
    """Starts a server in production by uvicorn's command; it has to refuse, and this gives what it said."""

    def start(database: Path, *options: str, **more: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "uvicorn", "app:app", "--port", str(free_port()), *options],
            cwd=HOME,
            env=environment(**{**OWN, "KODEX_DATABASE_URL": f"sqlite:///{database}"} | more),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode != 0
        assert "Traceback" not in ended.stderr
        return ended.stderr

    return start


# What it is started with


@pytest.mark.parametrize(
    "weak",
    [
        "s" * 64,
        "0123456789abcdef" * 4,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "changeme" * 8,
        "only-for-tests-" * 4,
        settings.EXAMPLE_SECRET,
    ],
)
def test_a_secret_that_is_long_and_yet_no_secret_is_refused_in_production(weak: str) -> None:
    with pytest.raises(WrongSettingsError) as refusal:
        settings.read({**OWN, "KODEX_SECRET": weak})
    (fault,) = map(str, refusal.value.reasons)
    assert "KODEX_SECRET" in fault
    assert weak not in fault
    assert settings.read({"KODEX_SECRET": weak}).secret == weak.encode()


def test_a_secret_made_by_chance_is_accepted() -> None:
    made = subprocess.run(["openssl", "rand", "-base64", "32"], capture_output=True, text=True, check=True)
    assert settings.read({**OWN, "KODEX_SECRET": made.stdout.strip()}).secret == made.stdout.strip().encode()


def test_the_example_of_the_environment_file_is_the_one_that_is_refused() -> None:
    assert f"KODEX_SECRET={settings.EXAMPLE_SECRET}\n" in (HOME / "deploy" / "kodex.env").read_text("utf-8")


OPEN_BINDS: list[tuple[list[str], dict[str, str]]] = [
    (["--host", "0.0.0.0"], {}),
    (["--host", "::"], {}),
    ([], {"UVICORN_HOST": "0.0.0.0"}),
    (["--host", "0.0.0.0", "--no-proxy-headers", "--forwarded-allow-ips", "192.0.2.7"], {}),
    (["--host", "0.0.0.0", "--forwarded-allow-ips", "127.0.0.1"], {}),
]


@pytest.mark.parametrize(("options", "more"), OPEN_BINDS)
def test_production_does_not_listen_where_others_reach_it_in_plain_text(
    refused: Start, real: Path, options: list[str], more: dict[str, str]
) -> None:
    said = refused(real, *options, **more)
    assert "without TLS and without a trusted proxy" in said


@pytest.mark.parametrize("more", [{}, {"FORWARDED_ALLOW_IPS": "192.0.2.7, *"}])
def test_production_trusts_no_proxy_that_anybody_could_be(refused: Start, real: Path, more: dict[str, str]) -> None:
    options = [] if more else ["--forwarded-allow-ips", "*"]
    assert "--forwarded-allow-ips" in refused(real, *options, **more)


def test_all_that_keeps_production_from_starting_is_named_at_once(
    refused: Start, filled: Path, tmp_path: Path
) -> None:
    said = refused(Path(shutil.copy(filled, tmp_path / "invented.sqlite3")), "--host", "0.0.0.0")
    assert "invented people" in said
    assert "without TLS" in said


def test_an_open_address_is_fine_behind_a_proxy_that_is_named(new_server: NewServer, real: Path) -> None:
    """Its requests count as encrypted when it says so, and nobody else's do."""
    server = new_server(real, host="0.0.0.0", **OWN, FORWARDED_ALLOW_IPS="192.0.2.7")
    server.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.port}") as client:
            assert client.get("/sign-in", headers={"X-Forwarded-Proto": "https"}).status_code == 403
    finally:
        server.close()
