"""The icons: whatever a screen draws is in the file of the few that are loaded."""

import re

import pytest
from serving import NewReader, Server
from surroundings import HOME

USED = re.compile(r":material/(\w+):")
WIDTHS = """names => document.fonts.load("20px 'Material Symbols Rounded'").then(() => names.map(name => {
    const icon = document.createElement("span");
    icon.style = "font: 20px 'Material Symbols Rounded'; position: absolute; white-space: nowrap";
    icon.textContent = name;
    document.body.append(icon);
    return [name, icon.getBoundingClientRect().width];
}))"""


def listed() -> list[str]:
    return (HOME / "web" / "static" / "icons.txt").read_text("utf-8").split()


def used() -> set[str]:
    """The icons named in the code and in what is taught."""
    files = [file for room in ("screens", "lessons", "quizzes") for file in (HOME / room).rglob("*.*")]
    texts = [file.read_text("utf-8") for file in files if file.suffix in {".py", ".yaml"}]
    return {name for text in texts for name in USED.findall(text)}


def test_every_icon_on_the_screens_is_listed() -> None:
    assert used() >= {"check", "close"}
    assert used() - set(listed()) == set(), "add them to web/static/icons.txt and run `make fonts`"


@pytest.mark.browser
def test_every_listed_icon_is_drawn_as_one(new_reader: NewReader, server: Server) -> None:
    reader = new_reader(server.newcomer("Ikona Malá"))
    reader.go("/")
    widths = dict(reader.page.evaluate(WIDTHS, [*listed(), "no_such_icon"]))
    assert widths.pop("no_such_icon") > 40
    assert {name: width for name, width in widths.items() if width != 20} == {}
