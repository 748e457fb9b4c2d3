"""What makes a password too weak to be taken: too short, or made of what a guesser tries first.

The list is our own. It holds the words that stand in most passwords that people choose, in English and Czech:
"password" and its kin, greetings and endearments, animals, months, days, seasons, names, clubs and games. A password
is measured by what remains of it without such words (also with 0 for o, @ for a and the like), without the person's
own name, address and number, the company's name, years, rows of keys, and letters or figures in their order.
"""

import re
import unicodedata
from collections.abc import Iterable

from people.directory import Person
from words import Sentence, sentence

SHORTEST = 12
LONGEST = 1000
FEWEST_LEFT = 5
"""How many different characters have to remain of a password without all that a guesser tries first."""
SHORTEST_PART = 3

_WORDS = frozenset(
    """
    password passwort heslo hesla hesicko tajne tajny tajemstvi secret geheim login signin user username guest admin
    administrator root master system server computer pocitac internet windows linux google facebook microsoft apple
    samsung android office firma company prace work job kodex conduct test testing demo sample default changeme change
    welcome vitejte hello ahoj cau nazdar dobryden letmein letme pustme open otevri access pristup enter private
    iloveyou love lovely laska lasko milacek milacku milujite miluju miluji zlato zlaticko broucek brouk beruska
    slunicko sluncicko kocicka kotatko medvidek andilek princess princezna prince angel baby sweet honey sunshine
    flower kvetina kytka hvezda star moon mesic sun slunce dragon drak monkey opice tiger tygr lion shadow ninja
    pirate wizard killer hunter ranger soldier batman superman spiderman pokemon pikachu matrix starwars hockey hokej
    football fotbal soccer baseball basketball tennis sparta slavia banik liverpool chelsea arsenal barcelona juventus
    ferrari porsche mercedes skoda octavia fabia felicia superb golf honda yamaha harley
    dog pes pejsek kocka kocour cat kitty kun konik horse ryba fish ptak bird motyl myska mouse zajic kralik vlk wolf
    pivo pivecko vino rum vodka cigareta coffee kava cokolada chocolate cookie banana apple orange lemon cherry pepper
    ginger cheese pizza summer leto winter zima spring jaro autumn podzim monday tuesday wednesday thursday friday
    saturday sunday pondeli utery streda ctvrtek patek sobota nedele january february march april june july august
    september october november december leden unor brezen duben kveten cerven cervenec srpen zari rijen listopad
    prosinec vanoce christmas praha prague brno ostrava plzen olomouc liberec cesko czech republika republic morava
    domov home rodina family mama maminka tata tatinek mother father sister brother sestra bratr babicka deda
    nevim nic neco cokoli whatever nothing something anything money penize freedom svoboda forever peace summer
    michael jordan daniel thomas tomas jan honza jana petr petra pavel pavla martin martina jiri jirka josef pepa
    karel lukas david jakub kuba ondra ondrej vojta vojtech filip adam marek milan mirek zdenek vaclav roman radek
    michal misa eva anna anicka hana hanka lenka lucie katka katerina tereza terka veronika verca barbora bara
    monika marie maruska ivana jitka zuzana zuzka alena kristyna klara nikola natalie adela eliska jessica ashley
    jennifer michelle nicole robert charlie george andrew matthew joshua anthony william richard maggie bailey buster
    trustno qazwsx asdf zxcv qwer abcd passw pass pwd moje muj mine super cool best great fuck fucking shit asshole
    sex sexy hovno kurva debil vole prdel and the ing for you one two three jedna dva tri moc mam jsem
    """.split()
)
_ROWS = (
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1234567890",
    "escrzyaie",
    "abcdefghijklmnopqrstuvwxyz",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6zhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "1q2w3e4r5t6z7u8i9o0p",
    "1a2b3c4d5e6f7g8h9i",
    "a1b2c3d4e5f6g7h8i9",
    "!@#$%^&*()",
    "0123456789",
)
_WAYS = frozenset(way for row in _ROWS for way in (row, row[::-1]))
_DISGUISE = str.maketrans("@4301!$57", "aaeoiisst")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_SAME = re.compile(r"(.)\1{2,}")


def fault(password: str, person: Person, company: Iterable[str]) -> Sentence | None:
    """Why a password is not taken; none when it is."""
    if len(password) < SHORTEST:
        return sentence("The password is too short. It has to have at least {n} characters.", n=SHORTEST)
    if len(password) > LONGEST:
        return sentence("The password is too long. It may have at most {n} characters.", n=LONGEST)
    if is_common(password, [person.name, person.email, person.employee_id, *company]):
        return sentence(
            "This password is too easy to guess: it is a common one, or made of names, rows of keys or repetition. "
            "Several words that do not belong together are easy to remember and hard to guess."
        )
    return None


def is_common(password: str, own: Iterable[str]) -> bool:
    plain = _folded(password)
    if plain.isdigit() or plain in (plain + plain)[1:-1]:
        return True
    parts = {part for text in own for part in re.split(r"[\W_]+", _folded(text)) if len(part) >= SHORTEST_PART}
    words = re.compile("|".join(re.escape(word) for word in sorted(_WORDS | parts, key=len, reverse=True)))
    return len(set(_left(plain, words))) < FEWEST_LEFT


def _left(text: str, words: re.Pattern[str]) -> str:
    """What of a text no guesser tries first."""
    text = words.sub(_blank, text)
    # One character stands for one, so that what is found in the undisguised text lies at the same place.
    for word in words.finditer(text.translate(_DISGUISE)):
        text = text[: word.start()] + _blank(word) + text[word.end() :]
    text = _SAME.sub(_blank, _YEAR.sub(_blank, text))
    return re.sub(r"\s", "", _without_rows(text))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _without_rows(text: str) -> str:
    """Without three or more keys, letters or figures that follow each other."""
    kept, at = "", 0
    while at < len(text):
        end = at + 1
        while end < len(text) and any(text[at : end + 1] in way for way in _WAYS):
            end += 1
        kept += text[at:end] if end - at < SHORTEST_PART else ""
        at = end
    return kept


def _folded(text: str) -> str:
    """Without diacritics and capital letters."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
