"""Evidence packs over HTTP: how many at a time, and what they seal."""

import asyncio
from concurrent.futures import Future
from datetime import UTC, datetime
from tempfile import TemporaryFile
from threading import Event
from types import SimpleNamespace

import pytest
from coroutines import awaited
from record_screen import verified
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from studying import Study
from telling import revoke

from installation import Installation
from people.access import Principal
from progress.audit.evidence import Packed, PackRequest, Wanted
from progress.audit.evidence_verifier import Outcome
from progress.audit.proofs import NoProofError
from progress.completion import certificates
from progress.record import checkpoints
from web.background import Job
from web.downloads import records
from web.downloads.records import FinishedPack, Packing, Packs, PacksBusyError


def packed(installed: Installation, who: Principal, at: datetime) -> FinishedPack:
    asked = PackRequest(who, at, installed.settings.time_zone)
    return Packs().begin(installed, asked, Wanted()).job.result.result()


def n_checkpoints(installed: Installation) -> int:
    with installed.database.reading() as connection:
        return len(checkpoints.stored(connection))


def certificate_of(installed: Installation, who: Principal) -> str:
    with installed.database.reading() as connection:
        return certificates.of_person(connection, who.key)[0].number


def test_an_auditor_has_to_wait_for_the_first_checkpoint(
    installed: Installation, auditor: Principal, assigned: Study
) -> None:
    with pytest.raises(NoProofError, match="Ask human resources to seal a checkpoint"):
        packed(installed, auditor, assigned.now)
    assert n_checkpoints(installed) == 0


def test_an_auditors_pack_seals_nothing_and_says_what_is_not_sealed_yet(
    installed: Installation,
    auditor: Principal,
    hr: Principal,
    outsider: Principal,
    learner: Principal,
    assigned: Study,
) -> None:
    """One certificate was issued, and another revoked, since the last checkpoint."""
    checkpoints.make(installed.database, installed.key, assigned.now)
    assigned.certify(outsider)
    revoke(assigned, hr, learner)
    pack = packed(installed, auditor, assigned.now)
    assert n_checkpoints(installed) == 1
    assert pack.packed.exceptions == 2
    outcome, said = verified(pack, installed)
    assert outcome is Outcome.HOLDS_WITH_EXCEPTIONS
    for who in (outsider, learner):
        number = certificate_of(installed, who)
        assert any(each.startswith(f"{number}: it, or what") and "not sealed yet" in each for each in said)
    assert "1 of 2 certificates was revoked; 2 of 2 not sealed yet" in said[-1]
    assigned.later(minutes=1)
    sealed = packed(installed, hr, assigned.now)
    assert n_checkpoints(installed) == 2
    assert "not sealed" not in verified(sealed, installed)[1][-1]


def test_packs_of_an_unchanged_record_need_no_new_checkpoint(
    installed: Installation, hr: Principal, assigned: Study
) -> None:
    for _ in range(3):
        assigned.later(minutes=1)
        packed(installed, hr, assigned.now)
    with installed.database.reading() as connection:
        assert [row.reason for row in checkpoints.stored(connection)] == ["evidence"]


def test_only_so_many_packs_are_made_at_a_time(
    installed: Installation, hr: Principal, auditor: Principal, assigned: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = Event()

    def slow(*_: object) -> FinishedPack:
        may_end.wait()
        raise EOFError

    monkeypatch.setattr(records, "_packed", slow)
    packs = Packs(most=1)
    mine, theirs = (PackRequest(who, assigned.now, installed.settings.time_zone) for who in (hr, auditor))
    begun = packs.begin(installed, mine, Wanted())
    assert packs.begin(installed, mine, Wanted()) is begun
    with pytest.raises(PacksBusyError):
        packs.begin(installed, theirs, Wanted())
    packs.forget(hr)
    assert packs.of(hr) is begun, "what is being made goes on being counted"
    may_end.set()
    assert isinstance(begun.job.result.exception(), EOFError)
    assert packs.begin(installed, theirs, Wanted()) is not begun


def test_whoever_waits_for_a_pack_holds_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """All who wait at the same time are more than the threads that there are; each thread is free meanwhile."""
    job: Job[FinishedPack] = Job(Future(), [], 1)
    monkeypatch.setattr(records, "_packing", lambda _: Packing(Wanted(), datetime.now(UTC), job))
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
            job.result.set_result(FinishedPack(file, 2, Packed(0, 0, 0)))
            return [answer.status_code for answer in await asyncio.gather(*asking)]

    assert awaited(ask_all()) == [200] * (THREADS + 5)


@pytest.mark.parametrize(("is_busy", "status"), [(False, 202), (True, 429)])
def test_whoever_has_to_come_again_is_told_when(monkeypatch: pytest.MonkeyPatch, is_busy: bool, status: int) -> None:
    job: Job[FinishedPack] = Job(Future(), [], 1)

    def packing(_: object) -> Packing:
        if is_busy:
            raise PacksBusyError
        return Packing(Wanted(), datetime.now(UTC), job)

    monkeypatch.setattr(records, "_packing", packing)
    monkeypatch.setattr(records, "page", lambda _, template, status, **__: Response(template, status))
    monkeypatch.setattr(records, "WAIT_SECONDS", 0.01)
    scope = {"type": "http", "method": "GET", "path": "/export/evidence.zip", "headers": [], "query_string": b""}
    answer = awaited(records.evidence_pack(Request(scope)))
    assert answer.status_code == status
    assert (answer.headers["Retry-After"], answer.headers["Refresh"]) == ("5", "5")


THREADS = 40
"""Of the server, for all that waits."""
