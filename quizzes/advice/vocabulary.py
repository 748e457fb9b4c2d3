"""Words as advice counts them: without their endings, and without those that mean nothing by themselves."""

import re
from collections.abc import Mapping
from functools import lru_cache

STEM = 5
"""Letters by which the forms of a word are known, so that “zakázka” is found in “zakázku”. Beginnings of this length
serve Czech searches nearly as well as a real stemmer."""
STOP_WORDS = {
    "cs": """a aby ale ani bez by bych byl bylo být co do ho i jak jako je jeho její jejich ji jí jich jim jsem
        jsme jsou k kde kdo když ke která které který mě mi mu na nad nebo není o od pak po pod podle pro
        proto protože před při s se si svou svůj ta tak tam tedy ten to tom tu ty u už v vám vás ve však z
        za ze že nim ním ní něj něm""",
    "en": """a an and any are as at be been but by do for from had has have he her him his how i if in into is it
        its me my no not of off on or our out she so that the their them then there they this to up us was
        we what when where which who with you your""",
}
"""Words of grammar, which every text has. Words of haste, doubt or comfort (“just”, “after all”, “přece”) are left
in: they give options away."""

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_COUNTED = re.compile(r"\S*\w\S*")
_SENTENCE_END = re.compile(r"[.!?…][”“’»)\]*]*\s+|\n+")
_STOPPED = {language: frozenset(words.split()) for language, words in STOP_WORDS.items()}


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, in order, in small letters."""
    return tuple(_WORD.findall(text.casefold()))


@lru_cache(maxsize=4096)
def stems(text: str, language: str) -> Mapping[str, str]:
    """Return the words that mean something: each by its first letters, as it is written first."""
    stopped = _STOPPED.get(language, frozenset())
    found: dict[str, str] = {}
    for word in words(text):
        if word not in stopped:
            found.setdefault(word[:STEM], word)
    return found


def sentences(text: str) -> list[str]:
    return _SENTENCE_END.split(text)


def length(sentence: str) -> int:
    """Return the number of words; a dash between spaces is none."""
    return len(_COUNTED.findall(sentence))
