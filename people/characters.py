"""Characters that are not allowed in names and other data about people."""

import unicodedata

_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
"""They change no direction; Persian and Indian scripts need them."""


def is_hidden(letter: str) -> bool:
    """True if the character hides, breaks or turns the text around it."""
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and letter not in _JOINERS
