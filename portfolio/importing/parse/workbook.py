"""Rows of one sheet of an XLSX workbook, read with bounds on everything that a small file can blow up."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException

from .errors import FileRefused

MAX_UNPACKED = 100_000_000
MAX_PARTS = 2_000
CHUNK = 1_000_000
_UNSAVED_FORMULA = re.compile(rb"(</f>|<f[^>]*/>)\s*(<v>\s*</v>|<v\s*/>)?\s*</c>")
_LONGEST_ENDING = 200

# What zipfile and openpyxl raise for damaged or hostile files, found by fuzzing.
BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DefusedXmlException,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    ParseError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def refuse_bomb(archive: zipfile.ZipFile, max_unpacked: int) -> None:
    """Raises FileRefused where an archive unpacks to too much, or into too many parts."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > max_unpacked:
        raise FileRefused(f"Unpacked, the file is larger than {max_unpacked // 10**6} MB. Save the data alone as CSV.")
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused("The file is protected by a password. Save it without one.")


def refuse_unsaved_formulas(archive: zipfile.ZipFile) -> None:
    """Raises FileRefused where a formula has no saved value: it would read as an empty cell."""
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and _has_unsaved_formula(archive, name):
            raise FileRefused(
                "The workbook holds formulas whose values were never saved. Open it in a spreadsheet program, "
                "save it, and try again."
            )


def _has_unsaved_formula(archive: zipfile.ZipFile, name: str) -> bool:
    rest = b""
    with archive.open(name) as part:
        while chunk := part.read(CHUNK):
            if _UNSAVED_FORMULA.search(rest + chunk):
                return True
            rest = chunk[-_LONGEST_ENDING:]
    return False


def read_workbook(
    data: bytes, sheet: str | None, *, max_columns: int, max_rows: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, cells as text up to the last filled one) of `sheet` or the first sheet. Raises FileRefused."""
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        yield from _sheet_rows(_chosen(workbook, sheet), max_columns, max_rows)
    except BROKEN as error:
        raise FileRefused(f"The workbook cannot be read ({type(error).__name__}). Save it again or as CSV.") from error


def _chosen(workbook: Any, sheet: str | None) -> Any:
    if sheet is None:
        return workbook.worksheets[0]
    if sheet not in workbook.sheetnames:
        raise FileRefused(f"The workbook has no sheet “{sheet}”; it has {', '.join(workbook.sheetnames)}.")
    return workbook[sheet]


def _sheet_rows(worksheet: Any, max_columns: int, max_rows: int) -> Iterator[tuple[int, list[str]]]:
    worksheet.reset_dimensions()
    filled = 0
    for number, cells in enumerate(worksheet.iter_rows(values_only=True), 1):
        texts = _texts(cells)
        if not texts:
            continue
        filled += 1
        if len(texts) > max_columns or filled > max_rows:
            raise FileRefused(f"The sheet has more than {max_columns} columns or {max_rows:,} rows.", line=number)
        yield number, texts


def _texts(cells: Sequence[object]) -> list[str]:
    """The cells up to the last one that holds something."""
    last = next((i for i in range(len(cells), 0, -1) if cells[i - 1] not in (None, "")), 0)
    return [cell_text(cell) for cell in cells[:last]]


def cell_text(value: object) -> str:
    """A cell as a person would type it: ISO dates, numbers with at most 15 digits as Excel keeps them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return format(Decimal(format(value, ".15g")), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
