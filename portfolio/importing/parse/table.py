"""A file's bytes to rows of text that know their line."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from .encoding import BROKEN_BYTE, decode
from .errors import FileRefused
from .workbook import BROKEN, MAX_UNPACKED, read_workbook, refuse_bomb, refuse_unsaved_formulas

MAX_BYTES = 40_000_000
MAX_ROWS = 300_000
MAX_COLUMNS = 500
MAX_CELLS = 2_000_000
MAX_CELL = 100_000
WORKBOOK = "XLSX"
DELIMITERS = (",", ";", "\t")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n])|[^\r\n]+")
Numbered = Iterator[tuple[int, list[str]]]
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is laid out. `delimiter` None: worked out from the header row; `sheet` None: the first one.

    `transposed`: one record per column, names of the fields in the first one. `encoding`: `windows-1252` where that is
    known of the file; else it is read with more care, and refused where a word comes out broken.
    """

    header_row: int = 1
    delimiter: str | None = None
    sheet: str | None = None
    transposed: bool = False
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (1 = first; of a transposed file, its column) and as many cells as headers."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A header row, the rows below it, and the rows that do not fit the header with the reason.

    `damaged` are the lines of the file with a byte that means nothing in its declared encoding.
    """

    headers: tuple[str, ...]
    header_line: int
    rows: tuple[Row, ...]
    ragged: tuple[tuple[Row, str], ...]
    read_as: str
    damaged: tuple[int, ...] = ()


def read_table(data: bytes, filename: str, layout: Layout | None = None) -> Table:
    """Read CSV (UTF-8, UTF-16, Windows-1252), XLSX, or a zip that holds one CSV.

    Raises FileRefused where the file is empty, too large, of another kind than its name says, in an unknown encoding,
    broken, or has no rows below its header.
    """
    layout = layout or Layout()
    if len(data) > MAX_BYTES:
        raise FileRefused(f"The file has {len(data) // 10**6} MB; at most {MAX_BYTES // 10**6} MB are read at once.")
    if data.startswith(b"PK\x03\x04"):
        return _from_archive(data, filename, layout)
    if filename.lower().endswith((".xlsx", ".xlsm", ".zip")):
        raise FileRefused(f"“{filename}” is named like a workbook but is none. Is it a CSV file? Name it .csv.")
    return _from_text(data, layout)


def _from_archive(data: bytes, filename: str, layout: Layout) -> Table:
    with _open_archive(data) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" in names or "[Content_Types].xml" in names:
            if not filename.lower().endswith((".xlsx", ".xlsm")):
                raise FileRefused(
                    f"“{filename}” is a spreadsheet (XLSX), not a text file. Name it .xlsx, or save it as CSV."
                )
            _refuse_unsaved_formulas(archive)
            numbered = read_workbook(data, layout.sheet, max_columns=MAX_COLUMNS, max_rows=MAX_ROWS)
            return _table(numbered, layout, WORKBOOK, may_be_short=True)
        if len(names) == 1 and names[0].lower().endswith(".csv"):
            return _from_text(_unpacked(archive, names[0]), layout)
    raise FileRefused("This archive holds no workbook and not exactly one CSV file. Unpack it and choose one file.")


def _open_archive(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN:
        raise FileRefused("The file is a damaged workbook or archive. Save it again and retry.") from None
    refuse_bomb(archive, MAX_UNPACKED)
    return archive


def _refuse_unsaved_formulas(archive: zipfile.ZipFile) -> None:
    try:
        refuse_unsaved_formulas(archive)
    except BROKEN:
        raise FileRefused("The workbook is damaged. Save it again and retry.") from None


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except BROKEN:
        raise FileRefused("The archive is damaged. Pack it again and retry.") from None


def _from_text(data: bytes, layout: Layout) -> Table:
    text, encoding = decode(data, layout.encoding)
    delimiter = layout.delimiter or _guess_delimiter(text, layout.header_row)
    read_as = f"{encoding}, {_NAMES.get(delimiter, delimiter)}"
    table = _table(_csv_rows(text, delimiter), layout, read_as, damaged=_damaged(text) if layout.encoding else ())
    if layout.delimiter and len(table.headers) == 1:
        raise FileRefused(
            f"Only one column was found with the {_NAMES.get(delimiter, delimiter)} as delimiter. "
            "Check how the columns are separated.",
            line=layout.header_row,
        )
    return table


def _csv_rows(text: str, delimiter: str) -> Numbered:
    reader = csv.reader((found[0] for found in _LINE.finditer(text)), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(_csv_reason(str(error)), line=line) from None


def _csv_reason(message: str) -> str:
    if "field larger" in message:
        return f"A cell is longer than {csv.field_size_limit():,} characters. Is a quotation mark missing?"
    if "unexpected end" in message:
        return "A quotation mark is opened and never closed."
    if "expected after" in message:
        return "A quotation mark stands inside a cell; write it twice or remove it."
    return f"The row cannot be read ({message})."


def _guess_delimiter(text: str, header_row: int) -> str:
    return max(DELIMITERS, key=lambda delimiter: _header_width(text, delimiter, header_row))


def _header_width(text: str, delimiter: str, header_row: int) -> int:
    try:
        for number, (_, cells) in enumerate(_csv_rows(text, delimiter), 1):
            if number == header_row:
                return len(cells)
    except FileRefused:
        return 0
    return 0


def _damaged(text: str) -> tuple[int, ...]:
    return tuple(number for number, line in enumerate(text.split("\n"), 1) if BROKEN_BYTE in line)


def _turned(numbered: Numbered, *, may_be_short: bool) -> Numbered:
    """The columns of a transposed file as rows, numbered from 1. Raises FileRefused where its rows differ in length."""
    rows: list[list[str]] = []
    width = 0
    for line, cells in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        width = width or len(cells)
        row, fault = _fit(line, cells, width, may_be_short=may_be_short)
        if len(rows) == MAX_COLUMNS or width > MAX_ROWS:
            fault = f"The file has more than {MAX_COLUMNS} fields or {MAX_ROWS:,} records."
        if fault:
            raise FileRefused(fault, line=line)
        rows.append(list(row.cells))
    for number, column in enumerate(zip(*rows, strict=True), 1):
        yield number, list(column)


def _table(
    numbered: Numbered, layout: Layout, read_as: str, *, may_be_short: bool = False, damaged: tuple[int, ...] = ()
) -> Table:
    if layout.transposed:
        numbered, read_as = _turned(numbered, may_be_short=may_be_short), f"{read_as}, one record per column"
    header_line, headers = _headers(numbered, layout.header_row)
    rows: list[Row] = []
    ragged: list[tuple[Row, str]] = []
    for line, cells in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        row, fault = _fit(line, cells, len(headers), may_be_short=may_be_short)
        if fault:
            ragged.append((row, fault))
        else:
            rows.append(row)
        count = len(rows) + len(ragged)
        if count > MAX_ROWS or count * len(headers) > MAX_CELLS:
            raise FileRefused(f"The file has more than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells. Split it.", line=line)
    if not rows and not ragged:
        raise FileRefused("The file has a header row but no rows below it.")
    return Table(headers, header_line, tuple(rows), tuple(ragged), read_as, damaged)


def _headers(numbered: Numbered, header_row: int) -> tuple[int, tuple[str, ...]]:
    for line, cells in numbered:
        if line < header_row:
            continue
        headers = [" ".join(cell.split()) for cell in cells]
        while headers and not headers[-1]:
            headers.pop()
        if not headers:
            raise FileRefused("The header row is empty.", line=line)
        if len(headers) > MAX_COLUMNS:
            raise FileRefused(f"The file has more than {MAX_COLUMNS} columns.", line=line)
        return line, tuple(headers)
    raise FileRefused(f"The file ends before its header row (row {header_row}).")


def _fit(line: int, cells: list[str], width: int, *, may_be_short: bool) -> tuple[Row, str]:
    row = Row(line, tuple((cells + [""] * width)[:width]))
    if any(len(cell) > MAX_CELL for cell in row.cells):
        return row, f"a cell is longer than {MAX_CELL:,} characters"
    if any(cell.strip() for cell in cells[width:]) or (len(cells) < width and not may_be_short):
        return row, f"the row has {len(cells)} cells but the header has {width}"
    return row, ""
