"""The record of one person with something of every kind that is stored."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cast import NOW, TODAY
from own_record import SECRET, read_by
from sqlalchemy import insert
from studying import Study

from people import deputies, history, leave
from people.access import Principal, Role
from people.deputies import Deputy
from people.leave import Leave, LeaveSource
from people.sign_in import accounts
from people.sign_in.identity_system import provisioned
from people.sign_in.passwords import links, passwords
from progress.personal import noting
from progress.personal.notes import PLEDGE, NotePlace
from progress.personal.noting import Remembered
from progress.record import checkpoints, signing
from progress.remarks import answering, sending
from progress.remarks.remarks import Reported, of_person
from progress.remarks.sending import About
from progress.reminding import ledger
from progress.reminding.ledger import LetterKey
from progress.reminding.schedule import LetterKind
from progress.reports import export_log
from progress.reports.export_log import Extent, HandedOut
from quizzes.content import Content
from words import LANGUAGES


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def full(
    assigned: Study,
    content: Content,
    learner: Principal,
    manager: Principal,
    hr: Principal,
    editor: Principal,
    zone: ZoneInfo,
    tmp_path: Path,
) -> Study:
    """The learner has something of every kind that is stored."""
    assigned.certify(learner, right=9)
    with assigned.database.writing() as connection:
        accounts.grant(connection, [(learner.key, Role.HR)], "Sklad")
        connection.execute(insert(passwords).values(person_key=learner.key, hash="secret-hash", changed_at=NOW))
        letter = LetterKey(learner.key, LetterKind.ASSIGNED.value, "customer-privacy", 1, TODAY)
        ledger.enter(connection, [letter], NOW)
        ledger.claim(connection, letter, "<letter@example.com>", TODAY, NOW)
        account = {
            "user_name": "lenka.s",
            "folded_user_name": "lenka.s",
            "given_name": "Lenka",
            "family_name": "Šťastná",
        }
        connection.execute(
            insert(provisioned).values(
                person_key=learner.key, email_type="work", since=NOW, changed_at=NOW, **account
            )
        )
        link = {
            "token_hash": "secret-link",
            "purpose": "invite",
            "expires_at": NOW,
            "mailed_at": NOW - timedelta(days=1),
        }
        connection.execute(insert(links).values(person_key=learner.key, **link))
        deputies.name(connection, Deputy(manager.key, learner.key, TODAY, TODAY))
        leave.note(connection, Leave(learner.key, TODAY, None, LeaveSource.HAND, hr.key, NOW))
        history.keep(connection, NOW)
    accounts.sign_in(assigned.database, learner.key, SECRET, NOW, "Firefox of the learner")
    given = HandedOut(
        export_log.ExportKind.CERTIFICATIONS,
        Extent(units=("Sklad",)),
        {"status": "certified"},
        "certifications.csv",
        "csv",
        1,
        "0" * 64,
        "the signed statement",
    )
    export_log.keep(assigned.database, learner, given, NOW)
    about = About(assigned.course.id, Reported.CARD, assigned.course.cards[-1].id, "cs")
    sending.send(assigned.database, assigned.asker(learner), content, about, "The first option is too long.")
    with assigned.database.reading() as connection:
        (remark,) = of_person(connection, learner.key)
    answering.answer(assigned.database, assigned.asker(editor), remark.id, "Thank you, it is shorter now.")
    sending.note_read(assigned.database, assigned.asker(learner), [remark.id])
    moved = NotePlace(assigned.course.id, 1, assigned.course.cards[-1].id)
    for place, remembered in (
        (NotePlace(assigned.course.id, 1, PLEDGE), Remembered(said="I will ask before I send.")),
        (moved, Remembered(chosen="need-to-know")),
    ):
        noting.keep(assigned.database, assigned.asker(learner), content, place, remembered)
    read_by(assigned, hr, learner, zone)
    checkpoints.make(assigned.database, signing.opened(tmp_path / "checkpoint.key"), NOW)
    return assigned
