"""A provider of identities that says what it is told to say, and Kodex in front of it."""

from collections.abc import Iterator

import pytest
from providing import CLIENT, GROUPS, Provider, Says
from serving import NewServer, Server


@pytest.fixture(scope="package")
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    running_provider.says = Says()
    return running_provider


@pytest.fixture(scope="package")
def kodex(running_provider: Provider, new_server: NewServer) -> Iterator[Server]:
    """A server that knows the provider above."""
    started = new_server(KODEX_OIDC_ISSUER=running_provider.issuer, KODEX_OIDC_GROUPS=GROUPS, **CLIENT)
    started.start()
    yield started
    started.close()
