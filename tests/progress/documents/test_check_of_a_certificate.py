"""The public check of a certificate: one field, and numbers as people and mail filters deliver them."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving import NewReader, Server

from progress.completion.certificates import number_in

NUMBER = "KX-01234-56789-ABCDE-FGHJK-MNPQRS"
HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\u00ad-"
DELIVERED: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "a final dot": "{}.".format,
    "a final bracket": "{})".format,
    "a final comma": "{},".format,
    "a final slash": "{}/".format,
    "a final angle": "{}>".format,
    "in angles": "<{}>".format,
    "in Czech quotation marks": "„{}“".format,
    "small letters": str.lower,
    "no hyphens": lambda number: number.replace("-", ""),
    "blanks": lambda number: number.replace("-", " "),
    "hard blanks": lambda number: number.replace("-", "\u00a0"),
    "underscores": lambda number: number.replace("-", "_"),
    "blanks around the hyphens": lambda number: number.replace("-", " - "),
    "unseen characters": lambda number: "\u200b".join(number),
    "a byte order mark": "\ufeff{}".format,
    "marks of direction": "\u202a{}\u202c".format,
    "letters for digits": lambda number: number.replace("0", "O").replace("1", "l"),
    "Cyrillic letters": lambda number: number.replace("KX", "КХ").replace("A", "А"),
    "full width": lambda number: "".join(chr(ord(each) + 0xFEE0) for each in number),
    "a fragment": "{}#AQab-c.def".format,
    "a fragment, encoded": "{}%23AQab-c.def".format,
    "a query": "{}?fbclid=abc".format,
    "encoded twice": lambda number: quote(quote(number.replace("-", "\u2011"))),
    "HTML": lambda number: number.replace("-", "&#8209;"),
    "an address": "https://kodex.example.com/verify/{}".format,
    "an address in capitals": "HTTPS://KODEX.EXAMPLE.COM/VERIFY/{}".format,
    "an address in angles": "<https://kodex.example.com/verify/{}>".format,
    "a sentence": "The certificate {} is valid until next March.".format,
    "a Czech sentence": "Osvědčení č. {}, prosím o ověření".format,
    "wrapped by Outlook": "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fk.example%2Fverify%2F{}%23A.b&data=05%7C02".format,
    "wrapped by Proofpoint": "https://urldefense.com/v3/__https://k.example/verify/{}__;!!AbC".format,
    "wrapped by an older Proofpoint": lambda number: (
        f"https://urldefense.proofpoint.com/v2/url?u=https-3A__k.example_verify_{number.replace('-', '-2D')}&d=DwMFaQ"
    ),
    "wrapped by Barracuda": "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fk.example%2fverify%2f{}&c=E,1,ab".format,
    "wrapped by Cisco": "https://secure-web.cisco.com/1a2B/https%3A%2F%2Fk.example%2Fverify%2F{}".format,
    "wrapped twice": "https://filter.example/?u=https%253A%252F%252Fk.example%252Fverify%252F{}".format,
    "quoted in a letter": lambda number: number.replace("-FGHJK", "-\r\n> FGHJK"),
    "broken by a letter": lambda number: number.replace("-FGHJK", "=\r\n-FGHJK"),
    **{f"U+{ord(each):04X}": lambda number, each=each: number.replace("-", each) for each in HYPHENS},
}


@pytest.mark.parametrize("deliver", DELIVERED.values(), ids=DELIVERED.keys())
def test_a_number_is_found_as_it_is_delivered(deliver: Callable[[str], str]) -> None:
    assert number_in(deliver(NUMBER)) == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KX",
        "x" + NUMBER,
        NUMBER + "9",
        NUMBER[:-1],
        "KX-" + "9" * 500,
        NUMBER.replace("M", "U"),
        NUMBER[2:],
        "%" * 99,
    ],
)
def test_what_is_no_number_is_not_found(text: str) -> None:
    assert number_in(text) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_number_is_found_between_whatever_words(before: str, after: str) -> None:
    assert number_in(f"{before} {NUMBER} {after}") is not None


def test_a_group_that_begins_like_an_encoded_hyphen_is_kept() -> None:
    number = "KX-2D012-2DABC-2D2D2-2DEFG-2D2D2D"
    assert number_in(number) == number_in(number.replace("-", "-2D")) == number


def test_a_long_text_without_a_number_is_read_at_once() -> None:
    for text in ("K" * 100_000, "KX" * 50_000, "KX" + " " * 100_000, "KX 0 " * 20_000, "%25" * 30_000, "&" * 100_000):
        assert number_in(text) is None


# Over HTTP


@pytest.fixture
def number(server: Server) -> str:
    return server.certificate_number(valid=True)


@pytest.mark.parametrize("deliver", DELIVERED.values(), ids=DELIVERED.keys())
def test_the_page_finds_it_as_it_is_delivered(server: Server, number: str, deliver: Callable[[str], str]) -> None:
    with server.client() as anybody:
        asked = anybody.get("/verify", params={"number": deliver(number)})
        led = anybody.get(f"/verify/{quote(deliver(number), safe='')}")
    assert asked.status_code == 303
    assert asked.headers["location"] == f"/verify/{number}"
    assert led.status_code == 200
    assert number in led.text


@pytest.mark.parametrize("after", ["/", "//", ".", ")", "/x", "%2F", "%0A", "?number=x", "/?fbclid=1"])
def test_an_address_with_something_after_it_leads_to_nobodys_sign_in(server: Server, number: str, after: str) -> None:
    with server.client() as anybody:
        answer = anybody.get(f"/verify/{number}{after}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert number in answer.text


@pytest.mark.parametrize(
    ("language", "asks", "fault", "form"),
    [
        ("en", "Certificate number, or the address", "There is no certificate number in this", "begins with KX"),
        ("cs", "Číslo osvědčení nebo adresa", "V tomto textu není žádné číslo osvědčení", "začíná písmeny KX"),
    ],
)
def test_the_page_has_one_field_and_says_what_a_number_looks_like(
    server: Server, language: str, asks: str, fault: str, form: str
) -> None:
    with server.client(headers={"Accept-Language": language}) as anybody:
        empty, wrong = anybody.get("/verify"), anybody.get("/verify", params={"number": "<b>KX-12</b>"})
    assert (empty.status_code, wrong.status_code) == (200, 404)
    assert len(re.findall("<input", empty.text)) == 1
    assert asks in _plain(empty.text)
    assert fault in _plain(wrong.text)
    assert 'value="&lt;b&gt;KX-12&lt;/b&gt;"' in wrong.text
    for page in (empty, wrong):
        assert form in _plain(page.text)


def _plain(page: str) -> str:
    return unescape(page).replace("\u00a0", " ")


@pytest.mark.parametrize("path", ["/verify/{}", "/verify?number={}"])
def test_a_number_that_nobody_has_is_told_as_it_is_read(server: Server, path: str) -> None:
    with server.client(follow_redirects=True, headers={"Accept-Language": "en"}) as anybody:
        answer = anybody.get(path.format(NUMBER.lower().replace("-", "")))
    assert answer.status_code == 404
    assert "No certificate has this number" in answer.text
    assert f'value="{NUMBER}"' in answer.text


def test_the_sign_in_page_leads_to_it(server: Server) -> None:
    with server.client(headers={"Accept-Language": "en"}) as anybody:
        assert '<a href="/verify">Check a certificate</a>' in anybody.get("/sign-in").text


@pytest.mark.browser
def test_it_works_on_a_phone_and_without_a_script(new_reader: NewReader, server: Server, number: str) -> None:
    reader = new_reader(language="en", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = reader.page
    page.goto(f"{server.url}/verify")
    page.get_by_label("Certificate number").fill(f" {number.lower()}. ")
    page.get_by_role("button", name="Check").click()
    assert page.url == f"{server.url}/verify/{number}"
    assert "valid until" in page.get_by_role("heading", level=1).inner_text()
    for part in page.locator("main > *").all():
        box = part.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 360
