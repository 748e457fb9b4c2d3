"""Screens inspected as they stand: axe in both themes, and nothing wider than a phone."""

from axe_playwright_python.base import AXE_SCRIPT
from browsing import Reader

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
AXE = """async rules => (await axe.run(rules)).violations.flatMap(violation =>
    violation.nodes.map(node => `${violation.id}: ${node.target.join(" ")}: ${node.html.slice(0, 300)}`))"""
WIDER_THAN_THE_WINDOW = """async () => {
    const wider = () => [document.documentElement, ...document.querySelectorAll(".stMain")]
        .filter(each => each.scrollWidth > each.clientWidth)
        .map(each => `${each.tagName} is ${each.scrollWidth} px wide`);
    for (let frame = 0; frame < 60 && wider().length; frame++)
        await new Promise(requestAnimationFrame);
    return wider();
}"""
OVER_THE_LOGO = """() => {
    const logo = document.querySelector("[data-testid=stHeaderLogo]")?.getBoundingClientRect();
    return [...document.querySelectorAll(".kodex-out a")]
        .map(each => [each.textContent, each.getBoundingClientRect().left])
        .filter(([, left]) => logo && left && left < logo.right)
        .map(([name]) => `${name} lies over the logo`);
}"""
DESKTOP, PHONE, SMALLEST = 1280, 390, 320
"""Pixels. The smallest is a desktop magnified to 400 % (WCAG 1.4.10)."""


class Inspection:
    """What is wrong with the screens that a reader passes."""

    def __init__(self, reader: Reader, *, in_both_themes: bool = True) -> None:
        """Otherwise each screen is inspected in the one theme that the last was not."""
        self.in_both_themes = in_both_themes
        self.reader = reader
        self.page = reader.page
        self.findings: list[str] = []
        self.themes = ("light", "dark")
        """The first is the one that is on."""

    def of(self, screen: str, width: int = DESKTOP) -> None:
        """The screen that is shown: its language, axe, and its width."""
        language = self.page.locator("html").get_attribute("lang")
        if language != self.reader.language:
            self.findings.append(f"{screen}: <html lang> is {language}")
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE_SCRIPT)
        self._resize(width)
        for theme in self.themes if self.in_both_themes else self.themes[1:]:
            self.reader.wear(theme)
            self.findings += [f"{screen}, {theme}, {width} px: {found}" for found in self.page.evaluate(AXE, RULES)]
        self.themes = self.themes[::-1]
        for narrow in (PHONE, SMALLEST):
            self._resize(narrow)
            found = self.page.evaluate(WIDER_THAN_THE_WINDOW) + self.page.evaluate(OVER_THE_LOGO)
            self.findings += [f"{screen}, {narrow} px: {each}" for each in found]
        self._resize(DESKTOP)

    def _resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})
