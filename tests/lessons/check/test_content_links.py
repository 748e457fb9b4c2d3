"""Links that lead out of the content folder are refused."""

import shutil
from pathlib import Path

from bad_content import LESSON, QUIZ, QUIZ_EN, assert_faults, found


def test_a_file_that_is_a_link_out_of_the_folder_is_refused(folder: Path, elsewhere: Path) -> None:
    shutil.move(folder / LESSON, elsewhere / "cs.yaml")
    (folder / LESSON).symlink_to(elsewhere / "cs.yaml")
    assert_faults(folder, (LESSON, 1, "a link out of the content folder"))


def test_a_folder_that_is_a_link_out_of_the_folder_is_refused(folder: Path, elsewhere: Path) -> None:
    shutil.move(folder / "quizzes" / "customer-privacy", elsewhere / "quiz")
    (folder / "quizzes" / "customer-privacy").symlink_to(elsewhere / "quiz")
    assert_faults(folder, *((file, 1, "a link out of the content folder") for file in (QUIZ, QUIZ_EN)))


def test_a_link_that_leads_to_itself_is_refused(folder: Path) -> None:
    (folder / LESSON).unlink()
    (folder / LESSON).symlink_to(folder / LESSON)
    assert_faults(folder, (LESSON, 1, ""))


def test_a_content_folder_may_itself_be_reached_through_a_link(folder: Path, elsewhere: Path) -> None:
    (elsewhere / "content").symlink_to(folder)
    assert found(elsewhere / "content") == []
