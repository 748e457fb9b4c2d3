"""Tables in plain text, and the figures in them."""

import math
from collections.abc import Sequence
from statistics import median

NONE = "–"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Aligned columns: the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, ["─" * width for width in widths], *rows)
    ]
    return "\n".join(lines)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def middle_and_spread(values: Sequence[float]) -> str:
    """Median with the smallest and the largest, in milliseconds."""
    return f"{milliseconds(median(values))} ({milliseconds(min(values))}–{milliseconds(max(values))})"
