"""Long texts from outside cost time by their length, and not by its square: tried where the system ends whatever
takes more of the processor than that."""

import resource
import subprocess
import sys

import pytest
from conftest import HOME

LIMIT = 60
"""Seconds of the processor, many times what all of it takes; by the square it would be hours."""

PATTERNS = """
import importlib, pathlib, re

PIECES = ["[", "]", '"', "'", "(", "a", "1", " ", "r=", 'r="', "@", ".", "a@", "a.", "<", "-", "é", "aA1 ", "a@a."]
found = 0
for folder in ("web", "people"):
    for file in sorted(pathlib.Path(folder).glob("*.py")):
        module = importlib.import_module(f"{folder}.{file.stem}")
        for value in vars(module).values():
            pattern = getattr(value, "__self__", value)
            if not isinstance(pattern, re.Pattern):
                continue
            found += 1
            for piece in PIECES:
                for text in (piece * 100_000, piece * 100_000 + "\\x01", "x" + piece * 100_000 + "]"):
                    subject = text.encode() if isinstance(pattern.pattern, bytes) else text
                    pattern.fullmatch(subject), pattern.search(subject), pattern.sub(subject[:0], subject)
assert found > 10, found
"""

SCIM = """
from scim2_models import SCIMException
from people.provisioning import Account
from web import scim_users

PIECES = ["[", "]", '"', "(", ")", "a", ".", "a.", "a[", 'a[b eq "c"].', "not (", "a eq 1 and ", " ", "urn:", "é"]
account = Account("u", "N", "", "", "w@example.com", "1", "", None, True, None, "cs")
for piece in PIECES:
    for n in (50, 500, 60_000, 900_000):
        text = piece * (n // len(piece))
        for op in ("add", "replace", "remove"):
            for operation in ({"op": op, "path": text, "value": text}, {"op": op, "value": {text: text}}):
                try:
                    changes = scim_users.operations({"Operations": [operation]})
                    scim_users.patch(scim_users.user_of(account, ""), changes)
                except SCIMException:
                    pass
        try:
            scim_users.condition(text)
        except SCIMException:
            pass
        user = scim_users.read({"userName": text, "emails": [{"value": text}], "displayName": text})
        scim_users.account_of(user, None)
many = [{"op": "add", "path": 'emails[type eq "home"].value', "value": f"{n}@example.com"} for n in range(500)]
scim_users.patch(scim_users.user_of(account, ""), scim_users.operations({"Operations": many}))
"""


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))


@pytest.mark.parametrize("program", [PATTERNS, SCIM], ids=["regular expressions", "SCIM"])
def test_a_long_text_costs_no_more_than_its_length(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=HOME, preexec_fn=limited, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_limit_ends_what_costs_the_square() -> None:
    limit = "import re, resource; resource.setrlimit(resource.RLIMIT_CPU, (2, 2));"
    slow = limit + r"re.sub(r'\[[^\]]*\]', '', '[' * 10**6)"
    assert subprocess.run([sys.executable, "-c", slow], check=False).returncode < 0
