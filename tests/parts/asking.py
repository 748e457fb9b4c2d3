"""Somebody who asks at noon."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from people.access import Asker, Principal


def at_noon(who: Principal, today: date, zone: ZoneInfo) -> Asker:
    return Asker(who, datetime.combine(today, time(12), zone), zone)
