"""Many certificates as one ZIP, written as it is made: it never stands whole in memory."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from sqlalchemy import select

from database import Database
from people.access import Act, Principal
from progress import reports
from progress.certificates import Certificate, certificates
from progress.reports import Selection
from progress.rules import Status

_AT_ONCE = 100
_LONGEST_NAME = 60

Draw = Callable[[Certificate], bytes]


def numbers(database: Database, principal: Principal, selection: Selection, today: date) -> list[str]:
    """Of the certificates in the selection that were not revoked."""
    with database.reading() as connection:
        rows = reports.records(connection, principal, Act.SEE_CERTIFICATIONS, selection, today)
        return [row.certificate_no for row in rows if row.certificate_no and row.status != Status.REVOKED]


def zipped(database: Database, wanted: Sequence[str], draw: Draw) -> Iterator[tuple[str | None, bytes]]:
    """(number, the file so far since the last one) for each certificate, and the end of the ZIP without a number."""
    written = _Written()
    with zipfile.ZipFile(written, "w") as file:
        for start in range(0, len(wanted), _AT_ONCE):
            for certificate in _read(database, wanted[start : start + _AT_ONCE]):
                at = certificate.issued_at.timetuple()[:6]
                entry = zipfile.ZipInfo(file_name(certificate), at)
                entry.external_attr = 0o644 << 16
                file.writestr(entry, draw(certificate))
                yield certificate.number, written.taken()
    yield None, written.taken()


def file_name(certificate: Certificate) -> str:
    """The number, and the name in letters that every system's file names can hold."""
    plain = unicodedata.normalize("NFKD", certificate.name).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_LONGEST_NAME].strip("-")
    return f"{certificate.number}-{name}.pdf" if name else f"{certificate.number}.pdf"


def _read(database: Database, wanted: Sequence[str]) -> list[Certificate]:
    """In their order. Each batch is read in a transaction of its own: a long one would keep the database's log from
    being cleared. One whose holder was erased meanwhile is left out."""
    with database.reading() as connection:
        rows = connection.execute(select(certificates).where(certificates.c.number.in_(wanted)))
        found = {row.number: Certificate(**row._mapping) for row in rows}
    return [found[number] for number in wanted if number in found and not found[number].is_erased]


class _Written(io.RawIOBase):
    """What a ZIP is written to when nobody can go back in it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
