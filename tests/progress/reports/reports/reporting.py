"""Reports over the cast."""

from datetime import date, timedelta

from cast import TODAY
from studying import Study

from people.access import Act, Principal
from progress.reports import lists
from progress.reports.as_of import View
from progress.reports.lists import ListEntry, Summary, entries
from progress.reports.selection import Selection

A_DAY = timedelta(days=1)

ALL = Selection()

NOTHING_ASSIGNED = ["Aleš", "Dagmar", "Eva", "Otakar"]
"""In `busy`, by name."""


def summed(study: Study, who: Principal, act: Act, selection: Selection = ALL, today: date = TODAY) -> Summary:
    with study.database.reading() as connection:
        return lists.summary(View(connection, who, act, today), selection)


def listed(
    study: Study, who: Principal, selection: Selection = ALL, today: date = TODAY, limit: int | None = None
) -> list[ListEntry]:
    with study.database.reading() as connection:
        return entries(View(connection, who, Act.SEE_CERTIFICATIONS, today), selection, limit)


def names(found: list[ListEntry]) -> list[str]:
    return [entry.name.split()[0] for entry in found]
