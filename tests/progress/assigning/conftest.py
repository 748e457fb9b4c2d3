"""A company without anybody in it yet."""

import pytest
from cast import TODAY
from company import Company

from database import Database
from quizzes.content import Content


@pytest.fixture
def company(database: Database, content: Content) -> Company:
    return Company(database, content, TODAY)
