"""HR's file at its worst: files of the allowed size made to fill the memory, each read as an uploaded one is."""

import csv
import io
import random
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from itertools import islice

import xlsxwriter

from benchmarks.machine import Watch
from benchmarks.people import rows
from benchmarks.tables import table
from people.hr_file import files, reader

TARGET = "Target: a list of people or a refusal, at most 300 MB and 10 s of CPU for each."
HEAD = ["id", "name", "e-mail", "unit"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def worst_files() -> str:
    """Read each file in the worker process; return the table."""
    watch = Watch([])
    said = [[name, *_row(make())] for name, make in FILES.items()]
    return "\n".join(
        [table(["HR's file", "MB", "seconds", "of CPU", "MB peak", "people", "answer"], said), TARGET, watch.others()]
    )


def _row(data: bytes) -> list[str]:
    """One file, read in a process that this one alone waits for: so that its peak is known."""
    ran = subprocess.run([sys.executable, "-m", __name__], input=data, capture_output=True, check=True)
    return [f"{len(data) / 1e6:.1f}", *ran.stdout.decode().split("\t")]


def _measure() -> None:
    begun = time.perf_counter()
    found = reader.read(sys.stdin.buffer.read())
    seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = "read" if found.is_usable else "refused"
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 // 1_000_000
    print(f"{seconds:.1f}", f"{cpu:.1f}", peak, f"{found.rows:,}", answer, sep="\t", end="")


def _people_as_csv() -> bytes:
    """As many people as a file of the allowed size holds."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    for row in rows(120_000):
        writer.writerow(row)
        if text.tell() > files.LARGEST_FILE - 500:
            break
    return text.getvalue().encode()[: files.LARGEST_FILE].rpartition(b"\r\n")[0]


def _people_as_xlsx() -> bytes:
    return _xlsx(lambda sheet: [sheet.write_row(line, 0, row) for line, row in enumerate(rows(100_000))])


def _xlsx(write: Callable[[xlsxwriter.worksheet.Worksheet], object], sheets: int = 1) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"constant_memory": True}) as book:
        for _ in range(sheets):
            write(book.add_worksheet())
    return data.getvalue()


def _long_texts() -> bytes:
    """Shared strings, each as long as a cell may be, all others."""
    chance = random.Random(1)

    def write(sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, HEAD)
        for line in range(1, 980):
            sheet.write_row(line, 0, [str(line), "".join(chance.choices(LETTERS, k=15_000)), "", "U"])

    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        write(book.add_worksheet())
    return data.getvalue()


def _dense_numbers() -> bytes:
    return _xlsx(lambda sheet: [sheet.write_row(line, 0, [1] * 250) for line in range(12_000)])


def _far_cell() -> bytes:
    def write(sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_string(1_048_575, 16_383, "far")

    return _xlsx(write)


def _many_sheets() -> bytes:
    return _xlsx(lambda sheet: [sheet.write_row(line, 0, ["x"] * 20) for line in range(600)], 60)


def _bomb() -> bytes:
    """A sheet of 4 GB that is packed into 4 MB."""
    sound = io.BytesIO(_xlsx(lambda sheet: sheet.write_row(0, 0, HEAD)))
    data = io.BytesIO()
    with zipfile.ZipFile(sound) as packed, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in packed.namelist():
            if "sheet1" not in name:
                bomb.writestr(name, packed.read(name))
        with bomb.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(packed.read("xl/worksheets/sheet1.xml").replace(b"</sheetData></worksheet>", b""))
            for _ in range(4000):
                part.write(b"<row><c t='inlineStr'><is><t>" + b" " * 1_000_000 + b"</t></is></c></row>")
    return data.getvalue()


def _deep_xml() -> bytes:
    return _ods("<table:table-cell>" * 3_000_000)


def _repeated_cells() -> bytes:
    kind = 'office:value-type="string" table:number-columns-repeated="300"'
    cell = f"<table:table-cell {kind}><text:p>x</text:p></table:table-cell>"
    return _ods(f'<table:table-row table:number-rows-repeated="100000">{cell}</table:table-row>')


def _ods(body: str) -> bytes:
    of = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = f'xmlns:office="{of}:office:1.0" xmlns:table="{of}:table:1.0" xmlns:text="{of}:text:1.0"'
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="A">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
    return data.getvalue()


def _short_rows() -> bytes:
    """As many people as fit, with next to nothing said of each."""
    return b"id;name;e-mail;unit\n" + b"".join(islice((b"%d;a;;b\n" % n for n in range(2_000_000)), 800_000))


def _one_column() -> bytes:
    return b"id;name;e-mail;unit\n" + b"1\n" * 4_999_000


def _one_line() -> bytes:
    return b"ab;" * 3_300_000


def _quotation_marks() -> bytes:
    return b"id;name;e-mail;unit\n" + b'"a\n' * 3_300_000


FILES: dict[str, Callable[[], bytes]] = {
    "CSV, people to the brim": _people_as_csv,
    "XLSX, 100,000 people": _people_as_xlsx,
    "CSV, rows of a few letters": _short_rows,
    "CSV, a number a row": _one_column,
    "CSV, one line": _one_line,
    "CSV, quotation marks": _quotation_marks,
    "XLSX, long texts": _long_texts,
    "XLSX, dense numbers": _dense_numbers,
    "XLSX, a cell far away": _far_cell,
    "XLSX, many sheets": _many_sheets,
    "XLSX, 4 GB unpacked": _bomb,
    "ODS, repeated cells": _repeated_cells,
    "ODS, deep": _deep_xml,
}

if __name__ == "__main__":
    _measure()
