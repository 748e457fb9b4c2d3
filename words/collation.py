"""Alphabetical order: the letters that a language puts in a place of their own.

Unicode's collation (`pyuca`) was weighed: it has no rules for Czech, and a query could not sort by it, because no
database has it. Accents that only break ties (á, ů) are left to the folding of letters in `database`.
"""

OWN_PLACE = {
    "cs": (("ch", "h"), ("č", "c"), ("ř", "r"), ("š", "s"), ("ž", "z")),
}
"""By language: the letters, in small, each with the letter that it follows. German and English have none."""

AFTER = "~"
"""Follows every plain letter in the order of code points: "c~" comes after "cz", and before "d"."""


def respellings(language: str) -> tuple[tuple[str, str], ...]:
    """Return (letter, spelling by which it sorts) pairs of a language."""
    return tuple((letter, f"{follows}{AFTER}") for letter, follows in OWN_PLACE.get(language, ()))
