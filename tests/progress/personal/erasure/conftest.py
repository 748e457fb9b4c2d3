"""People erased, and what is left of them."""

from dataclasses import replace

import pytest
from cast import NOW, TODAY
from erasing import LEFT_ON, SECRET
from sqlalchemy import insert, update
from studying import Study

from people import deputies, directory, leave
from people.access import Principal, Role
from people.deputies import Deputy
from people.leave import Leave, LeaveSource
from people.sign_in import accounts
from people.sign_in.identity_system import provisioned
from people.sign_in.passwords import links, passwords
from progress.personal.notes import notes
from progress.remarks.remarks import remarks
from progress.reports import export_log
from progress.reports.export_log import Extent, HandedOut


@pytest.fixture
def known(assigned: Study, learner: Principal, manager: Principal, outsider: Principal) -> Study:
    """The learner has all that can be stored about somebody, and somebody who reports to them."""
    assigned.certify(learner)
    people = directory.people
    with assigned.database.writing() as connection:
        described = {"email": "lenka@example.com", "external_id": "ext-4711", "ends_on": LEFT_ON, "starts_on": TODAY}
        connection.execute(update(people).where(people.c.person_key == learner.key).values(**described))
        connection.execute(update(people).where(people.c.person_key == outsider.key).values(manager_key=learner.key))
        accounts.grant(connection, [(learner.key, Role.AUDITOR)])
        account = {
            "user_name": "lenka.s",
            "folded_user_name": "lenka.s",
            "given_name": "Lenka",
            "family_name": "Šťastná",
        }
        connection.execute(insert(provisioned).values(person_key=learner.key, email_type="work", **account))
        connection.execute(insert(passwords).values(person_key=learner.key, hash="h", changed_at=NOW))
        connection.execute(
            insert(links).values(token_hash="t", person_key=learner.key, purpose="invite", expires_at=NOW)
        )
        for pair in ((learner.key, manager.key), (manager.key, learner.key)):
            deputies.name(connection, Deputy(*pair, TODAY, TODAY))
        leave.note(connection, Leave(learner.key, TODAY, None, LeaveSource.HAND, "tests", NOW))
        remark = {"id": "r", "at": NOW, "course_id": "c", "part": "card", "part_id": "p", "edition": "e"}
        connection.execute(
            insert(remarks).values(person_key=learner.key, number=1, language="cs", said="Lenka says", **remark)
        )
        pledge = {"course_id": "c", "cycle": 1, "about": "pledge", "said": "Lenka will ask", "at": NOW}
        connection.execute(insert(notes).values(person_key=learner.key, **pledge))
    given = HandedOut(
        export_log.ExportKind.TEAM,
        Extent(manager=learner.person.employee_id),
        {},
        "team.csv",
        "csv",
        1,
        "00",
        "Lenka",
    )
    export_log.keep(assigned.database, learner, given, NOW)
    of_deputy = replace(given, extent=Extent(manager="2002", deputy_for=(learner.person.employee_id,)))
    searched = replace(given, extent=Extent(everybody=True), selection={"search": "lenka@example.com"})
    for each in (of_deputy, searched):
        export_log.keep(assigned.database, manager, each, NOW)
    accounts.sign_in(assigned.database, learner.key, SECRET, NOW, "Browser 1")
    return assigned
