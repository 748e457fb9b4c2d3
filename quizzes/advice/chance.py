"""What chance alone does to a bank, so that no author is warned of an accident."""

from collections.abc import Iterable


def at_least(hits: int, chances: Iterable[float]) -> float:
    """Return how probable so many hits or more are, where each of `chances` is the probability of one."""
    exactly = [1.0]
    for chance in chances:
        exactly = [
            (exactly[n] if n < len(exactly) else 0) * (1 - chance) + (exactly[n - 1] * chance if n else 0)
            for n in range(len(exactly) + 1)
        ]
    return sum(exactly[hits:])
