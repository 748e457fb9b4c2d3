"""Certificates revoked as HR does it."""

from dataclasses import replace
from datetime import UTC, date, datetime

from conftest import PRAGUE, Study
from serving import Server

from people.access import Asker, Principal, Role
from progress.completion import corrections
from progress.completion.corrections import What, Wish

TODAY = date(2026, 3, 3)


def revoke(study: Study, hr: Principal, who: Principal) -> None:
    (choice,) = [each for each in corrections.choices(study.chain(who)) if each.what is What.REVOKE]
    wish = Wish(What.REVOKE, choice.course_id, choice.cycle, choice.seq, "The result was somebody else's work")
    asker = Asker(hr, study.now, PRAGUE)
    looked_at = corrections.look(study.database, asker, who.key, wish, study.course)
    corrections.make(study.database, asker, looked_at, study.course)


def revoke_on(server: Server, who: Principal) -> None:
    hr = replace(server.cast(Role.HR), roles=frozenset({Role.EMPLOYEE, Role.HR}))
    (choice,) = [each for each in corrections.choices(server.study.chain(who)) if each.what is What.REVOKE]
    wish = Wish(What.REVOKE, choice.course_id, choice.cycle, choice.seq, "The result was somebody else's work")
    now = datetime.now(UTC)
    asker = Asker(hr, now, PRAGUE)
    looked_at = corrections.look(server.database, asker, who.key, wish, server.course)
    corrections.make(server.database, asker, looked_at, server.course)
