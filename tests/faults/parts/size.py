"""How often each fault is tried: a part in `make test`, all of it in `make faults`, which also prints the figures."""

import os
import sys

IS_FULL = os.environ.get("KODEX_FAULTS") == "full"


def times(full: int, usual: int) -> int:
    return full if IS_FULL else usual


def tell(figures: str) -> None:
    """Seen with `pytest -s`, as `make faults` runs it."""
    sys.stdout.write(f"\n    {figures}\n")
