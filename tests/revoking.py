"""Certificates revoked as HR does it."""

from dataclasses import replace
from datetime import UTC, date, datetime

from serving import Server
from studying import Study

from people.access import Principal, Role
from progress.completion import corrections
from progress.completion.corrections import What, Wish

TODAY = date(2026, 3, 3)


def revoke(study: Study, hr: Principal, who: Principal) -> None:
    (choice,) = [each for each in corrections.choices(study.chain(who)) if each.what is What.REVOKE]
    wish = Wish(What.REVOKE, choice.course_id, choice.cycle, choice.seq, "The result was somebody else's work")
    looked_at = corrections.look(study.database, hr, who.key, wish, study.course, TODAY)
    corrections.make(study.database, hr, looked_at, study.course, study.now, TODAY)


def revoke_on(server: Server, who: Principal) -> None:
    hr = replace(server.cast(Role.HR), roles=frozenset({Role.EMPLOYEE, Role.HR}))
    (choice,) = [each for each in corrections.choices(server.study.chain(who)) if each.what is What.REVOKE]
    wish = Wish(What.REVOKE, choice.course_id, choice.cycle, choice.seq, "The result was somebody else's work")
    now = datetime.now(UTC)
    looked_at = corrections.look(server.database, hr, who.key, wish, server.course, now.date())
    corrections.make(server.database, hr, looked_at, server.course, now, now.date())
