"""xAPI statements sent to a learning record store: each once, whatever fails, and resumed where it ended."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from database import Database
from progress.reports.lrs import deliveries
from progress.reports.lrs.store import Statement, Store
from progress.reports.lrs.xapi import Withdrawal

BATCH = 100


@dataclass(frozen=True)
class Delivered:
    """Numbers of statements."""

    sent: int
    known: int
    """Acknowledged by the store before."""
    voided: int


@dataclass(frozen=True)
class Delivery:
    """A delivery to one store."""

    database: Database
    store: Store
    clock: Callable[[], datetime]
    tell: Callable[[int], None] = lambda _: None
    """Called with how many more statements are done with."""

    def carry_out(self, statements: Iterable[Statement], withdrawals: Iterable[Withdrawal]) -> Delivered:
        """Send what the store has not acknowledged, and void there what is no longer true."""
        remaining = iter(statements)
        sent = known = 0
        while batch := list(islice(remaining, BATCH)):
            there = self._acknowledged([each["id"] for each in batch])
            known += len(there)
            self.tell(len(there))
            sent += self._send([each for each in batch if each["id"] not in there], self.tell)
        return Delivered(sent, known, self._void(withdrawals))

    def _void(self, withdrawals: Iterable[Withdrawal]) -> int:
        """Void what is in the store, however it came there, and nothing that it was never sent."""
        remaining = iter(withdrawals)
        voided = 0
        while batch := list(islice(remaining, BATCH)):
            there = self._acknowledged([id_ for each in batch for id_ in (each.statement_id, each.voiding["id"])])
            due = [
                each.voiding
                for each in batch
                if each.voiding["id"] not in there
                and (each.statement_id in there or self.store.holds(each.statement_id))
            ]
            voided += self._send(due, lambda _: None)
        return voided

    def _acknowledged(self, ids: Sequence[str]) -> set[str]:
        return deliveries.acknowledged(self.database, self.store.address, ids)

    def _send(self, batch: Sequence[Statement], tell: Callable[[int], None]) -> int:
        if not batch:
            return 0
        for taken in self.store.take(batch):
            ids = [each["id"] for each in taken]
            deliveries.acknowledge(self.database, self.store.address, ids, self.clock())
            tell(len(taken))
        return len(batch)
