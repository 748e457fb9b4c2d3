"""A company in production with people, passwords and letters of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from letters import MailServer
from local_sign_in import PUBLIC, Company

from quizzes.content import Course


@pytest.fixture(scope="package")
def company(migrated_sqlite: Path, course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    mail = MailServer()
    folder = tmp_path_factory.mktemp("company")
    shutil.copy(migrated_sqlite, folder / "kodex.sqlite3")
    settings = {
        "KODEX_MODE": "production",
        "KODEX_PUBLIC_URL": PUBLIC,
        "KODEX_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
        "KODEX_MAIL_FROM": "kodex@example.com",
        "KODEX_ATTEMPTS_PER_ADDRESS": "20",
    }
    started = Company(folder, course, **settings)
    started.mail = mail
    started.start()
    yield started
    started.close()
    mail.stop()
