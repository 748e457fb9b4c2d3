"""Says whether an answer is right and whether an attempt is passed."""

from lessons.model import Choice


def is_right(choice: Choice, option_id: str) -> bool:
    return option_id == choice.right


def score(right: int, asked: int) -> int:
    """Percent, rounded down, so that nobody is shown a pass mark they did not reach."""
    return right * 100 // asked


def is_passed(right: int, asked: int, pass_mark: int) -> bool:
    """Whether `right` of `asked` answers reach the pass mark, in percent."""
    return right * 100 >= pass_mark * asked
