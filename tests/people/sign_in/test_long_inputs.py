"""Long texts from outside cost time by their length, and not by its square: tried where the system ends whatever
takes more of the processor than that."""

import resource
import subprocess
import sys

import pytest
from surroundings import HOME

LIMIT = 60
"""Seconds of the processor, many times what all of it takes; by the square it would be hours."""

TRYING = """
import importlib, pathlib, re, resource, time

LIMIT_EACH = 3  # seconds of the processor for one pattern, many times what the slowest takes
PIECES = ["[", "]", '"', "'", "(", "a", "1", " ", "r=", 'r="', "@", ".", "a@", "a.", "<", "-", "é", "aA1 ", "a@a."]


def is_tried(name, value):
    # A pattern in every way that it can be used; a method of one, as `re.compile(…).fullmatch`, in no other way.
    pattern = getattr(value, "__self__", value)
    if not isinstance(pattern, re.Pattern):
        return False
    print(name, pattern.pattern, flush=True)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + LIMIT_EACH, hard))
    for way in ["fullmatch", "search", "sub"] if pattern is value else [value.__name__]:
        for piece in PIECES:
            many = piece * 60_000
            for text in (many, many + "\\x01", "x" + many + "]"):
                subject = text.encode() if isinstance(pattern.pattern, bytes) else text
                found = getattr(pattern, way)(*[subject[:0]] * (way == "sub"), subject)
                list(found if way == "finditer" else [])
    return True
"""

PATTERNS = f"""
{TRYING}
found = 0
for folder in ("web", "people", "progress", "words"):
    for file in sorted(pathlib.Path(folder).rglob("*.py")):
        module = importlib.import_module(".".join(file.with_suffix("").parts).removesuffix(".__init__"))
        found += sum(is_tried(f"{{module.__name__}}.{{name}}", value) for name, value in vars(module).items())
assert found > 30, found
"""

SCIM = """
from scim2_models import SCIMException
from people.sign_in.identity_system import Account
from web.scim import patching, searching, users

PIECES = ["[", "]", '"', "(", ")", "a", ".", "a.", "a[", 'a[b eq "c"].', "not (", "a eq 1 and ", " ", "urn:", "é"]
account = Account("u", "N", "", "", "w@example.com", "1", "", None, True, None, "cs")
for piece in PIECES:
    for n in (50, 500, 60_000, 900_000):
        text = piece * (n // len(piece))
        for op in ("add", "replace", "remove"):
            for operation in ({"op": op, "path": text, "value": text}, {"op": op, "value": {text: text}}):
                try:
                    changes = patching.operations({"Operations": [operation]})
                    patching.patch(users.user_of(account, ""), changes)
                except SCIMException:
                    pass
        try:
            searching.condition(text)
        except SCIMException:
            pass
        user = users.read({"userName": text, "emails": [{"value": text}], "displayName": text})
        users.account_of(user, None)
many = [{"op": "add", "path": 'emails[type eq "home"].value', "value": f"{n}@example.com"} for n in range(500)]
patching.patch(users.user_of(account, ""), patching.operations({"Operations": many}))
"""


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))


def tried(program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", program], cwd=HOME, preexec_fn=limited, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("program", [PATTERNS, SCIM], ids=["regular expressions", "SCIM"])
def test_a_long_text_costs_no_more_than_its_length(program: str) -> None:
    done = tried(program)
    assert done.returncode == 0, f"{done.stdout.splitlines()[-1:]} {done.stderr}"


@pytest.mark.parametrize("slow", [r"re.compile(r'\[[^\]]*\]')", r"re.compile(r'[0-9]+[.,]0+').search"])
def test_the_limit_ends_what_costs_the_square_and_names_it(slow: str) -> None:
    done = tried(f"{TRYING}\nis_tried('planted', {slow})")
    assert done.returncode < 0
    assert done.stdout.startswith("planted ")


def test_a_method_is_tried_as_it_is_used() -> None:
    """Only the search would begin anew at each digit."""
    done = tried(f"{TRYING}\nassert is_tried('planted', re.compile(r'[0-9]+[.,]0+').fullmatch)")
    assert done.returncode == 0, done.stderr
