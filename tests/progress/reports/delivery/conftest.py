"""Statements sent to a learning record store that fails on purpose."""

from collections.abc import Iterator

import pytest
from sending import Sending
from stores import LearningRecordStore

from database import Database


@pytest.fixture
def lrs() -> Iterator[LearningRecordStore]:
    with LearningRecordStore().running() as running:
        yield running


@pytest.fixture
def sending(database: Database, lrs: LearningRecordStore) -> Sending:
    return Sending(database, lrs)
