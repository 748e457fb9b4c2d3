"""What was decided about somebody, wherever it is shown."""

from datetime import UTC, date, datetime

from browsing import plain
from stage import (
    IN_A_WEEK,
    Open,
)
from studying import Study

from people.access import Principal, Role
from progress.completion import corrections
from progress.completion.corrections import What, Wish


def test_hr_and_auditors_read_what_was_decided_about_somebody_by_whom_and_why(
    open_screen: Open,
    assigned: Study,
    anybody: dict[Role, Principal],
    hr: Principal,
    learner: Principal,
    today: date,
    language: str,
) -> None:
    number = assigned.certify(learner).certificate_no
    assert number is not None
    wish = Wish(What.REVOKE, assigned.course.id, 1, 0, "A second account", due_on=today + IN_A_WEEK)
    now = datetime.now(UTC)
    plan = corrections.look(assigned.database, hr, learner.key, wish, assigned.course, today)
    corrections.make(assigned.database, hr, plan, assigned.course, now, today)
    for role in (Role.HR, Role.AUDITOR):
        screen = open_screen(anybody[role], "person.py", language, id=learner.person.employee_id)
        t, said = screen.words, screen.text()
        assert screen.title == learner.person.name
        assert screen.says("Certificate {number} was revoked.", number=number)
        assert screen.says("Decided by {name}.", name=hr.person.name)
        assert screen.says("Reason: {reason}", reason="A second account")
        assert f"/certificate/{number}.pdf" not in said
        for label in ("Assigned", "Started", "Completed", "Attempts", "Version of the course"):
            assert f"<td>{t(label)}</td>" in said
    third = assigned.certify(learner)
    assert (
        f"/certificate/{third.certificate_no}.pdf"
        in open_screen(hr, "person.py", language, id=learner.person.employee_id).text()
    )


def test_a_certificate_that_was_replaced_is_called_so_wherever_it_stands(
    open_screen: Open, assigned: Study, hr: Principal, learner: Principal, today: date
) -> None:
    assigned.certify(learner)
    assigned.assign(learner, due_on=today + IN_A_WEEK)
    newer = assigned.certify(learner)
    for who, screen in ((hr, "person.py"), (learner, "record.py")):
        shown = open_screen(who, screen, id=learner.person.employee_id)
        assert newer.valid_from is not None
        replaced = plain(shown.words("replaced by a newer one on {day}", day=shown.words.date(newer.valid_from)))
        assert shown.text().count(replaced) == 2
