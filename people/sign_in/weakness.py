"""Passwords that are refused: too short, too long, or easy to guess as zxcvbn estimates it.

zxcvbn knows the passwords, words and names of English, keyboards, dates and sequences. It is given the words that
Czech passwords are made of, the person's own name, address and number, and the company's name.
"""

import re
import unicodedata
from collections.abc import Iterable

from zxcvbn import matching, scoring

from people.directory import Person
from words import Sentence, sentence

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
FEWEST_GUESSES = 10
"""The power of ten from which on zxcvbn calls a password very unguessable."""
LONGEST_ESTIMATED = 72
"""Characters: zxcvbn takes long for more."""
SHORTEST_PART = 3
"""Characters of a part of a name that counts as a word."""

_CZECH = frozenset(
    """
    hesla hesicko tajne tajny tajemstvi pocitac firma prace kodex vitejte ahoj cau nazdar dobryden pustme otevri
    pristup laska lasko milacek milacku milujite miluju miluji zlato zlaticko broucek brouk beruska slunicko
    sluncicko kocicka kotatko medvidek andilek princezna kvetina kytka hvezda slunce drak opice tygr hokej
    fotbal banik pes pejsek kocka kocour kun konik ryba ptak motyl myska zajic kralik vlk pivo pivecko vino
    cigareta kava cokolada leto zima jaro podzim pondeli utery streda ctvrtek patek sobota nedele leden unor
    brezen duben kveten cerven cervenec srpen zari rijen prosinec vanoce brno cesko domov maminka tata tatinek
    bratr babicka deda nevim neco cokoli penize honza petr pavla jiri jirka pepa kuba ondra vojta vojtech filip
    mirek zdenek misa anicka hanka lenka katka terka verca barbora bara maruska jitka zuzana zuzka kristyna
    eliska moje muj hovno kurva debil vole prdel jedna dva tri moc mam jsem heslo sparta slavia praha ostrava
    plzen olomouc liberec morava republika skoda octavia fabia svoboda rodina mama sestra jan jana petra pavel
    martin martina josef karel lukas david jakub ondrej adam marek milan vaclav roman radek michal eva anna hana
    lucie katerina tereza veronika monika marie ivana alena klara nikola natalie adela tomas kvetna srpna kolo
    auto dum skola pohoda
    """.split()
)
_KEYS = ("yxcvbnm", "escrzyaie")
"""Rows of a Czech keyboard, without diacritics."""


def fault(password: str, person: Person, company: Iterable[str]) -> Sentence | None:
    """Return why a password is refused, or None. `company` are the company's names."""
    if len(password) < SHORTEST_PASSWORD:
        return sentence("The password is too short. It has to have at least {n} characters.", n=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        return sentence("The password is too long. It may have at most {n} characters.", n=LONGEST_PASSWORD)
    if is_common(password, [person.name, person.email, person.employee_id, *company]):
        return sentence(
            "This password is too easy to guess: it is a common one, or made of names, rows of keys or repetition. "
            "Several words that do not belong together are easy to remember and hard to guess."
        )
    return None


def is_common(password: str, own: Iterable[str]) -> bool:
    """True if a guesser who knows the words in `own` needs fewer than 10^`FEWEST_GUESSES` guesses."""
    plain = _folded(password)
    if plain.isdigit() or plain in (plain + plain)[1:-1]:
        return True
    parts = {part for text in own for part in re.split(r"[\W_]+", _folded(text)) if len(part) >= SHORTEST_PART}
    # A copy: zxcvbn's own function would put the words of one person into a dictionary that all threads share.
    dictionaries = matching.RANKED_DICTIONARIES | {
        "user_inputs": matching.build_ranked_dict([*sorted(parts), *_KEYS, *sorted(_CZECH)])
    }
    # Signs between words hide them from zxcvbn, and hardly slow a guesser down.
    joined = "".join(letter for letter in plain if letter.isalnum()) or plain
    return min(_guesses(plain, dictionaries), _guesses(joined, dictionaries)) < FEWEST_GUESSES


def _guesses(text: str, dictionaries: dict[str, dict[str, int]]) -> float:
    """Return the power of ten of the guesses that the stronger end of `text` needs."""
    ends = {text[:LONGEST_ESTIMATED], text[-LONGEST_ESTIMATED:]}
    found = (scoring.most_guessable_match_sequence(end, matching.omnimatch(end, dictionaries)) for end in ends)
    return max(float(each["guesses_log10"]) for each in found)


def _folded(text: str) -> str:
    """Return `text` without diacritics and capital letters."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
