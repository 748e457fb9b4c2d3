"""Answering remarks: what the content editors do, without knowing whose they are."""

from sqlalchemy import Connection, func, select, update

from database import Database
from people import security_log
from people.access import Act, Asker, Principal, require
from progress.remarks.remarks import Remark, UnfitRemarkError, checked, from_row, remarks, with_editions
from words import sentence

MOST_LISTED = 20


def waiting(connection: Connection, principal: Principal) -> tuple[list[Remark], int]:
    """Return the open remarks that came first, and how many are open in all."""
    require(principal, Act.ANSWER_REMARKS)
    is_open = remarks.c.answered_at.is_(None)
    listed = with_editions().where(is_open).order_by(remarks.c.at, remarks.c.id).limit(MOST_LISTED)
    count = connection.execute(select(func.count()).select_from(remarks).where(is_open)).scalar_one()
    return [from_row(row) for row in connection.execute(listed)], count


def answer(database: Database, asker: Asker, remark_id: str, text: str) -> None:
    """Answer a remark and close it; the same answer again changes nothing. Raises `UnfitRemarkError`."""
    require(asker.principal, Act.ANSWER_REMARKS)
    line = checked(text)

    def work(connection: Connection) -> bool:
        found = connection.execute(select(remarks.c.answer).where(remarks.c.id == remark_id)).first()
        if found is None:
            raise UnfitRemarkError(
                sentence("This remark is not here any more: its time was over, or its author was erased.")
            )
        if found.answer == line:
            return False
        if found.answer is not None:
            raise UnfitRemarkError(sentence("Somebody has answered this remark already. Your answer was not sent."))
        closed = update(remarks).where(remarks.c.id == remark_id, remarks.c.answered_at.is_(None))
        connection.execute(closed.values(answer=line, answered_at=asker.now))
        return True

    if database.write(work, is_repeatable=True):
        security_log.note("remark answered", person=asker.principal.key, remark=remark_id)
