"""The real files beside the project come in whole, and a second edition is an update."""

from pathlib import Path

import pytest

from accounts.access import Actor
from accounts.models import Workspace
from portfolio.importing.parse.profile import load_profile
from portfolio.importing.parse.schema import Kind
from portfolio.models import BenefitLine, CostLine, Initiative, StageChange, StatusRating
from portfolio.services.imports import ImportReport, import_file
from tests.factories import NOW, day

FILES = Path(__file__).resolve().parents[3] / "shared" / "data"
FEDERAL = FILES / "federal-ai" / "omb2024"
V1 = FEDERAL / "2024_consolidated_ai_inventory_raw.csv"
V2 = FEDERAL / "2024_consolidated_ai_inventory_raw_v2.csv"

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not FILES.exists(), reason="the real files (../shared/data) are not on this machine"),
]


def load(workspace: Workspace, kind: Kind, path: Path, profile: str) -> ImportReport:
    return import_file(
        actor=Actor.system(workspace),
        now=NOW,
        kind=kind,
        data=path.read_bytes(),
        filename=path.name,
        profile=load_profile(profile),
        write=True,
    )


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.rows, report.created, report.updated, report.unchanged, report.rejected


def test_the_inventory_of_2023_comes_in_whole(workspace: Workspace) -> None:
    path = FEDERAL / "2023_consolidated_ai_inventory_raw.csv"
    assert counts(load(workspace, Kind.INITIATIVES, path, "us-federal-2023")) == (710, 710, 0, 0, 0)
    assert Initiative.objects.filter(stage="production").count() == 157


def test_the_second_edition_of_2024_is_an_update(workspace: Workspace) -> None:
    first = load(workspace, Kind.INITIATIVES, V1, "us-federal-2024-v1")
    second = load(workspace, Kind.INITIATIVES, V2, "us-federal-2024-v2")
    again = load(workspace, Kind.INITIATIVES, V2, "us-federal-2024-v2")
    assert [counts(first), counts(second), counts(again)] == [
        (1757, 1757, 0, 0, 0),
        (2133, 376, 11, 1746, 0),
        (2133, 0, 0, 2133, 0),
    ]


def test_dates_of_the_inventory_become_stage_history(workspace: Workspace) -> None:
    load(workspace, Kind.INITIATIVES, V2, "us-federal-2024-v2")
    report = load(workspace, Kind.STAGES, V2, "us-federal-2024-v2")
    assert (report.created, report.rejected) == (2872, 0)
    assert StageChange.objects.order_by("on").values_list("on", flat=True)[0] == day("1993-01-01")


def test_the_projects_of_2023_supersede_the_costs_of_2021(workspace: Workspace) -> None:
    for year in (2021, 2023):
        path = FILES / "gmpp" / f"uk_{year}.csv"
        load(workspace, Kind.INITIATIVES, path, "gmpp")
        costs = load(workspace, Kind.COSTS, path, "gmpp")
    assert counts(costs) == (244, 299, 104, 0, 0)
    assert CostLine.objects.filter(superseded_at=None).count() == 335 + 299


def test_planned_benefits_come_in_with_the_projects(workspace: Workspace) -> None:
    path = FILES / "gmpp" / "uk_2023.csv"
    load(workspace, Kind.INITIATIVES, path, "gmpp")
    assert counts(load(workspace, Kind.BENEFITS, path, "gmpp")) == (244, 107, 0, 0, 0)
    assert set(BenefitLine.objects.values_list("basis", "currency")) == {("plan", "GBP")}


def test_a_file_that_is_damaged_is_refused_unless_its_profile_declares_the_encoding(workspace: Workspace) -> None:
    path = FILES / "gmpp" / "uk_2020.csv"
    plain, declared = load(workspace, Kind.INITIATIVES, path, ""), load(workspace, Kind.INITIATIVES, path, "gmpp")
    assert "neither UTF-8 nor Windows-1252 (byte 0x9D)" in plain.rejections[0].reason
    assert (declared.created, [issue.line for issue in declared.warnings]) == (125, [3746])


GMPP = [(year, "gmpp-transposed" if year < 2018 else "gmpp") for year in (2014, 2016, 2018, 2020, 2021, 2023)]


def test_six_editions_of_major_projects_are_one_portfolio_with_its_ratings(workspace: Workspace) -> None:
    projects, ratings = [], []
    for year, profile in GMPP:
        path = FILES / "gmpp" / f"uk_{year}.csv"
        projects.append(counts(load(workspace, Kind.INITIATIVES, path, profile)))
        ratings.append(counts(load(workspace, Kind.RATINGS, path, profile)))
    assert projects == [
        (199, 199, 0, 0, 0),
        (143, 91, 52, 0, 0),
        (133, 71, 58, 4, 0),
        (125, 41, 84, 0, 0),
        (184, 95, 81, 8, 0),
        (244, 106, 130, 8, 0),
    ]
    assert ratings == [
        (199, 175, 0, 0, 0),
        (143, 138, 0, 0, 0),
        (133, 129, 0, 0, 0),
        (125, 123, 0, 0, 0),
        (184, 176, 0, 0, 0),
        (244, 232, 0, 0, 0),
    ]
    assert set(StatusRating.objects.filter(scale="three").values_list("on", flat=True)) == {day("2023-03-31")}
    assert not StatusRating.objects.filter(scale="three", rating__in=["amber_green", "amber_red"]).exists()


def test_the_same_edition_again_changes_nothing(workspace: Workspace) -> None:
    for year, profile in GMPP[:3]:
        path = FILES / "gmpp" / f"uk_{year}.csv"
        for kind in (Kind.INITIATIVES, Kind.RATINGS):
            load(workspace, kind, path, profile)
            again = load(workspace, kind, path, profile)
            assert (again.created, again.updated, again.rejected) == (0, 0, 0)


def test_a_project_that_was_renamed_is_followed_by_its_number(workspace: Workspace) -> None:
    for year in (2021, 2023):
        load(workspace, Kind.INITIATIVES, FILES / "gmpp" / f"uk_{year}.csv", "gmpp")
    followed = Initiative.objects.get(key="DFT_0040_2021-Q1")
    assert set(followed.aliases.values_list("key", flat=True)) == {"hs2-phase1", "hs2-phase-1"}
