"""Packs with files that could be read in two ways are refused."""

import zipfile
from pathlib import Path
from warnings import catch_warnings, simplefilter

import pytest
from packing import RunOf

from progress.audit.evidence_verifier import Outcome


def with_entry(pack: Path, entry: zipfile.ZipInfo | str, data: bytes = b"{}\n") -> Path:
    other = pack.with_name("more.zip")
    other.write_bytes(pack.read_bytes())
    with catch_warnings(), zipfile.ZipFile(other, "a") as file:
        simplefilter("ignore")  # of a second entry with a name that is there
        file.writestr(entry, data)
    return other


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("content/more.json")
    entry.external_attr = 0o120777 << 16
    return entry


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("certificates.jsonl", "two files of one name"),
        ("Certificates.JSONL", "two files of one name"),
        ("certificates2.jsonl", "put in afterwards"),
        ("content/", "a folder or a link"),
        (link(), "a folder or a link"),
        ("../certificates.jsonl", "no file of a pack has"),
        ("content\\x.json", "no file of a pack has"),
        ("x\x1b[2K.txt", "no file of a pack has"),
    ],
)
def test_an_entry_that_does_not_belong_there_is_refused(
    pack: Path, verified: RunOf, entry: zipfile.ZipInfo | str, said: str
) -> None:
    code, told_of_it = verified(with_entry(pack, entry))
    assert code == Outcome.FAILS
    assert said in told_of_it
    assert "\x1b" not in told_of_it


def test_an_encrypted_entry_is_refused(pack: Path, verified: RunOf) -> None:
    other = pack.with_name("encrypted.zip")
    data = bytearray(pack.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1  # the first entry of the directory: its flags
    other.write_bytes(data)
    code, said = verified(other)
    assert code == Outcome.FAILS
    assert "is encrypted" in said


def test_a_link_in_an_unpacked_folder_is_refused(pack: Path, verified: RunOf, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(pack) as file:
        file.extractall(folder)
    (folder / "certificates.jsonl").rename(tmp_path / "elsewhere")
    (folder / "certificates.jsonl").symlink_to(tmp_path / "elsewhere")
    code, said = verified(folder)
    assert code == Outcome.FAILS
    assert "is a link" in said
