"""The signed text on the page and in the file of a certificate."""

import shutil
import subprocess
from pathlib import Path

import pytest
import segno
import zxingcpp
from PIL import Image
from qr_codes import NAME
from surroundings import unavailable

from progress.documents.certificate_signature import read, signed_text_in
from progress.record.signing import Key, NotSignedError


def test_the_code_is_read_from_the_page_and_holds(document: bytes, text: str, key: Key, tmp_path: Path) -> None:
    """As a telephone reads it: the page is made into a picture, at the resolution of an office printer."""
    if shutil.which("pdftoppm") is None:
        unavailable("pdftoppm", "install the package poppler-utils")
    (tmp_path / "certificate.pdf").write_bytes(document)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-singlefile", "certificate.pdf", "page"], cwd=tmp_path, check=True
    )
    with Image.open(tmp_path / "page.png") as page:
        (code,) = zxingcpp.read_barcodes(page)
    assert code.text == text
    assert read(code.text, key.verifiers).is_held_by(NAME)


def test_the_code_is_of_level_m_with_modules_that_are_wide_enough(text: str) -> None:
    code = segno.make_qr(text, error="m", boost_error=False)
    assert code.error == "M"
    assert 27 / code.symbol_size(border=0)[0] >= 0.4


def test_the_document_holds_the_text_for_programs(document: bytes, text: str) -> None:
    assert signed_text_in(document) == text


def test_a_document_with_two_texts_is_refused(document: bytes, text: str) -> None:
    with pytest.raises(NotSignedError, match="more than one"):
        signed_text_in(document + text.replace("01234", "01235").encode())
