"""`letters/days.yaml` of a content folder: working days and hours of each country, by the units that are there."""

import re
from datetime import date
from pathlib import Path
from typing import Any

from lessons import reading
from lessons.faults import Fault
from lessons.reading import Document, Place
from progress.reminding.working_days import EVERYWHERE, WorkingDays, WorkingDaysByUnit
from words import Sentence, sentence

FILE = Path("letters") / "days.yaml"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("units", "weekdays", "holidays", "hours")
_HOURS = re.compile(r"([01]?[0-9]|2[0-3])-([01]?[0-9]|2[0-4])")


def read(content_folder: Path) -> tuple[WorkingDaysByUnit, list[Fault]]:
    """Return what the file says, and its faults; without a file, Monday to Friday everywhere."""
    path = content_folder / FILE
    if not path.exists() and not path.is_symlink():
        return WorkingDaysByUnit(), []
    document, faults = reading.read(path, content_folder)
    if document is None:
        return WorkingDaysByUnit(), faults
    read_file = _DaysFile(document)
    return read_file.read(), read_file.faults


class _DaysFile:
    """Reads one document, and collects its faults."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.faults: list[Fault] = []

    def read(self) -> WorkingDaysByUnit:
        countries = self._document.data.get("countries")
        if not isinstance(countries, dict) or [*self._document.data] != ["countries"]:
            self._fault((), sentence("the file has one key, “countries”, and below it a key for each country"))
            return WorkingDaysByUnit()
        of_units: dict[str, WorkingDays] = {}
        otherwise = EVERYWHERE
        without_units = []
        for name, said in countries.items():
            place: Place = ("countries", name)
            if not isinstance(said, dict):
                self._fault(place, sentence("a country has the keys {keys}", keys=", ".join(KEYS)))
                continue
            days = self._days(place, said)
            units = self._texts((*place, "units"), said.get("units", []))
            if not units:
                otherwise = days
                without_units.append(place)
            for unit in units:
                if unit in of_units:
                    self._fault((*place, "units"), sentence("“{unit}” is in another country too", unit=unit))
                of_units[unit] = days
        for place in without_units[1:]:
            self._fault(place, sentence("only one country may go without “units”: it is everybody else’s"))
        return WorkingDaysByUnit(tuple(of_units.items()), otherwise)

    def _days(self, place: Place, said: dict[str, Any]) -> WorkingDays:
        for key in said.keys() - set(KEYS):
            what = sentence("there is no key “{key}”; there are: {keys}", key=key, keys=", ".join(KEYS))
            self._fault((*place, key), what)
        begin, end = self._hours((*place, "hours"), said.get("hours"))
        return WorkingDays(
            self._weekdays((*place, "weekdays"), said.get("weekdays")),
            frozenset(self._holidays((*place, "holidays"), said.get("holidays", []))),
            begin,
            end,
        )

    def _weekdays(self, place: Place, said: Any) -> frozenset[int]:
        if said is None:
            return EVERYWHERE.weekdays
        named = self._texts(place, said)
        if not named or not set(named) <= set(WEEKDAYS):
            self._fault(place, sentence("weekdays are a list of: {days}", days=", ".join(WEEKDAYS)))
            return EVERYWHERE.weekdays
        return frozenset(map(WEEKDAYS.index, named))

    def _holidays(self, place: Place, said: Any) -> list[date]:
        found = []
        for number, text in enumerate(self._texts(place, said)):
            try:
                found.append(date.fromisoformat(text))
            except ValueError:
                self._fault((*place, number), sentence("“{value}” is no day; write it as 2026-12-24", value=text))
        return found

    def _hours(self, place: Place, said: Any) -> tuple[int, int]:
        default = EVERYWHERE.from_hour, EVERYWHERE.until_hour
        if said is None:
            return default
        found = _HOURS.fullmatch(said) if isinstance(said, str) else None
        if found is None or int(found[1]) >= int(found[2]):
            self._fault(place, sentence("hours are written as 8-18"))
            return default
        return int(found[1]), int(found[2])

    def _texts(self, place: Place, said: Any) -> list[str]:
        if isinstance(said, list) and all(isinstance(each, str) for each in said):
            return said
        self._fault(place, sentence("this has to be a list of texts"))
        return []

    def _fault(self, place: Place, what: Sentence) -> None:
        self.faults.append(self._document.fault(place, what))
