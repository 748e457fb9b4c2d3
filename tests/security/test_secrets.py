"""No secret is kept in the repository: patterns of keys and tokens, and strings that are too random to be words."""

import math
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from surroundings import HOME

PATTERNS = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "a key of AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of GitHub": r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{60,})",
    "a token of GitLab": r"\bglpat-[\w-]{20}",
    "a token of Slack": r"\bxox[abprs]-[0-9A-Za-z-]{10,}",
    "a key of Google": r"\bAIza[\w-]{35}",
    "a key of Stripe": r"\b[rs]k_live_[0-9A-Za-z]{20,}",
    "a token of a registry": r"\b(?:pypi-AgEIcHlwaS|npm_)[\w-]{30,}",
    "a JSON web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a password in an address": r"://[^\s/:@{}<>]+:(?!password|heslo)[^\s/:@{}<>]{4,}@(?!host|[\w.-]*\bexample\b)",
}
ASSIGNED = re.compile(
    r"(?i)\b[\w-]*(?:secret|token|password|passwd|api_?key)[\w-]*['\"]?\s*[:=]\s*['\"]([\w+/=.-]{20,})['\"]"
)
RANDOM_ENOUGH = 4.0
"""Bits a character: words are below it, base64 of 20 random bytes and more above."""
INVENTED = ("Zk7v", "Yf6J")
"""How the secrets begin that tests made up for themselves."""
GENERATED = re.compile(r"requirements.*\.txt|.*\.(?:png|woff2?|ttf|otf|ico|jpg|webp|pdf)")


def kept_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=HOME, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    return [HOME / name for name in listed if name and not GENERATED.fullmatch(Path(name).name)]


def entropy(text: str) -> float:
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def secrets_in(text: str) -> list[str]:
    found = [what for what, pattern in PATTERNS.items() if re.search(pattern, text)]
    return found + [
        f"{each[:4]}…"
        for each in ASSIGNED.findall(text)
        if entropy(each) > RANDOM_ENOUGH and not each.startswith(INVENTED)
    ]


def test_no_secret_is_kept_in_the_repository() -> None:
    files = [file for file in kept_files() if file.is_file()]
    assert len(files) > 100
    found = {file.relative_to(HOME).as_posix(): secrets_in(file.read_text("utf-8", "ignore")) for file in files}
    assert {name: held for name, held in found.items() if held} == {}


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "a1B2" * 9,
        "KODEX_SECRET=" + "'q8Zr-Vw3xT_0pLm9KsYd7Hf2Gj5Nb4Ca'",
        "api_key: " + '"Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA"',
        "postgresql+psycopg://kodex:" + "hunter22@prod.corp/kodex",
    ],
)
def test_a_secret_would_be_found(text: str) -> None:
    assert secrets_in(text)
