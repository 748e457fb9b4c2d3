"""The typefaces that the browser loads, made as small as the pages allow; `make fonts` runs this.

Text: Latin with what the languages of Europe add to it, in the weights that the style sheets use. Icons: those in
`web/static/icons.txt`, out of the file that Streamlit brings along. Each file has the beginning of its own hash in
its name, so that a browser may keep it for good.
"""

import re
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import streamlit
from fontTools.subset import Options, Subsetter, save_font
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

STATIC = Path(__file__).resolve().parent.parent / "web" / "static"
FONTS = STATIC / "fonts"
STREAMLITS = Path(streamlit.__file__).parent / "static" / "static" / "media"
STYLE_SHEETS = [STATIC / "fonts.css", STATIC / "kodex.css"]
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "rlig", "rvrn", "tnum"]
LICENCE = [0, 7, 13, 14]
"""Names in a font that say whose it is. Its own name is left out: a changed font may not bear it."""
WEIGHTS = (400, 600)
TEXT = ("ibm-plex-sans-latin", "ibm-plex-sans-latin-ext", "source-serif-4-latin", "source-serif-4-latin-ext")
LATIN = "20-7E A0-FF 131 152-153 2DA 2DC 2002-2003 2009-200A 2010-2015 2018-201A 201C-201E 2020-2022 2026 202F 2030"
LATIN += " 2032-2033 2039-203A 20AC 2122 2190-2193 2212"
EXTENDED = "100-17F 218-21B 1E9E 2C7 306 30C"
"""What Central and Western Europe add to Latin. Other letters come from the reader's own system."""
IN_NAMES_OF_ICONS = "abcdefghijklmnopqrstuvwxyz0123456789_"


def text(name: str, originals: Path) -> None:
    """Write a face of the package @fontsource-variable/… that lies in `originals`."""
    font = TTFont(originals / f"{name}-wght-normal.woff2", recalcTimestamp=False)
    _keep(font, unicodes=_characters(EXTENDED if name.endswith("-ext") else LATIN))
    _write(instantiateVariableFont(font, {"wght": WEIGHTS}), name)


def icons() -> None:
    font = TTFont(next(STREAMLITS.glob("MaterialSymbols-Rounded.*.woff2")), recalcTimestamp=False)
    glyphs = _glyphs_of_icons(font)
    wanted = (STATIC / "icons.txt").read_text("utf-8").split()
    if missing := [name for name in wanted if name not in glyphs]:
        sys.exit(f"There is no such icon: {', '.join(missing)}")
    _keep(font, unicodes=map(ord, IN_NAMES_OF_ICONS), glyphs=[glyphs[name] for name in wanted], closure=False)
    _write(font, "material-symbols")


def _characters(ranges: str) -> list[int]:
    ends = [[int(end, 16) for end in each.split("-")] for each in ranges.split()]
    return [character for end in ends for character in range(end[0], end[-1] + 1)]


def _glyphs_of_icons(font: TTFont) -> dict[str, str]:
    """Return the glyph of each icon by the name that is written in the text."""
    characters = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    found = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            rules = getattr(subtable, "ExtSubTable", subtable)
            for first, ligatures in getattr(rules, "ligatures", {}).items():
                for each in ligatures:
                    name = "".join(characters.get(part, "?") for part in [first, *each.Component])
                    found[name] = each.LigGlyph
    return found


def _keep(font: TTFont, *, unicodes: Iterable[int], glyphs: Iterable[str] = (), closure: bool = True) -> None:
    options = Options()
    options.layout_features = FEATURES
    options.layout_closure = closure
    options.hinting = False
    options.name_IDs = LICENCE
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=unicodes, glyphs=glyphs)
    subsetter.subset(font)


def _write(font: TTFont, name: str) -> None:
    options = Options()
    options.flavor = "woff2"
    made = FONTS / f"{name}.woff2"
    save_font(font, made, options)
    digest = sha256(made.read_bytes()).hexdigest()[:8]
    for old in FONTS.glob(f"{name}.????????.woff2"):
        old.unlink()
    made = made.rename(FONTS / f"{name}.{digest}.woff2")
    for sheet in STYLE_SHEETS:
        said = sheet.read_text("utf-8")
        sheet.write_text(re.sub(rf"\b{name}\.[0-9a-f]{{8}}\.woff2", made.name, said), "utf-8")
    print(f"{made.stat().st_size:6} {made.name}")  # noqa: T201


if __name__ == "__main__":
    icons()
    for folder in sys.argv[1:]:
        for each in TEXT:
            text(each, Path(folder))
