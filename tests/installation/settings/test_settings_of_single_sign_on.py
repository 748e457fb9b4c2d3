"""The settings of single sign-on: whole or not at all."""

import pytest
from setting import faults, read

import settings
from people.access import Role

OIDC = {
    "KODEX_OIDC_ISSUER": "https://login.example.com",
    "KODEX_OIDC_CLIENT_ID": "kodex",
    "KODEX_OIDC_CLIENT_SECRET": "secret",
}


def test_single_sign_on_is_matched_on_the_e_mail_unless_another_claim_is_named() -> None:
    found = read(**OIDC).single_sign_on
    assert found is not None
    assert (found.claim, found.matches, found.roles_of_groups) == ("email", "email", ())
    assert read().single_sign_on is None


@pytest.mark.parametrize("missing", sorted(OIDC))
def test_single_sign_on_that_is_half_set_is_named(missing: str) -> None:
    (fault,) = faults(**{**OIDC, missing: ""})
    assert missing in fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KODEX_OIDC_ISSUER", "http://login.example.com"),
        ("KODEX_OIDC_ISSUER", "login.example.com"),
        ("KODEX_OIDC_ISSUER", "https://"),
        ("KODEX_OIDC_ISSUER", "https://login.example.com?tenant=1"),
        ("KODEX_OIDC_ISSUER", "https://[login"),
        ("KODEX_OIDC_CLAIM", "employee_number"),
        ("KODEX_OIDC_CLAIM", "employee_number:name"),
        ("KODEX_OIDC_CLAIM", ":employee_id"),
        ("KODEX_OIDC_CLAIM", "email:email"),
        ("KODEX_OIDC_GROUPS", "kodex-hr"),
        ("KODEX_OIDC_GROUPS", "kodex-hr=boss"),
        ("KODEX_OIDC_GROUPS", "kodex-all=manager"),
        ("KODEX_OIDC_GROUPS", "=hr"),
    ],
)
def test_what_is_wrong_with_single_sign_on_is_named(name: str, value: str) -> None:
    (fault,) = faults(**{**OIDC, name: value})
    assert name in fault


def test_groups_grant_the_roles_that_can_be_granted_and_no_others() -> None:
    assert {Role(name) for name in settings.GRANTED_BY_GROUPS} == set(Role) - {Role.EMPLOYEE, Role.MANAGER}
