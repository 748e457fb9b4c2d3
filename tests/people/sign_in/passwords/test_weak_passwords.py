"""What is no password: what a guesser tries first, and one's own name."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from local_accounts import BETTER, GOOD

from people.directory import Person
from people.sign_in.weakness import SHORTEST, fault, is_common

LENKA = Person("0" * 32, "2003", "Lenka Šťastná", "lenka.stastna@example.com", "Sklad", None, "cs")


# What is no password


@pytest.mark.parametrize(
    "password",
    """Heslo123456789 P4ssw0rd123456 Password2024!! passwordpassword aaaaaaaaaaaa qwertyuiop12 QWERTZUIOP123
    abcabcabcabc x7Kqx7Kqx7Kq 199001011234 LenkaStastna1 lenka.stastna99 Ukazkova-spolecnost1 zaqwsxcde321
    1q2w3e4r5t6y Slunicko2025* Iloveyou12345 asdfghjkl;'123 ŠťastnáLenka! 2003-2003-2003 spring-summer-2026
    Sparta-Praha-1893 MiluJuPivo123""".split(),
)
def test_what_a_guesser_tries_first_is_no_password(password: str) -> None:
    found = fault(password, LENKA, ["Ukázková společnost"])
    assert found is not None
    assert "easy to guess" in found.text


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        BETTER,
        "correct horse battery staple",
        "4bTq9-xWmPz2e",
        "Zv0nkohra-u-jezera",
        "#$%&/()=?¡*+{}",
        "пароль длинный и странный",
        "x" * 500 + "abKv93",
    ],
)
def test_what_is_hard_to_guess_is_a_password(password: str) -> None:
    assert fault(password, LENKA, ["Ukázková společnost"]) is None


def test_a_password_has_a_least_and_a_greatest_length() -> None:
    long = "Zv0nkohra-u-jezera " * 60
    for password, is_taken in ((GOOD[:11], False), (GOOD[:12], True), (long[:1000], True), (long[:1001], False)):
        assert (fault(password, LENKA, []) is None) is is_taken, len(password)


def test_ones_own_name_is_no_password_for_oneself_and_nothing_special_for_others() -> None:
    password = "Oldřiška Kvapilová"
    named = replace(LENKA, name=password)
    assert fault(password, named, []) is not None
    assert fault(password, LENKA, []) is None


@given(st.text(min_size=SHORTEST, max_size=60))
def test_whatever_is_typed_is_judged_and_said_twice_it_is_common(password: str) -> None:
    assert is_common(password, ["Lenka Šťastná"]) in {True, False}
    assert is_common(password + password, [])
