"""Whatever bytes come in: records, rejections with a reason, or a refusal, and nothing else."""

import io
import random
import zipfile
from functools import cache

import openpyxl
import pytest

from portfolio.importing.parse.errors import FileRefused
from portfolio.importing.parse.profile import plain_profile
from portfolio.importing.parse.records import parse_records
from portfolio.importing.parse.schema import Kind
from portfolio.importing.parse.table import read_table

CSV = b'initiative,on,amount,note\na,2026-01-31,5,x\nb,2026-02-28,"1,000","two\nlines"\n'
BITS = [b'"', b",", b"\n", b"\r", b"\x00", b"\xff", b"NaN", b"1e999999", b"\xed\xa0\x80", b"9" * 50, b"<!ENTITY", b"="]


@cache
def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (["initiative", "on", "amount"], ["a", "2026-01-31", 5], ["b", "x", 1.5]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(changed))
        changed[at : at + chance.randint(0, 4)] = chance.choice([*BITS, bytes([chance.randrange(256)]), b""])
    return bytes(changed) or b"x"


def with_a_damaged_part(chance: random.Random) -> bytes:
    """The workbook, packed soundly again with one of its XML files damaged."""
    source = zipfile.ZipFile(io.BytesIO(workbook()))
    victim = chance.choice(source.namelist())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name in source.namelist():
            packed.writestr(name, mutated(source.read(name), chance) if name == victim else source.read(name))
    return buffer.getvalue()


def damaged(seed: int) -> tuple[bytes, str]:
    chance = random.Random(seed)  # noqa: S311
    kind = seed % 4
    if kind == 0:
        return mutated(workbook(), chance), "list.xlsx"
    if kind == 1:
        return with_a_damaged_part(chance), "list.xlsx"
    return mutated(CSV.decode().encode("utf-16") if kind == 2 else CSV, chance), "list.csv"


def reasons(data: bytes, name: str) -> list[str]:
    """Why rows, or the whole file, are refused."""
    try:
        parsed = parse_records(read_table(data, name), plain_profile(), Kind.COSTS)
    except FileRefused as refusal:
        return [refusal.issue.reason]
    return [issue.reason for issue in parsed.rejections]


@pytest.mark.filterwarnings("ignore")
def test_damaged_files_are_read_or_refused_with_a_reason() -> None:
    assert all(reason for seed in range(600) for reason in reasons(*damaged(seed)))
