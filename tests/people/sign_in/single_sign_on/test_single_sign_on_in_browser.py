"""Single sign-on in a real browser, at a provider that nobody here wrote."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import width
from browsing import LOCALES
from playwright.sync_api import Browser, Page, expect
from providing import CLIENT, FORGED, GROUPS, Provider, granted, sessions_of, verified
from serving import NewServer, Server, free_port

from words import Words


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts = []

    def new(at: Server, language: str = "cs") -> Page:
        context = browser.new_context(base_url=at.url, locale=LOCALES[language])
        contexts.append(context)
        page: Page = context.new_page()
        return page

    yield new
    for context in contexts:
        context.close()


NewPage = Callable[..., Page]

IN_BROWSER = ["issuer of the token", "expired", "clock five minutes ahead", "unverified e-mail", "unknown person"]


@pytest.mark.wide
@pytest.mark.browser
@pytest.mark.parametrize("language", width.languages())
@pytest.mark.parametrize("forged", IN_BROWSER)
def test_each_failure_is_told_in_the_readers_language(
    kodex: Server, provider: Provider, new_page: NewPage, forged: str, language: str
) -> None:
    says, _ = FORGED[forged]
    provider.says = replace(says, claims=verified(kodex.newcomer("Zdeňka Zkoušená")))
    page = new_page(kodex, language)
    page.goto("/sign-in/start")
    t = Words.of(language)
    expect(page.get_by_role("heading", level=1)).to_have_text(t("You are not signed in"))
    said = page.get_by_role("alert").inner_text()
    assert (FORGED[forged][1] in said) is (language == "en")
    expect(page.get_by_role("link", name=t("Try again"))).to_have_attribute("href", "/sign-in/start?next=%2F")
    expect(page.locator("footer a[href^=mailto]").first).to_be_visible()


@pytest.mark.browser
def test_going_back_and_loading_again_replays_nothing(kodex: Server, provider: Provider, new_page: NewPage) -> None:
    who = kodex.newcomer("Vanda Vpuštěná")
    provider.says.claims = verified(who)
    page = new_page(kodex, "en")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto("/sign-in/start")
    expect(page.get_by_test_id("stApp")).to_be_visible()
    (answered,) = [address for address in addresses if "/sign-in/callback" in address]
    page.goto(answered)
    expect(page.get_by_role("alert")).to_contain_text("used already")
    assert sessions_of(kodex.database, who.key) == 1


@pytest.fixture(scope="module")
def mock_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A provider that nobody here wrote."""
    port = free_port("localhost")
    log = tmp_path_factory.mktemp("provider") / "provider.log"
    command = [sys.executable, "-m", "oidc_provider_mock", "--host", "localhost", "--port", str(port)]
    with log.open("ab") as said:
        process = subprocess.Popen(
            [*command, "--require-nonce", "true"], cwd=log.parent, stdout=said, stderr=subprocess.STDOUT
        )
    wait_for(f"http://localhost:{port}/.well-known/openid-configuration", process, log)
    yield f"http://localhost:{port}"
    process.terminate()
    process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text("utf-8", "replace")
        try:
            httpx.get(address).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the provider was not ready")


@pytest.fixture(scope="module")
def beside_the_mock(mock_provider: str, new_server: NewServer) -> Iterator[Server]:
    started = new_server(KODEX_OIDC_ISSUER=mock_provider, KODEX_OIDC_GROUPS=GROUPS, **CLIENT)
    started.start()
    yield started
    started.close()


def let_in(page: Page, mock: str, sub: str, **claims: Any) -> None:
    """Signs in at the provider as somebody of whom it says this."""
    httpx.put(f"{mock}/users/{sub}", json=claims).raise_for_status()
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize").click()


@pytest.mark.browser
def test_somebody_signs_in_at_a_provider_that_nobody_here_wrote(
    beside_the_mock: Server, mock_provider: str, new_page: NewPage
) -> None:
    who = beside_the_mock.newcomer("Květa Příchozí")
    page = new_page(beside_the_mock)
    page.goto(f"/sign-in/start?next={quote('/certifications?course=customer-privacy', safe='')}")
    let_in(page, mock_provider, "kveta", **verified(who), groups=["kodex-hr"])
    page.wait_for_url("**/certifications?course=customer-privacy")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Květa Příchozí").first).to_be_attached()
    assert granted(beside_the_mock.database, who) == {("hr", "")}
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(beside_the_mock.url)}
    assert cookies["kodex"]["httpOnly"]


@pytest.mark.browser
def test_whoever_cancels_at_the_provider_is_told_so(
    beside_the_mock: Server, mock_provider: str, new_page: NewPage
) -> None:
    page = new_page(beside_the_mock, "en")
    page.goto("/sign-in/start")
    assert page.url.startswith(mock_provider)
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("alert")).to_contain_text("have cancelled")


@pytest.mark.browser
def test_whom_the_directory_does_not_know_is_told_whom_to_ask(
    beside_the_mock: Server, mock_provider: str, new_page: NewPage
) -> None:
    page = new_page(beside_the_mock, "en")
    page.goto("/sign-in/start")
    let_in(page, mock_provider, "stranger", email="stranger@example.com", email_verified=True)
    expect(page.get_by_role("alert")).to_contain_text("Ask one of the contacts below")
