"""Every setting is documented."""

from surroundings import HOME

import settings


def test_the_readme_lists_every_setting_and_no_other() -> None:
    table = (HOME / "README.md").read_text("utf-8").partition("## Settings")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| `")]
    assert {name.strip().strip("`") for row in rows for name in row.split(",")} == settings.NAMES
    assert len(rows) == len(set(rows))
