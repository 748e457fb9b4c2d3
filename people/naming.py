"""Texts that name a person, in whatever case a language puts the name."""

import re
import unicodedata
from collections.abc import Iterator

from people.directory import Person

SHORTEST_TELLING = 3
"""Letters that a part of a name needs to identify somebody; a shorter one is in many words."""
LONGEST_ENDING = 4
"""Letters by which a name may grow where a language declines it."""


def tells(reason: str, person: Person) -> bool:
    """True if the reason names the person: by a name in any declension, their address or their numbers."""
    said = _without_accents(reason)
    numbers = (_without_accents(each) for each in (person.employee_id, person.external_id, person.email) if each)
    if any(re.search(rf"(?<!\w){re.escape(number)}(?!\w)", said) for number in numbers):
        return True
    return any(_is_form_of(word, part) for part in _parts(person) for word in re.findall(r"\w+", said))


def finds(search: str, person: Person) -> bool:
    """True if a word of the search, long enough to tell who the person is, is a part of what they are found by."""
    known = [_without_accents(each) for each in (person.name, person.employee_id, person.email)]
    words = (word for word in _without_accents(search).split() if len(word) >= SHORTEST_TELLING)
    return any(word in each for word in words for each in known)


def _parts(person: Person) -> Iterator[str]:
    mailbox = person.email.partition("@")[0]
    for part in re.findall(r"[^\W\d_]+", _without_accents(f"{person.name} {mailbox}")):
        if len(part) >= SHORTEST_TELLING:
            yield part


def _is_form_of(word: str, name: str) -> bool:
    """Czech declines names: Nováková, Novákové, Novákovou."""
    stem = name[:-1] if len(name) > SHORTEST_TELLING and name[-1] in "aeiouy" else name
    return word.startswith(stem) and len(word) <= len(stem) + LONGEST_ENDING


def _without_accents(text: str) -> str:
    """Without accents and in small letters, so that no other spelling of a name passes."""
    return "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))
