"""Statements sent to a learning record store that fails on purpose."""

from uuid import UUID, uuid5

import httpx
import pytest
from cast import NOW
from sqlalchemy import select
from stores import KEY, SECRET, LearningRecordStore, Statement

from database import Database
from progress.reports import delivery
from progress.reports.delivery import BATCH, Delivered, NotDeliveredError, Store, deliver, delivered
from progress.reports.xapi import Withdrawal

SPACE = UUID("00000000-0000-4000-8000-000000000000")

BATCHES = 3

SOME = BATCHES * BATCH - 30


def made(n: int) -> list[Statement]:
    return [_made(f"{number}") for number in range(n)]


def _made(name: str) -> Statement:
    return {
        "id": str(uuid5(SPACE, name)),
        "actor": {"objectType": "Agent", "account": {"homePage": "https://kodex.example.com", "name": name}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en": "passed"}},
        "object": {"objectType": "Activity", "id": "https://kodex.example.com/xapi/course/x", "definition": {}},
        "context": {
            "registration": str(uuid5(SPACE, f"r{name}")),
            "contextActivities": {"grouping": [{"id": "a:b"}]},
        },
        "timestamp": "2026-03-02T09:00:00.000Z",
    }


class Sending:
    """Somebody who sends to a store, again and again, and notes how long they were made to wait."""

    def __init__(self, database: Database, lrs: LearningRecordStore) -> None:
        self.database = database
        self.lrs = lrs
        self.waits: list[float] = []
        self.told = 0
        self.secret = SECRET
        self.timeout = 20.0

    def send(self, statements: list[Statement], withdrawals: list[Withdrawal] | None = None) -> Delivered:
        headers = {"X-Experience-API-Version": delivery.VERSION}
        with httpx.Client(auth=(KEY, self.secret), headers=headers, timeout=self.timeout) as client:
            store = Store(client, self.lrs.address, self.waits.append)
            return deliver(self.database, store, statements, withdrawals or [], lambda: NOW, self._tell)

    def _tell(self, n: int) -> None:
        self.told += n

    def refused(self, statements: list[Statement]) -> str:
        with pytest.raises(NotDeliveredError) as caught:
            self.send(statements)
        return str(caught.value)

    def acknowledged(self) -> set[str]:
        with self.database.reading() as connection:
            asked = select(delivered.c.statement_id).where(delivered.c.store == self.lrs.address)
            return set(connection.execute(asked).scalars())

    def is_whole(self, statements: list[Statement]) -> bool:
        """Each statement is there once, was said to be there once at most, and is known to be there."""
        ids = {each["id"] for each in statements}
        once = sorted(self.lrs.stored) == sorted(ids) and max(self.lrs.acknowledged.values(), default=0) <= 1
        return once and self.lrs.kept == {each["id"]: each for each in statements} and self.acknowledged() == ids
