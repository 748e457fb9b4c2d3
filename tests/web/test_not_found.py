"""Addresses that lead nowhere: a page for people, in their language, and plain text for programs."""

import pytest
from serving import Server

from words import Words


@pytest.mark.parametrize("language", ["cs", "en"])
def test_a_person_is_told_in_their_language(server: Server, language: str) -> None:
    with server.client(headers={"Accept": "text/html", "Accept-Language": language}) as client:
        answer = client.get("/forgotten-password")
    assert answer.status_code == 404
    assert Words.of(language)("There is no page here") in answer.text
    assert f'<html lang="{language}">' in answer.text


def test_a_program_gets_plain_text(server: Server) -> None:
    with server.client(headers={"Accept": "*/*"}) as client:
        answer = client.get("/forgotten-password")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/plain")
