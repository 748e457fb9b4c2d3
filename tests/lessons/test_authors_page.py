"""The examples on the page for authors are content that the check lets through."""

import re

import pytest
import yaml
from surroundings import HOME

from lessons import decisions

PAGE = (HOME / "docs" / "authors.md").read_text("utf-8")
EXAMPLES = [text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if text.startswith("kind: ")]


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: text.partition("\n")[0])
def test_an_example_of_a_kind_is_sound(text: str) -> None:
    decisions.decision(yaml.load(text, yaml.CBaseLoader))


def test_every_kind_has_its_row_and_all_but_the_plainest_an_example() -> None:
    shown = {yaml.load(text, yaml.CBaseLoader)["kind"] for text in EXAMPLES}
    assert shown | {"single"} == set(decisions.KINDS)
    assert all(f"| `{kind}` |" in PAGE for kind in decisions.KINDS)
