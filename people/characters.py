"""Characters that have no place in what is kept of people."""

import unicodedata

_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
"""They change no direction, and names in Persian and in Indian scripts need them."""


def is_hidden(letter: str) -> bool:
    """Whether it hides, breaks or turns the text that it stands in, and so belongs in nobody's name."""
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and letter not in _JOINERS
