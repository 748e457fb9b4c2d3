"""Certificates in a ZIP."""

from datetime import date
from zoneinfo import ZoneInfo

from studying import Study

from database import Database
from people.access import Principal
from progress.completion.certificates import Certificate, of_person
from progress.documents import certificate_pdf
from progress.documents.certificate_files import Gathering
from progress.reports import export_log
from progress.reports.export_log import LoggedExport
from words import Words

ADDRESS = "https://kodex.example.com/verify"

TODAY = date(2026, 3, 3)


def drawn(certificate: Certificate) -> bytes:
    return certificate_pdf.draw(certificate, f"{ADDRESS}/{certificate.number}")


def gathering(study: Study) -> Gathering:
    return Gathering(study.database, drawn, TODAY, ZoneInfo("Europe/Prague"), Words.of("en"))


def held(study: Study, who: Principal) -> Certificate:
    with study.database.reading() as connection:
        return of_person(connection, who.key)[0]


def noted(database: Database) -> LoggedExport:
    """What the log of exports says last."""
    with database.reading() as connection:
        return export_log.newest(connection, 1)[0]
