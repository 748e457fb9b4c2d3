"""An export and its statement in one ZIP."""

import zipfile
from pathlib import Path

import pytest
from cast import PEOPLE
from stated import WITH_A_FILE, Write, refused

from progress.record.signing import Key
from progress.reports import export_statements
from progress.reports.export_statements import ENDING


def zipped(folder: Path, *entries: tuple[str, bytes]) -> Path:
    file = folder / "both.zip"
    with zipfile.ZipFile(file, "w") as both:
        for name, data in entries:
            both.writestr(name, data)
    return file


@pytest.mark.parametrize("form", WITH_A_FILE)
def test_a_zip_of_a_file_and_its_statement_is_checked_as_it_is(
    write: Write, key: Key, tmp_path: Path, form: str
) -> None:
    file = write(tmp_path, form)
    data, statement = file.read_bytes(), file.with_name(file.name + ENDING).read_bytes()
    pair = ((file.name, data), (file.name + ENDING, statement))
    assert export_statements.checked(zipped(tmp_path, *pair), key.verifiers)["records"] == str(len(PEOPLE))
    assert "changed" in refused(zipped(tmp_path, (file.name, data + b" "), pair[1]), key)
    assert "more than" in refused(zipped(tmp_path, *pair, ("more.csv", b"")), key)
    assert "more than" in refused(zipped(tmp_path, ("renamed.csv", data), pair[1]), key)
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped(tmp_path, (file.name, b"forged"), *pair)
    assert "more than" in refused(twice, key)


def test_a_damaged_zip_is_refused(write: Write, key: Key, tmp_path: Path) -> None:
    file = write(tmp_path, "csv")
    both = zipped(tmp_path, (file.name, file.read_bytes()), (file.name + ENDING, b"x"))
    whole = both.read_bytes()
    for length in range(4, len(whole), 97):
        both.write_bytes(whole[:length])
        refused(both, key)
