"""The kind of HR's file: its tables, or a sentence that says what to do instead."""

import io
import re
import zipfile
from collections.abc import Iterable

from people.hr_file import csv_file, workbook
from people.hr_file.csv_file import Encoding
from people.hr_file.files import EMPTY, LARGEST_FILE, Table, unreadable
from words import Sentence, sentence

_PASSWORD = sentence("the file has a password; save it without one, as XLSX or CSV")
_OLD_EXCEL = sentence("the file is of an old Excel (XLS); open it in Excel and save it as XLSX or CSV")
_BINARY_EXCEL = sentence("the file is a binary workbook (XLSB); open it in Excel and save it as XLSX or CSV")
_NUMBERS = sentence("the file is of Numbers; export it as Excel (XLSX) or CSV")
_DOCUMENT = sentence("the file is a text document or a presentation; save the table as XLSX or CSV")
_WEB_PAGE = sentence("the file is a web page, whatever its name says; open it in Excel and save it as XLSX or CSV")
_XML = sentence("the file is XML, whatever its name says; open it in Excel and save it as XLSX or CSV")
_PDF = sentence("the file is a PDF; export the table from the HR system as XLSX or CSV")
_PICTURE = sentence("the file is a picture; export the table from the HR system as XLSX or CSV")
_PACKED = sentence("the file is an archive; unpack it and choose the XLSX or CSV file in it")
_RTF = sentence("the file is a text document; save the table as XLSX or CSV")

_BEGINNINGS: tuple[tuple[bytes, Sentence], ...] = (
    (b"%PDF", _PDF),
    *((begin, _PICTURE) for begin in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")),
    *((begin, _PACKED) for begin in (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")),
    (rb"{\rtf", _RTF),
)
_PARTS: tuple[tuple[str, Sentence], ...] = (
    ("xl/workbook.bin", _BINARY_EXCEL),
    ("Index/", _NUMBERS),
    ("Index.zip", _NUMBERS),
    ("index.xml", _NUMBERS),
    ("word/", _DOCUMENT),
    ("ppt/", _DOCUMENT),
)
"""Names in a ZIP archive that tell that it is no workbook."""
_MARKUP = re.compile(
    rb"\s*(?:<\?xml|<!doctype|<!--|<(?:html|head|body|meta|style|table|div|script)\b)", re.IGNORECASE
).match
_BEGINNING = 4096
"""Bytes that tell the kind of a file."""


def tables(data: bytes, encoding: Encoding | None = None) -> Iterable[Table]:
    """Return the tables of a file, or one that consists of a fault. `encoding` is for text."""
    if not data:
        return [unreadable(EMPTY)]
    if len(data) > LARGEST_FILE:
        return [unreadable(sentence("the file is larger than {n} MB", n=LARGEST_FILE // 1_000_000))]
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    what = _other_kind(data)
    return [unreadable(what)] if what else [csv_file.table(data, encoding)]


def _other_kind(data: bytes) -> Sentence | None:
    """Return what to do about a file that is no text with a table in it, or None."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _PASSWORD if "EncryptedPackage".encode("utf-16-le") in data else _OLD_EXCEL
    for begin, what in _BEGINNINGS:
        if data.startswith(begin) and (begin != b"BM" or b"\0" in data[:_BEGINNING]):
            return what
    text = data[:_BEGINNING].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if not _MARKUP(text):
        return None
    is_web_page = re.search(rb"<(?:!doctype\s+html|html|table|body|head|meta|div)\b", text, re.IGNORECASE)
    return _WEB_PAGE if is_web_page else _XML


def _packed(data: bytes) -> Iterable[Table]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            is_opendocument = "content.xml" in names
            manifest = packed.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
            kind = packed.read("mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, KeyError, RuntimeError):
        return [unreadable(workbook.DAMAGED)]
    if b"encryption-data" in manifest or any(name.endswith("EncryptedPackage") for name in names):
        return [unreadable(_PASSWORD)]
    if is_opendocument:
        return workbook.tables(data) if b"spreadsheet" in kind or not kind else [unreadable(_DOCUMENT)]
    what = next((what for part, what in _PARTS if any(name.startswith(part) for name in names)), None)
    if what:
        return [unreadable(what)]
    is_workbook = any("workbook" in name.lower() or name == "[Content_Types].xml" for name in names)
    return workbook.tables(data) if is_workbook else [unreadable(_PACKED)]
