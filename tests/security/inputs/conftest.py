"""The ways into the directory."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_ways import TOKEN
from serving import NewServer, Server, free_port


@pytest.fixture(scope="package")
def kodex(new_server: NewServer, migrated_sqlite: Path) -> Iterator[Server]:
    """A production with nobody in it, which an identity system keeps in step and people sign in to elsewhere."""
    nowhere = f"https://127.0.0.1:{free_port()}"
    started = new_server(
        migrated_sqlite,
        KODEX_MODE="production",
        KODEX_SCIM_TOKEN=TOKEN,
        KODEX_OIDC_ISSUER=nowhere,
        KODEX_OIDC_CLIENT_ID="kodex",
        KODEX_OIDC_CLIENT_SECRET="a secret that nobody is told",
    )
    started.start()
    yield started
    started.close()
