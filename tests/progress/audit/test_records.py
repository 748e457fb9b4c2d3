"""What the screen of the record and its routes rest on: packs, keys, what came of a verification."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event
from types import SimpleNamespace

import pytest
from conftest import Study
from coroutines import awaited
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from telling import revoke

import settings
from database import Database
from installation import Installation
from people.access import Principal
from progress.audit import evidence_verifier, verification, verification_history
from progress.audit.evidence import Asked, Packed, Wanted
from progress.audit.evidence_verifier import Outcome
from progress.audit.proofs import NoProofError
from progress.completion import certificates
from progress.record import chains, checkpoints, signing
from quizzes.content import Content
from web import beside
from web.beside import UnderWay
from web.downloads import records
from web.downloads.records import BusyError, Pack, Packing, Packs


def test_the_size_of_the_record_is_its_events_and_the_people_who_have_some(
    assigned: Study, learner: Principal
) -> None:
    assigned.certify(learner)
    with assigned.database.reading() as connection:
        n_events, n_people = chains.size(connection)
        everybody = list(chains.chains(connection))
    assert (n_events, n_people) == (sum(map(len, everybody)), len(everybody))


def test_an_empty_record_has_no_size_and_was_never_verified(database: Database) -> None:
    with database.reading() as connection:
        assert chains.size(connection) == (0, 0)
        assert verification_history.last(connection) is None
        assert checkpoints.newest(connection, 5) == []
        assert checkpoints.note(connection, 1) is None


def test_what_came_of_the_last_verification_is_kept_and_read_back(
    assigned: Study, learner: Principal, tmp_path: Path
) -> None:
    assigned.certify(learner)
    key = signing.opened(tmp_path / "checkpoint.key")
    note = checkpoints.make(assigned.database, key, assigned.now).note
    for elsewhere in ({}, {"mine.txt": note}):
        assigned.later(hours=1)
        verified = verification.verify(assigned.database, key.verifiers, elsewhere)
        kept = verification_history.keep(assigned.database, verified, len(elsewhere), assigned.now)
        with assigned.database.reading() as connection:
            assert verification_history.last(connection) == kept
        assert (kept.at, kept.elsewhere, kept.findings) == (assigned.now, len(elsewhere), 0)
        assert (kept.events, kept.people, kept.certificates) == (verified.events, verified.people, 1)


def test_a_finding_names_nobody_whom_the_reader_may_not_see(
    database: Database, learner: Principal, hr: Principal, auditor: Principal, manager: Principal
) -> None:
    with database.reading() as connection:
        for who in (hr, auditor):
            assert verification_history.persons(connection, who, {learner.key, "x"}) == {learner.key: learner.person}
        for who in (manager, learner):
            assert verification_history.persons(connection, who, {learner.key}) == {}


def test_each_key_is_known_by_the_first_checkpoint_that_it_signed(assigned: Study, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    old = signing.opened(file)
    begun = assigned.now
    checkpoints.make(assigned.database, old, begun)
    new = signing.changed(file)
    with assigned.database.reading() as connection:
        assert checkpoints.first_by(connection, new.verifier) is None
    for _ in range(2):
        assigned.later(hours=1)
        checkpoints.make(assigned.database, new, assigned.now)
    with assigned.database.reading() as connection:
        assert checkpoints.first_by(connection, old.verifier) == begun
        assert checkpoints.first_by(connection, new.verifier) == begun + timedelta(hours=1)
        newest = checkpoints.newest(connection, 2)
        assert [each.number for each in newest] == [3, 2]
        assert checkpoints.note(connection, 2) == newest[1].note


def test_the_keys_are_handed_out_as_they_stand_in_their_file(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.key"
    signing.opened(file)
    key = signing.changed(file)
    assert len(key.verifiers) == 2
    assert signing.as_lines(key.verifiers) == signing.public_file(file).read_text()


# Packs


@pytest.fixture
def house(assigned: Study, learner: Principal, content: Content, tmp_path: Path) -> Installation:
    """An installation in which the learner is certified, and nothing is sealed."""
    assigned.certify(learner)
    url = assigned.database.engine.url.render_as_string(hide_password=False)
    read = settings.read({"KODEX_DATABASE_URL": url, "KODEX_CHECKPOINT_KEY": str(tmp_path / "checkpoint.key")})
    return Installation(read, assigned.database, content)


def packed(house: Installation, who: Principal, at: datetime) -> Pack:
    asked = Asked(who, at, house.settings.time_zone)
    return Packs().begin(house, asked, Wanted()).under_way.result.result()


def verified(pack: Pack, house: Installation) -> tuple[Outcome, list[str]]:
    said: list[str] = []
    keys = evidence_verifier.public_keys(signing.as_lines(house.key.verifiers))
    return evidence_verifier.verify(evidence_verifier.Pack(pack.file), keys, said.append), said


def n_checkpoints(house: Installation) -> int:
    with house.database.reading() as connection:
        return len(checkpoints.stored(connection))


def certificate_of(house: Installation, who: Principal) -> str:
    with house.database.reading() as connection:
        return certificates.of_person(connection, who.key)[0].number


def test_an_auditor_has_to_wait_for_the_first_checkpoint(
    house: Installation, auditor: Principal, assigned: Study
) -> None:
    with pytest.raises(NoProofError, match="Ask human resources to seal a checkpoint"):
        packed(house, auditor, assigned.now)
    assert n_checkpoints(house) == 0


def test_an_auditors_pack_seals_nothing_and_says_what_is_not_sealed_yet(
    house: Installation, auditor: Principal, hr: Principal, outsider: Principal, learner: Principal, assigned: Study
) -> None:
    """One certificate was issued, and another revoked, since the last checkpoint."""
    checkpoints.make(house.database, house.key, assigned.now)
    assigned.certify(outsider)
    revoke(assigned, hr, learner)
    pack = packed(house, auditor, assigned.now)
    assert n_checkpoints(house) == 1
    assert pack.packed.exceptions == 2
    outcome, said = verified(pack, house)
    assert outcome is Outcome.HOLDS_WITH_EXCEPTIONS
    for who in (outsider, learner):
        number = certificate_of(house, who)
        assert any(each.startswith(f"{number}: it, or what") and "not sealed yet" in each for each in said)
    assert "1 of 2 certificates was revoked; 2 of 2 not sealed yet" in said[-1]
    assigned.later(minutes=1)
    sealed = packed(house, hr, assigned.now)
    assert n_checkpoints(house) == 2
    assert "not sealed" not in verified(sealed, house)[1][-1]


def test_packs_of_an_unchanged_record_need_no_new_checkpoint(
    house: Installation, hr: Principal, assigned: Study
) -> None:
    for _ in range(3):
        assigned.later(minutes=1)
        packed(house, hr, assigned.now)
    with house.database.reading() as connection:
        assert [row.reason for row in checkpoints.stored(connection)] == ["evidence"]


def test_only_so_many_packs_are_made_at_a_time(
    house: Installation, hr: Principal, auditor: Principal, assigned: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = Event()

    def slow(*_: object) -> Pack:
        may_end.wait()
        raise EOFError

    monkeypatch.setattr(records, "_packed", slow)
    packs = Packs(most=1)
    mine, theirs = (Asked(who, assigned.now, house.settings.time_zone) for who in (hr, auditor))
    begun = packs.begin(house, mine, Wanted())
    assert packs.begin(house, mine, Wanted()) is begun
    with pytest.raises(BusyError):
        packs.begin(house, theirs, Wanted())
    packs.forget(hr)
    assert packs.of(hr) is begun, "what is being made goes on being counted"
    may_end.set()
    assert isinstance(begun.under_way.result.exception(), EOFError)
    assert packs.begin(house, theirs, Wanted()) is not begun


def test_whoever_waits_for_a_pack_holds_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """All who wait at the same time are more than the threads that there are; each thread is free meanwhile."""
    under_way: UnderWay[Pack] = UnderWay(Future(), [], 1)
    monkeypatch.setattr(records, "_packing", lambda _: Packing(Wanted(), datetime.now(UTC), under_way))
    monkeypatch.setattr(records, "_pieces", lambda _: iter([b"PK"]))
    monkeypatch.setattr(records, "installation", lambda: SimpleNamespace(today=datetime.date))
    scope = {"type": "http", "method": "GET", "path": "/export/evidence.zip", "headers": [], "query_string": b""}

    async def ask_all() -> list[int]:
        asking = [asyncio.create_task(records.evidence_pack(Request(scope))) for _ in range(THREADS + 5)]
        for _ in range(THREADS):
            async with asyncio.timeout(30):
                assert await run_in_threadpool(lambda: "free") == "free"
        assert not any(each.done() for each in asking)
        with TemporaryFile() as file:
            under_way.result.set_result(Pack(file, 2, Packed(0, 0, 0)))
            return [answer.status_code for answer in await asyncio.gather(*asking)]

    assert awaited(ask_all()) == [200] * (THREADS + 5)


@pytest.mark.parametrize(("is_busy", "status"), [(False, 202), (True, 429)])
def test_whoever_has_to_come_again_is_told_when(monkeypatch: pytest.MonkeyPatch, is_busy: bool, status: int) -> None:
    under_way: UnderWay[Pack] = UnderWay(Future(), [], 1)

    def packing(_: object) -> Packing:
        if is_busy:
            raise BusyError
        return Packing(Wanted(), datetime.now(UTC), under_way)

    monkeypatch.setattr(records, "_packing", packing)
    monkeypatch.setattr(records, "page", lambda _, template, status, **__: Response(template, status))
    monkeypatch.setattr(records, "WAIT", 0.01)
    scope = {"type": "http", "method": "GET", "path": "/export/evidence.zip", "headers": [], "query_string": b""}
    answer = awaited(records.evidence_pack(Request(scope)))
    assert answer.status_code == status
    assert (answer.headers["Retry-After"], answer.headers["Refresh"]) == ("5", "5")


THREADS = 40
"""Of the server, for all that waits."""


# Beside the runs


def test_work_beside_the_runs_tells_how_far_it_is_and_what_came_of_it() -> None:
    may_end, has_begun = Event(), Event()

    def work(tell: Callable[[int], None]) -> str:
        tell(2)
        has_begun.set()
        may_end.wait()
        tell(3)
        return "done"

    under_way = beside.begin(work, 5)
    has_begun.wait()
    assert (under_way.done, under_way.has_ended) == (2, False)
    may_end.set()
    assert under_way.result.result() == "done"
    assert (under_way.done, under_way.has_ended, under_way.has_failed) == (5, True, False)


def test_work_that_fails_says_so_to_whoever_waits_for_it() -> None:
    def work(_: Callable[[int], None]) -> None:
        raise ValueError("no")

    under_way = beside.begin(work, 1)
    with pytest.raises(ValueError, match="no"):
        under_way.result.result()
    assert under_way.has_failed


def test_work_is_given_up_when_the_server_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_is_ending", Event())
    may_go_on = Event()

    def work(tell: Callable[[int], None]) -> None:
        may_go_on.wait()
        tell(1)

    under_way = beside.begin(work, 1)
    beside.end()
    may_go_on.set()
    with pytest.raises(beside.EndedError):
        under_way.result.result()
    assert under_way.done == 0
