"""The section of the method page about the risk model's own record."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Workspace
from metrics.core.risk.record import Record, Resolved, record_of
from metrics.core.risk.stored_record import record_json
from metrics.models import RiskFit


@pytest.fixture
def reader(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def fitted(workspace: Workspace, record: Record) -> RiskFit:
    """A fit of the workspace that came with this record."""
    counts = dict.fromkeys(("months", "initiatives", "advanced", "abandoned", "inferred", "cases"), 0)
    return RiskFit.objects.create(
        workspace=workspace,
        fitted_at=timezone.now(),
        through=date(2026, 1, 31),
        model_version="test",
        content={},
        record=record_json(record),
        status=record.status,
        base={},
        digest=str(record.resolved.forecasts),
        **counts,
    )


def forecasts(initiatives: int, months: int, *, chance: float = 0.3, censored: int = 0) -> list[Resolved]:
    """Monthly forecasts, of which those of each fourth initiative failed and those of the last ones vanished."""
    return [
        Resolved(
            key=f"i{number}",
            group="",
            made_on=(made := date(2024, 1 + month, 15)),
            resolves_on=made + timedelta(days=365),
            chance=chance if number % 4 else 0.6,
            base_rate=0.4,
            failed=None if number >= initiatives - censored else number % 4 == 0,
            rebuilt=month == 0,
        )
        for number in range(initiatives)
        for month in range(months)
    ]


def shown(reader: Client) -> str:
    text = reader.get("/method/").content.decode()
    return text.split('id="record"')[1].split('id="accounts"')[0]


def test_before_the_first_fit_there_are_no_outcomes(reader: Client) -> None:
    text = shown(reader)
    assert "No outcomes yet. A forecast is judged 12 months after it was made" in text
    assert "<canvas" not in text


def test_a_fit_without_outcomes_says_what_is_missing(reader: Client, workspace: Workspace) -> None:
    fitted(workspace, record_of([]))
    text = shown(reader)
    assert "No outcomes yet." in text
    assert "0 of 10 failures and 0 of 30 initiatives resolved" in text
    assert "The model's own record: not yet tested" in text


def test_the_record_is_shown_with_what_stands_beside_it(reader: Client, workspace: Workspace) -> None:
    fitted(workspace, record_of(forecasts(8, 3, censored=1)))
    text = " ".join(shown(reader).split())
    assert '<dt>Forecasts that came due</dt><dd class="num">21<small>of 7 initiatives; 14 stored when made' in text
    assert '<dt>Of these given up</dt><dd class="num">6<small>of 2 initiatives' in text
    assert '<dt>Out of sight before their date</dt><dd class="num">3<small>of 1 initiative' in text
    assert "by the base rate" in text


@pytest.mark.parametrize(
    ("said", "heading", "sentence"),
    [
        ((0.01, 0.99), "record: learning", "not yet proven"),
        ((0.2, 0.8), "record: calibrated", "did better than your own base rate"),
        ((0.8, 0.2), "record: usual failure rate only", "no better than your own base rate"),
    ],
)
def test_the_words_match_the_state(
    reader: Client, workspace: Workspace, said: tuple[float, float], heading: str, sentence: str
) -> None:
    # Of the one half a fifth fails, of the other four fifths.
    rows = forecasts(100, 1)
    outcomes = [(said[0], number % 5 == 0) if number < 50 else (said[1], number % 5 > 0) for number in range(100)]
    told = [replace(row, chance=chance, failed=failed) for row, (chance, failed) in zip(rows, outcomes, strict=True)]
    fitted(workspace, record_of(told))
    text = shown(reader)
    assert heading in text
    assert sentence in text


def test_the_newest_fit_counts(reader: Client, workspace: Workspace) -> None:
    fitted(workspace, record_of(forecasts(8, 3)))
    fitted(workspace, record_of([]))
    assert "No outcomes yet." in shown(reader)


def test_the_chart_and_its_table_hold_the_same_bins(reader: Client, workspace: Workspace) -> None:
    fitted(workspace, record_of(forecasts(40, 1)))
    chart = reader.get("/method/").context["record"].chart
    assert [(row["said"], row["came"]) for row in chart.data["rows"]] == [(0.3, 0), (0.6, 1)]
    assert [[cell.text for cell in row][:2] for row in chart.rows] == [["30%", "0%"], ["60%", "100%"]]


def test_rows_go_by_the_day_of_the_forecast_newest_first(reader: Client, workspace: Workspace) -> None:
    fitted(workspace, record_of(forecasts(4, 3)))
    origins = reader.get("/method/").context["record"].origins
    assert [origin.day for origin in origins] == ["Mar 15, 2024", "Feb 15, 2024", "Jan 15, 2024"]
    assert origins[0].cells[:3] == ("4", "1", "0")


def test_a_stranger_does_not_see_it(client: Client, workspace: Workspace, stranger: Membership) -> None:
    fitted(workspace, record_of(forecasts(40, 1)))
    client.force_login(stranger.user)
    assert "No outcomes yet." in shown(client)


def test_a_longer_record_takes_no_more_queries(reader: Client, workspace: Workspace) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            reader.get("/method/")
        return len(captured)

    reader.get("/method/")
    before: Any = queries()
    fitted(workspace, record_of(forecasts(40, 12)))
    assert queries() == before
