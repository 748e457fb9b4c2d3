"""Score of an attempt, and whether it passes."""


def score(right: int, asked: int) -> int:
    """Percentage, rounded down, so that nobody is shown a pass mark they did not reach."""
    return right * 100 // asked


def is_passed(right: int, asked: int, pass_mark: int) -> bool:
    """True if `right` of `asked` answers reach the pass mark, a percentage."""
    return right * 100 >= pass_mark * asked
