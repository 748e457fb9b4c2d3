"""Days as typed on the command line."""

import re
from datetime import date

from commands.console import fail, t

_CZECH = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4})")


def typed(text: str) -> date:
    """Parse a day in ISO or Czech form; fail with a sentence if it is neither."""
    try:
        if found := _CZECH.fullmatch(text.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        fail(t("“{value}” is not a day; write it as 2026-03-31 or 31. 3. 2026.", value=text))
