"""Many certificates as one ZIP, written while it is made: it is never in memory as a whole."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from database import Database
from people.access import Act, Asker, Principal
from progress.audit.confirmation import CERTIFICATES_AT_A_TIME, confirmed_among
from progress.completion import certificates
from progress.completion.certificates import Certificate
from progress.completion.rules import Status
from progress.completion.validity import State
from progress.documents import typesetting
from progress.reports import export_log, export_statements
from progress.reports.as_of import View
from progress.reports.export_log import ExportKind, HandedOut
from progress.reports.rows import records
from progress.reports.selection import Selection
from progress.reports.tables import Written
from words import Words

_LONGEST_NAME = 60
NOTES = "NOTES.txt"

Draw = Callable[[Certificate], bytes]


def numbers(database: Database, principal: Principal, selection: Selection, today: date) -> list[str]:
    """Return the numbers of the certificates in the selection that were not revoked."""
    with database.reading() as connection:
        view = View(connection, principal, Act.SEE_CERTIFICATIONS, today)
        rows = records(view, selection, ("certificate_no", "status"))
        return [row.certificate_no for row in rows if row.certificate_no and row.status != Status.REVOKED]


def note(database: Database, asker: Asker, selection: Selection, file: str, written: Written) -> None:
    """Enter a ZIP of certificates in the export log, under the name that it is offered under. A ZIP that is sent
    while it is made is entered beforehand, with an empty SHA-256."""
    with database.reading() as connection:
        of = export_log.extent(connection, asker.principal, Act.SEE_CERTIFICATIONS)
    selected = export_statements.selected_by(selection)
    handed_out = HandedOut(ExportKind.CERTIFICATES, of, selected, file, "zip", written.records, written.sha256)
    export_log.keep(database, asker.principal, handed_out, asker.now)


class Gathering:
    """The certificates of a selection as they go into a ZIP.

    A certificate that the record does not confirm is left out. These, and letters that are drawn as boxes, are listed
    in a text file in the ZIP, and in the attributes here.
    """

    def __init__(self, database: Database, draw: Draw, today: date, zone: ZoneInfo, words: Words) -> None:
        self._database = database
        self._draw = draw
        self._today = today
        self._zone = zone
        self._words = words
        self.not_confirmed: list[str] = []
        """Numbers of the certificates left out."""
        self.boxed: dict[str, str] = {}
        """By number: the letters drawn as boxes."""

    def zipped(self, wanted: Sequence[str]) -> Iterator[tuple[str | None, bytes]]:
        """Yield (number, the bytes since the last one) for each certificate, and the end of the ZIP without a
        number."""
        written = _Written()
        with zipfile.ZipFile(written, "w") as file:
            for start in range(0, len(wanted), CERTIFICATES_AT_A_TIME):
                for certificate in self._confirmed(wanted[start : start + CERTIFICATES_AT_A_TIME]):
                    if letters := typesetting.boxed(certificate.name, certificate.unit):
                        self.boxed[certificate.number] = letters
                    file.writestr(_entry(file_name(certificate), certificate.issued_at), self._draw(certificate))
                    yield certificate.number, written.taken()
            if notes := [*self.said_of_not_confirmed(), *self.said_of_boxed()]:
                day = datetime.combine(self._today, time.min)
                file.writestr(_entry(NOTES, day), "\n".join([*notes, ""]))
        yield None, written.taken()

    def said_of_not_confirmed(self) -> list[str]:
        """Return a line about each certificate that is left out; empty if there are none."""
        if not self.not_confirmed:
            return []
        said = self._words.plural(
            "{n} certificate is left out, because the register of certificates and the record disagree about it. "
            "The server’s log says in what.",
            "{n} certificates are left out, because the register of certificates and the record disagree about them. "
            "The server’s log says in what.",
            len(self.not_confirmed),
        )
        return [said, *self.not_confirmed]

    def said_of_boxed(self) -> list[str]:
        """Return a line about each certificate with letters drawn as boxes."""
        t = self._words
        return [
            t("{number}: boxes stand for letters that no typeface here has: {letters}", number=number, letters=each)
            for number, each in self.boxed.items()
        ]

    def _confirmed(self, wanted: Sequence[str]) -> list[Certificate]:
        """Yield the certificates in their order, without those that were revoked, or whose holder was erased, in the
        meantime.

        Each batch is read in a transaction of its own: a long one would keep the database's log from being cleared.
        """
        with self._database.snapshot() as connection:
            register, unreadable = certificates.read(connection, certificates.certificates.c.number.in_(wanted))
            read = {each.number: each for each in register}
            found = [read[number] for number in wanted if number in read and not read[number].is_erased]
            stands = confirmed_among(connection, found, self._today, self._zone)
        self.not_confirmed += [*unreadable, *(each.number for each in found if each.number not in stands)]
        return [each for each in found if each.number in stands and stands[each.number].state is not State.REVOKED]


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


def file_name(certificate: Certificate) -> str:
    """Return the number and the name, in letters that the file names of every system allow."""
    plain = unicodedata.normalize("NFKD", certificate.name).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_LONGEST_NAME].strip("-")
    return f"{certificate.number}-{name}.pdf" if name else f"{certificate.number}.pdf"


class _Written(io.RawIOBase):
    """A file without seeking, for a ZIP. zipstream-ng was weighed: its entries have the current time and mode 600."""

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
