"""The security log: what happened at the doors and to the data, by pseudonym, one JSON object a line."""

import json
import logging

log = logging.getLogger("kodex.security")


def note(event: str, *, person: str | None = None, result: str = "done", **said: str | int) -> None:
    """Log one event: `event` names what happened, `person` is the person key, never a name or an address."""
    log.info(json.dumps({"event": event, "person": person, "result": result, **said}, ensure_ascii=False))
