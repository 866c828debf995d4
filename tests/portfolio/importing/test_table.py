"""Bytes to rows that know their line, within bounds."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from portfolio.importing.parse.errors import FileRefused
from portfolio.importing.parse.table import Layout, Table, read_table


def table(text: str, layout: Layout | None = None) -> Table:
    return read_table(text.encode(), "list.csv", layout)


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name.replace("_", "."), data)
    return buffer.getvalue()


def refusal_of(data: bytes, name: str = "list.csv", layout: Layout | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as refusal:
        read_table(data, name, layout)
    return refusal.value


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_from_the_header(delimiter: str) -> None:
    assert table(f'key{delimiter}name\n1{delimiter}"a, b; c"\n').rows[0].cells == ("1", "a, b; c")


def test_a_row_is_named_by_the_line_it_begins_on() -> None:
    assert [row.line for row in table('a,b\n1,"two\nlines"\n2,x\n').rows] == [2, 4]


def test_blank_rows_and_trailing_commas_are_left_out() -> None:
    read = table("a,b,\n1,2,\n,,\n3,4,\n")
    assert read.headers == ("a", "b")
    assert [row.cells for row in read.rows] == [("1", "2"), ("3", "4")]


def test_a_banner_above_the_header_is_skipped() -> None:
    assert table("Inventory 2024\na,b\n1,2\n", Layout(header_row=2)).headers == ("a", "b")


def test_rows_of_another_width_are_kept_apart_with_the_reason() -> None:
    read = table("a,b\n1,2\n1,2,3\n1\n")
    assert [(row.line, reason) for row, reason in read.ragged] == [
        (3, "the row has 3 cells but the header has 2"),
        (4, "the row has 1 cells but the header has 2"),
    ]


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("a,b\n", "no rows below it", None),
        ('a,b\n1,"2\n', "never closed", 2),
        ('a,b\n1,"2"3\n', "inside a cell", 2),
        ("a,b\n1," + "x" * 200_000 + "\n", "longer than", 2),
        (",,\n1,2,3\n", "header row is empty", 1),
    ],
)
def test_a_broken_file_is_refused_with_its_line(text: str, words: str, line: int | None) -> None:
    issue = refusal_of(text.encode()).issue
    assert words in issue.reason
    assert issue.line == line


def test_the_wrong_delimiter_is_told() -> None:
    assert "Only one column" in str(refusal_of(b"a,b\n1,2\n", layout=Layout(delimiter=";")))


def test_a_workbook_is_read_as_people_see_it() -> None:
    data = workbook(["on", "amount", "name"], [date(2025, 3, 31), 0.1 + 0.2, None], [None, None, None], ["x", 5.0, "n"])
    assert [(row.line, row.cells) for row in read_table(data, "list.xlsx").rows] == [
        (2, ("2025-03-31", "0.3", "")),
        (4, ("x", "5", "n")),
    ]


def test_a_workbook_may_have_a_narrow_banner_and_short_rows() -> None:
    data = workbook(["Inventory"], ["a", "b", "c"], ["1"], ["1", "2", "3"])
    read = read_table(data, "list.xlsx", Layout(header_row=2))
    assert ([row.cells for row in read.rows], read.ragged) == ([("1", "", ""), ("1", "2", "3")], ())


def test_a_formula_without_a_saved_value_is_told() -> None:
    assert "values were never saved" in str(refusal_of(workbook(["a", "b"], ["1", "=1+1"]), "list.xlsx"))


def test_a_workbook_named_csv_is_told() -> None:
    assert "is a spreadsheet (XLSX)" in str(refusal_of(workbook(["a"], ["1"]), "list.csv"))


def test_a_csv_named_xlsx_is_told() -> None:
    assert "is named like a workbook but is none" in str(refusal_of(b"a,b\n1,2\n", "list.xlsx"))


def test_a_sheet_that_is_not_there_is_told() -> None:
    assert "no sheet “Costs”" in str(refusal_of(workbook(["a"], ["1"]), "list.xlsx", Layout(sheet="Costs")))


def test_a_zip_with_one_csv_is_read() -> None:
    assert read_table(archive(rates_csv=b"a,b\n1,2\n"), "rates.zip").rows[0].cells == ("1", "2")


def test_a_zip_with_several_files_is_refused() -> None:
    assert "not exactly one CSV" in str(refusal_of(archive(a_csv=b"a\n1\n", b_csv=b"a\n1\n"), "both.zip"))


def test_a_damaged_archive_is_refused() -> None:
    assert "damaged" in str(refusal_of(b"PK\x03\x04 nothing", "list.xlsx"))


def test_an_archive_that_unpacks_to_too_much_is_refused_before_unpacking() -> None:
    assert "larger than" in str(refusal_of(archive(big_csv=b"0" * 160_000_000), "big.zip"))


def test_a_sheet_with_a_far_cell_does_not_blow_up() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["XFD1048576"] = "key", "1", "far"
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(FileRefused, match="more than"):
        read_table(buffer.getvalue(), "far.xlsx")


def test_entities_in_a_workbook_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><workbook>&b;</workbook>'
    data = archive(**{"[Content_Types]_xml": bomb, "xl/workbook_xml": bomb})
    assert "cannot be read" in str(refusal_of(data, "bomb.xlsx"))
