"""What chance alone does to a bank, so that no author is warned of an accident."""

from collections.abc import Iterable


def at_least(hits: int, chances: Iterable[float]) -> float:
    """Return how probable so many hits or more are, where each of `chances` is the probability of one."""
    exactly = [1.0]
    for chance in chances:
        pairs = zip([*exactly, 0], [0, *exactly], strict=True)
        exactly = [as_before * (1 - chance) + one_less * chance for as_before, one_less in pairs]
    return sum(exactly[hits:])
