"""risk_backtest: on a workspace's own history and on a file of labels."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Workspace
from metrics.models import RiskFit, RiskForecast
from metrics.services import settle_fit
from portfolio.services.stages import change_stage
from tests.factories import actor, make_initiative
from tests.metrics.record import NOW

MATCHES = Path(__file__).parents[3] / "shared/data/derived/federal_2023_2024_matches.csv"
HEADER = "initiative,group,from_on,from_stage,outcome\n"


def backtest(*arguments: str) -> str:
    out = StringIO()
    call_command("risk_backtest", *arguments, stdout=out)
    return out.getvalue()


def document(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(backtest(*arguments, "--json"))
    return found


def refused(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        backtest(*arguments)
    return caught.value


def imported(workspace: Workspace, key: str, end: str | None) -> None:
    """An initiative that its source tells from its first stage on, to its end in the second year."""
    row = make_initiative(workspace, key, NOW, source="register")
    stages = [("idea", date(2023, 1, 10)), ("pilot", date(2023, 3, 10))]
    for to, on in [*stages, *([(end, date(2024, 5, 20))] if end else [])]:
        change_stage(actor=actor(workspace), initiative=row, now=NOW, to=to, effective_on=on)


@pytest.fixture
def register(workspace: Workspace) -> Workspace:
    for number in range(4):
        imported(workspace, f"gone-{number}", "abandoned")
        imported(workspace, f"live-{number}", "production")
        imported(workspace, f"open-{number}", None)
    return workspace


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    rows = [f"i{n},g{n % 3},202{3 + n % 2}-12-31,pilot,{'failed' if n % 4 == 0 else 'held'}" for n in range(40)]
    path = tmp_path / "labels.csv"
    path.write_text(HEADER + "\n".join(rows), encoding="utf-8")
    return path


def test_the_record_of_an_imported_history_is_rebuilt(register: Workspace) -> None:
    record = document("--workspace", register.slug)["record"]
    assert record["live"] == 0
    assert record["rebuilt"] == record["resolved"]["forecasts"] > 100
    assert record["failures"]["initiatives"] == 4
    assert record["status"] == "reference_class"


def test_it_says_in_words_what_the_record_allows(register: Workspace) -> None:
    text = backtest("--workspace", register.slug)
    assert "4 of 10 failures and 12 of 30 initiatives resolved" in text
    assert "made on" in text


def test_it_answers_what_the_next_fit_is_stored_with(register: Workspace) -> None:
    settle_fit(workspace=register, now=timezone.now())
    assert RiskFit.objects.get().record == document("--workspace", register.slug)["record"]


def test_it_writes_nothing(register: Workspace) -> None:
    backtest("--workspace", register.slug)
    assert not RiskFit.objects.exists()
    assert not RiskForecast.objects.exists()


def test_a_workspace_without_history_has_no_record_yet(workspace: Workspace) -> None:
    assert document("--workspace", workspace.slug)["record"]["brier"] is None
    text = backtest("--workspace", workspace.slug)
    assert "watched from the day on which it was recorded" in text
    assert "Not yet tested on your portfolio" in text


def test_labels_are_tested_in_three_ways(labels: Path) -> None:
    found = document("--labels", str(labels))
    assert (found["labels"], found["failures"], found["periods"]) == (40, 10, ["2023", "2024"])
    assert [test["way"] for test in found["tests"]] == ["random_folds", "whole_groups", "later_periods"]
    assert all(test["scores"] for test in found["tests"])


def test_it_says_in_words_what_is_no_better_than_the_base_rate(labels: Path) -> None:
    assert "Whole groups held out: No better than the base rate." in backtest("--labels", str(labels))


@pytest.mark.shared_data
def test_on_the_federal_inventories_only_the_agency_tells_anything() -> None:
    if not MATCHES.exists():
        pytest.skip("needs ../shared/data/derived/federal_2023_2024_matches.csv")
    found = document("--labels", str(MATCHES))
    assert (found["labels"], found["failures"], found["censored"], found["groups"]) == (242, 64, 17, 17)
    assert [test["verdict"] for test in found["tests"]] == [
        "Better than the base rate, but no better than the group's own rate.",
        "No better than the base rate.",
        "Not tested: all rows are of 2023-2024. Add rows of another year.",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (HEADER.encode(), "no rows"),
        (HEADER.encode() + b"a,g,2023-12-31,pilot,perhaps\n", "Row 2: outcome is"),
        (HEADER.encode() + b"a,g,2023-12-31,pilot,held\n", "alike (held)"),
        (HEADER.encode() + b"a,g,2023-12-31,pilot,held,extra,more\n", "Row 2: "),
        (b"name,fate\na,gone\n", "The file has no column initiative, from_on, from_stage"),
        (HEADER.encode() + b"a,g,2023-12-31,pilot,h\x81ld\n", "Save the file as “CSV UTF-8”"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(content)
    error = refused("--labels", str(path))
    assert reason in str(error)
    assert error.returncode == 1


def test_wrong_usage_is_told_apart_from_refused_input(tmp_path: Path, workspace: Workspace) -> None:
    assert refused("--labels", str(tmp_path / "nowhere.csv")).returncode == 2
    assert refused("--workspace", "nowhere").returncode == 1
    with pytest.raises(CommandError, match="one of the arguments"):
        backtest()
    with pytest.raises(CommandError, match="not allowed with"):
        backtest("--workspace", workspace.slug, "--labels", "x.csv")
