"""The finance workbook comes to our figures when another program recalculates it."""

import shutil
import subprocess
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.access import Actor
from accounts.models import Membership, Workspace
from metrics.exports.portfolio_workbook import portfolio_workbook
from metrics.exports.workbook import initiative_workbook
from metrics.models import CurrentPortfolio, CurrentSnapshot, Snapshot
from metrics.services import refresh, refresh_portfolio
from metrics.services.payload import part_from
from portfolio.services.settings import set_dated
from tests.factories import make_initiative
from tests.metrics.record import NOW, earn, spend

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
NEAR = 1e-9
HALF_A_CENT, HALF_A_MILLIONTH = 0.005, 5e-7
HARD = {
    "several-rates": [("2026-01-01", -1600), ("2027-01-01", 10000), ("2028-01-01", -10000)],
    "one-cost": [("2026-01-10", -500)],
    "loses": [("2026-01-10", -500), ("2026-05-31", 20)],
    "pays-twice": [("2026-01-10", -100), ("2026-02-28", 300), ("2026-03-31", -250), ("2026-05-31", 400)],
    "same-day": [("2026-02-01", -100), ("2026-02-01", 250), ("2026-04-01", -10)],
}


def record(workspace: Workspace) -> None:
    actor = Actor.system(workspace)
    for name, value in (("discount_rate", "0.08"), ("hurdle", "0.2")):
        set_dated(actor=actor, now=NOW, name=name, value=Decimal(value), on=date(2025, 1, 1))
    for name, flows in HARD.items():
        row = make_initiative(workspace, name, name="=cmd()")
        for on, amount in flows:
            ahead = {} if on < "2026-06" else {"basis": "forecast"}
            if amount < 0:
                spend(row, on, -amount, **ahead)
            else:
                earn(row, on, amount, proven=not ahead, **ahead)
    make_initiative(workspace, "empty")
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)


def recalculated(content: bytes, folder: Path) -> dict[str, tuple[float, float]]:
    """Figures of the summary as we say them and as LibreOffice works them out."""
    (folder / "in.xlsx").write_bytes(content)
    command = [
        str(SOFFICE),
        "--headless",
        f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run(
        [*command, "--outdir", str(folder / "out"), str(folder / "in.xlsx")],
        check=True,
        capture_output=True,
        timeout=120,
    )
    book = load_workbook(folder / "out" / "in.xlsx", data_only=True)
    assert [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "e"] == []
    rows = [row for row in book["Summary"].iter_rows(min_row=2, values_only=True) if row[2] is not None]
    assert [row for row in rows if row[3] != pytest.approx(row[2] - row[1])] == []
    return {str(row[0]): (row[1], row[2]) for row in rows}


def assert_equal(found: dict[str, tuple[float, float]]) -> None:
    """Amounts were rounded to the cent and ratios to six decimals when they left the core."""
    far = {name: pair for name, pair in found.items() if abs(pair[1] - pair[0]) > _rounding(name) + NEAR * abs(pair[1])}
    assert far == {}


def _rounding(name: str) -> float:
    is_money = not any(word in name for word in ("ROI", "rate", "ayback", "paid back"))
    return HALF_A_CENT if is_money else HALF_A_MILLIONTH


needs_libreoffice = pytest.mark.skipif(
    SOFFICE is None, reason="needs LibreOffice (Debian: apt-get install libreoffice-calc-nogui)"
)


@pytest.mark.slow
@needs_libreoffice
def test_libreoffice_comes_to_the_figures_of_hard_cases(workspace: Workspace, tmp_path: Path) -> None:
    record(workspace)
    compared = 0
    for pointer in CurrentSnapshot.objects.filter(workspace=workspace).select_related("snapshot__initiative"):
        folder = tmp_path / pointer.snapshot.initiative.key
        folder.mkdir()
        found = recalculated(initiative_workbook(pointer.snapshot), folder)
        assert_equal(found)
        compared += len(found)
    assert compared > 50


@pytest.mark.slow
@needs_libreoffice
def test_libreoffice_comes_to_the_totals(workspace: Workspace, tmp_path: Path) -> None:
    record(workspace)
    totals = CurrentPortfolio.objects.get(workspace=workspace).snapshot
    rows = Snapshot.objects.filter(pk__in=totals.members).select_related("initiative")
    members = [(row.initiative.key, row.initiative.name, part_from(row.parts)) for row in rows]
    found = recalculated(portfolio_workbook(totals, members), tmp_path)
    assert_equal(found)
    assert len(found) >= 6


def test_the_workbook_is_made_of_live_formulas_and_no_text_becomes_one(workspace: Workspace) -> None:
    record(workspace)
    snapshot = CurrentSnapshot.objects.get(initiative__key="pays-twice").snapshot
    book = load_workbook(BytesIO(initiative_workbook(snapshot)))
    summary = {row[0].value: row for row in book["Summary"].iter_rows(min_row=2)}
    assert str(summary["Net present value"][2].value).startswith("=SUM(")
    assert summary["Initiative"][1].value == "'=cmd()"
    assert book["Flows"].max_row == 5


def test_every_difference_and_category_is_of_its_own_row(workspace: Workspace) -> None:
    record(workspace)
    snapshot = CurrentSnapshot.objects.get(initiative__key="pays-twice").snapshot
    totals = CurrentPortfolio.objects.get(workspace=workspace).snapshot
    book = load_workbook(BytesIO(initiative_workbook(snapshot)))
    for sheet in (book["Summary"], load_workbook(BytesIO(portfolio_workbook(totals, [])))["Summary"]):
        told = {cell.row: cell.value for (cell,) in sheet.iter_rows(min_row=2, min_col=4, max_col=4) if cell.value}
        assert len(told) >= 7
        assert told == {row: f"=C{row}-B{row}" for row in told}
    costs = {row[0].row: [cell.value for cell in row] for row in book["Cost by category"].iter_rows(min_row=2)}
    assert len(costs) == 1
    assert all(f",A{row})" in cells[1] and cells[3] == f"=B{row}+C{row}" for row, cells in costs.items())


def test_the_download_is_for_members_only(
    client: Client, workspace: Workspace, stranger: Membership, owner: Membership
) -> None:
    record(workspace)
    client.force_login(owner.user)
    names = ("/initiatives/loses/workbook/", "/reports/workbook/")
    assert [client.get(name).status_code for name in names] == [200, 200]
    assert client.post(names[0]).status_code == 405
    client.force_login(stranger.user)
    assert client.get(names[0]).status_code == 404


def test_an_initiative_without_flows_has_a_workbook_that_says_why(workspace: Workspace) -> None:
    record(workspace)
    snapshot = CurrentSnapshot.objects.get(initiative__key="empty").snapshot
    book = load_workbook(BytesIO(initiative_workbook(snapshot)))
    assert book["Flows"].max_row == 1
