"""Cells and sheets that no reader's text can turn into a formula."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_TEXT = 32_000
BOLD = Font(bold=True)
MONEY, RATIO, DAY = "#,##0.00;[Red]-#,##0.00", "0.00%", "yyyy-mm-dd"


class Formula(str):
    """Text that is meant as a formula; any other text never is one."""


def add_sheet(book: Workbook, title: str, heading: Sequence[str], widths: Sequence[int]) -> Worksheet:
    """A sheet with a bold, frozen heading and columns of these widths."""
    sheet = book.create_sheet(title)
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([_bold(sheet, text) for text in heading])
    return sheet


def add_row(sheet: Worksheet, values: Iterable[Any], formats: Sequence[str] = ()) -> None:
    """A row; `formats` gives the number format of each cell, empty for none."""
    cells = [_cell(sheet, value) for value in values]
    for cell, form in zip(cells, formats, strict=False):
        if form:
            cell.number_format = form
    sheet.append(cells)


def saved(book: Workbook) -> bytes:
    """The workbook as a file."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: Worksheet, value: Any) -> Cell:
    if isinstance(value, Formula):
        return WriteOnlyCell(sheet, value=f"={value}")
    if isinstance(value, Decimal):
        return WriteOnlyCell(sheet, value=float(value))
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=_safe(value))
        cell.data_type = "s"
        return cell
    return WriteOnlyCell(sheet, value=value)


def _safe(text: str) -> str:
    """Text without characters that a workbook cannot hold; what looks like a formula gets a leading apostrophe."""
    kept = "".join(letter for letter in text if letter >= " " or letter in "\n\t")[:LONGEST_TEXT]
    return f"'{kept}" if kept.startswith(FORMULA_STARTS) else kept


def _bold(sheet: Worksheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = BOLD
    return cell
