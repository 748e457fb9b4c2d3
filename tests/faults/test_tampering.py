"""Whoever can write anything into the database and has no key: nothing that was sealed changes unnoticed."""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cast import PEOPLE
from ledger import Ledger, Row, as_event, read, write
from size import tell, times
from studying import Study

from database import Database, written
from people import directory
from people.access import Principal, Role
from progress.audit import verification
from progress.audit.findings import Finding
from progress.audit.verification import Verified
from progress.record import chains, checkpoints, signing
from progress.record.chains import Kind
from progress.record.signing import Key
from quizzes.content import Course

N_TAMPERINGS = times(1000, 96)


@dataclass(frozen=True)
class Sealed:
    """A record with its checkpoints; `last` is the one that was kept where nobody could alter it."""

    file: Path
    key: Key
    last: str
    ledger: Ledger


@pytest.fixture(scope="module")
def sealed(stocked_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, course: Course) -> Sealed:
    folder = tmp_path_factory.mktemp("sealed")
    file = Path(shutil.copy(stocked_sqlite, folder / "kodex.sqlite3"))
    key = signing.opened(folder / "checkpoint.key")
    database = Database(f"sqlite:///{file}")
    study = Study(database, course)
    with database.writing() as connection:
        directory.add(connection, PEOPLE)
    people = [Principal(person, frozenset({Role.EMPLOYEE})) for person in PEOPLE]
    study.assign(*people)
    for who in people[:5]:
        study.certify(who)
    study.later(days=1)
    checkpoints.make(database, key, study.now)
    for who in people[5:]:
        study.cards(who)
    study.later(days=1)
    checkpoints.make(database, key, study.now)
    key = signing.changed(folder / "checkpoint.key")
    for who in people[5:]:
        study.attempt(who, right=7)
    study.later(days=1)
    checkpoints.make(database, key, study.now)
    study.assign(*people[:4])
    for who in people[5:]:
        study.attempt(who)
    study.later(days=1)
    last = checkpoints.make(database, key, study.now)
    study.later(hours=1)
    for who in people[5:]:
        study.sign(who)
    database.close()
    return Sealed(file, key, last.note, read(file))


@pytest.fixture
def verify(sealed: Sealed, tmp_path: Path) -> Iterator[Callable[..., Verified]]:
    """Verifies what somebody has made of the record, with the last checkpoint or without any but the database's."""

    def after(ledger: Ledger, *, with_checkpoint: bool = True) -> Verified:
        file = Path(shutil.copy(sealed.file, tmp_path / "tampered.sqlite3"))
        write(file, ledger)
        database = Database(f"sqlite:///{file}")
        try:
            notes = {"last": sealed.last} if with_checkpoint else {}
            return verification.verify(database, sealed.key.verifiers, notes)
        finally:
            database.close()

    return after


# The eight classes. Each changes something that the last checkpoint holds, and gives whose chain.


def edit(ledger: Ledger, chance: random.Random) -> list[str]:
    person, n = an_event(ledger, chance)
    event = ledger.chains[person][n]
    name = chance.choice([name for name in event["body"] if name not in {"course", "cycle"}])
    event["body"][name] = another(event["body"][name], chance)
    return [person]


def delete(ledger: Ledger, chance: random.Random) -> list[str]:
    person, n = an_event(ledger, chance)
    del ledger.chains[person][n]
    return [person]


def insert(ledger: Ledger, chance: random.Random) -> list[str]:
    person, n = an_event(ledger, chance)
    twin = deepcopy(ledger.chains[person][n])
    twin["hash"] = f"{chance.getrandbits(256):064x}"
    ledger.chains[person].insert(n, twin)
    ledger.renumber(person)
    return [person]


def truncate(ledger: Ledger, chance: random.Random) -> list[str]:
    person, n = an_event(ledger, chance)
    del ledger.chains[person][n:]
    return [person]


def reorder(ledger: Ledger, chance: random.Random) -> list[str]:
    person, n = an_event(ledger, chance)
    other = chance.choice([each for each in range(ledger.head_sealed_last(person)) if each != n])
    chain = ledger.chains[person]
    chain[n], chain[other] = chain[other], chain[n]
    ledger.renumber(person)
    return [person]


def backdate(ledger: Ledger, chance: random.Random) -> list[str]:
    """A sealed event says that it happened earlier, or one is added that says so and was not there."""
    person, n = an_event(ledger, chance)
    chain = ledger.chains[person]
    if chance.random() < 0.5:
        chain[n]["at"] = earlier(chain[n]["at"], chance)
        return [person]
    sealed = ledger.head_sealed_last(person)
    del chain[sealed:]
    before = chain[-1]
    seen = {"course": "customer-privacy", "cycle": 1, "card": "invented", "edition": "0" * 64, "language": "cs"}
    at = written(datetime.fromisoformat(before["at"]) + timedelta(seconds=1))
    chain.append({**before, "kind": Kind.CARD_SEEN.value, "at": at, "body": seen})
    ledger.rehash(person)
    return [person]


def rehash_the_tail(ledger: Ledger, chance: random.Random) -> list[str]:
    """A result that was not reached, with every hash after it made new."""
    failed = [
        (person, n)
        for person, chain in ledger.chains.items()
        for n, event in enumerate(chain)
        if event["kind"] == Kind.ANSWERED and n < ledger.head_sealed_last(person)
    ]
    person, n = chance.choice(failed)
    body = ledger.chains[person][n]["body"]
    body["right"] = not body["right"]
    ledger.rehash(person)
    return [person]


def swap_two_people(ledger: Ledger, chance: random.Random) -> list[str]:
    while True:
        one, other = chance.sample(sorted(ledger.chains), 2)
        if ledger.chains[one][-1]["kind"] != ledger.chains[other][-1]["kind"]:
            break
    ledger.chains[one], ledger.chains[other] = ledger.chains[other], ledger.chains[one]
    ledger.renumber(one, other)
    return [one, other]


Tampering = Callable[[Ledger, random.Random], list[str]]
CLASSES: tuple[Tampering, ...] = (
    edit,
    delete,
    insert,
    truncate,
    reorder,
    backdate,
    rehash_the_tail,
    swap_two_people,
)


def an_event(ledger: Ledger, chance: random.Random) -> tuple[str, int]:
    """One that the last checkpoint holds, by its person and its place."""
    person = chance.choice(sorted(ledger.chains))
    return person, chance.randrange(ledger.head_sealed_last(person))


def another(value: object, chance: random.Random) -> object:
    match value:
        case bool():
            return not value
        case int():
            return value + chance.choice([-1, 1, 40])
        case str():
            return f"{value}0" if not value.isdecimal() else value[::-1] + "1"
        case None:
            return "sure"
        case _:
            return [*value, *value] if isinstance(value, list) and value else "x"


def earlier(at: str, chance: random.Random) -> str:
    return written(datetime.fromisoformat(at) - timedelta(seconds=chance.randint(1, 400 * 86400)))


# How far the change is covered up


def not_at_all(_ledger: Ledger, _people: list[str]) -> None: ...


def in_the_chain(ledger: Ledger, people: list[str]) -> None:
    ledger.rehash(*people)


def everywhere(ledger: Ledger, people: list[str]) -> None:
    """All but the signatures: chains, enrolments, certificates, sealed heads, trees."""
    ledger.order(*people)
    ledger.rehash(*people)
    ledger.refold(*people)
    ledger.reseal()


def everywhere_without_checkpoints(ledger: Ledger, people: list[str]) -> None:
    """The checkpoints in the database, which could be compared, are gone as well."""
    everywhere(ledger, people)
    ledger.checkpoints = []


def everywhere_without_seals(ledger: Ledger, people: list[str]) -> None:
    everywhere_without_checkpoints(ledger, people)
    ledger.sealed = []


COVERS = (not_at_all, in_the_chain, everywhere, everywhere_without_checkpoints, everywhere_without_seals)


def tampered(
    sealed: Sealed, often: int = N_TAMPERINGS
) -> Iterator[tuple[Tampering, Callable[..., None], Ledger, list[str]]]:
    """Every class in turn, covered up in every way in turn, at random places."""
    for n in range(often):
        chance = random.Random(n)
        tampering, cover = CLASSES[n % len(CLASSES)], COVERS[n // len(CLASSES) % len(COVERS)]
        ledger = deepcopy(sealed.ledger)
        people = tampering(ledger, chance)
        cover(ledger, people)
        yield tampering, cover, ledger, people


def test_the_record_as_it_is_holds(sealed: Sealed, verify: Callable[..., Verified]) -> None:
    assert verify(deepcopy(sealed.ledger)).findings == []


def test_every_tampering_is_found_against_the_last_checkpoint(
    sealed: Sealed, verify: Callable[..., Verified]
) -> None:
    missed: Counter[str] = Counter()
    found_by_chains = 0
    for tampering, cover, ledger, people in tampered(sealed):
        found = verify(ledger).findings
        found_by_chains += chains_are_broken(ledger)
        missed[f"{tampering.__name__}, covered up {cover.__name__}"] += not found
        if cover in {not_at_all, in_the_chain}:
            assert names_whom(found, people), (tampering, cover, found)
        assert all(sound_before(ledger, sealed, each) for each in found), (tampering, cover, found)
    tell(
        f"{N_TAMPERINGS} tamperings in {len(CLASSES)} classes: {N_TAMPERINGS - missed.total()} found "
        f"against the last checkpoint, {found_by_chains} by the chains alone"
    )
    assert +missed == Counter()


@pytest.mark.wide
def test_without_a_checkpoint_kept_elsewhere_a_change_that_is_covered_up_passes(
    sealed: Sealed, verify: Callable[..., Verified]
) -> None:
    """The negative control: it is the checkpoint that finds them."""
    passed: Counter[str] = Counter()
    tried = 0
    # Most edits are found by what the event says, so more of them are tried.
    for tampering, cover, ledger, _ in tampered(sealed, 4 * N_TAMPERINGS):
        if cover is everywhere_without_seals:
            tried += 1
            passed[tampering.__name__] += verify(ledger, with_checkpoint=False).findings == []
    tell(f"without it {passed.total()} of the {tried} that were covered up everywhere pass: {dict(passed)}")
    smart = {"edit", "truncate", "backdate", "rehash_the_tail", "swap_two_people"}
    assert {name for name, number in passed.items() if number} >= smart


def chains_are_broken(ledger: Ledger) -> bool:
    """What the hashes in the chains alone show: all that is known without a checkpoint."""
    for person, chain in ledger.chains.items():
        before = chains.FIRST_HASH
        for number, event in enumerate(chain, start=1):
            if event["seq"] != number or event["previous_hash"] != before:
                return True
            before = chains.hash_of(as_event({**event, "person_key": person}))
            if event["hash"] != before:
                return True
    return False


def names_whom(found: list[Finding], people: list[str]) -> bool:
    return set(people) <= {each.person_key for each in found}


def sound_before(ledger: Ledger, sealed: Sealed, finding: Finding) -> bool:
    """Up to the moment that a finding calls sound, the chains really are what they were."""
    until = finding.sound_until
    if until is None:
        return True
    whom = [finding.person_key] if finding.person_key else list(sealed.ledger.chains)
    return all(up_to(ledger, each, until, sealed) == up_to(sealed.ledger, each, until, sealed) for each in whom)


def up_to(ledger: Ledger, person: str, until: datetime, sealed: Sealed) -> list[Row]:
    """The events that the checkpoint of `until` holds."""
    size = max(row["size"] for row in sealed.ledger.checkpoints if row["made_at"] == written(until))
    held = [row["seq"] for row in sealed.ledger.sealed if row["person_key"] == person and row["leaf"] < size]
    return ledger.chains.get(person, [])[: max(held, default=0)]
