"""A history whose causes carry no signal: the product says so, and shows the usual rate alone on every way out."""

import random
import re
from collections.abc import Iterator, Mapping
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Workspace
from metrics.core.periods import add_months
from metrics.core.risk.factors import Cause
from metrics.core.risk.model import NO_HELP
from metrics.models import CurrentSnapshot, RiskFit
from metrics.services import sweep
from tests.calls import Api, api_of
from tests.factories import make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
CAUSES = tuple(cause.value for cause in Cause)
INITIATIVES, SEED = 60, 7
LEAVES_A_MONTH, FAILS = 0.06, 0.5
WORDS = "The causes have not helped, so only the base rate is shown."


def told(today: date) -> Iterator[dict[str, Any]]:
    """Pilots of the last four years, each cause in hand or severe; whether, when and how one ends is drawn without
    looking at them or at the time it took."""
    lots = random.Random(SEED)  # noqa: S311
    for number in range(INITIATIVES):
        begun = add_months(today, -lots.randrange(14, 48))
        scores = [lots.choice(("-1", "1")) for _ in CAUSES]
        months = (add_months(begun, month) for month in range(1, 60))
        ended = next((day for day in months if day >= today or lots.random() < LEAVES_A_MONTH), today)
        to = "abandoned" if lots.random() < FAILS else "production"
        yield {"key": f"i{number}", "begun": begun, "scores": scores, "end": (to, ended) if ended < today else None}


def files(today: date) -> dict[str, str]:
    """The three files that such a history is imported from."""
    rows = list(told(today))
    stages = [f"{row['key']},pilot,{row['begun']}" for row in rows]
    stages += [f"{row['key']},{row['end'][0]},{row['end'][1]}" for row in rows if row["end"]]
    scores = [f"{row['key']},{row['begun']},{','.join(row['scores'])}" for row in rows]
    return {
        "initiatives": "\n".join(["key,name", *(f"{row['key']},Pilot {row['key']}" for row in rows)]),
        "stages": "\n".join(["initiative,to,effective_on", *stages]),
        "assessments": "\n".join([f"initiative,on,{','.join(CAUSES)}", *scores]),
    }


@pytest.fixture
def judged(workspace: Workspace, tmp_path: Path) -> Workspace:
    """The workspace after the import and one sweep."""
    for kind, text in files(timezone.now().date()).items():
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        call_command("import_records", kind, str(path), "--workspace", workspace.slug, stdout=StringIO())
    sweep(now=timezone.now())
    return workspace


def open_ones(workspace: Workspace) -> dict[str, Any]:
    """The stored risk of those that are still open, by key."""
    rows = CurrentSnapshot.objects.filter(workspace=workspace, abandoned_12m__isnull=False)
    return {row.initiative.key: row.snapshot.risk for row in rows.select_related("initiative", "snapshot")}


def test_a_record_long_enough_to_judge_by_finds_no_skill_and_says_so(judged: Workspace) -> None:
    record = RiskFit.objects.get().record
    assert record["resolved"]["initiatives"] >= 30
    assert record["failures"]["initiatives"] >= 10
    assert float(record["skill"]["value"]) <= 0
    assert record["rebuilt"] == record["resolved"]["forecasts"]
    page = signed_in(make_member(judged, Role.MANAGER)).get("/method/").content.decode()
    assert "record: usual failure rate only" in page
    assert WORDS in page


def test_every_way_out_shows_the_usual_rate_alone_whatever_the_scores(judged: Workspace) -> None:
    risks = open_ones(judged)
    assert len(risks) > 1
    for name in ("never_in_production", "abandoned_12m", "base_rate"):
        assert len({str(risk[name]) for risk in risks.values()}) == 1
    key, stored = next(iter(risks.items()))
    assert stored["never_in_production"] == stored["base_rate"]
    _api_gives_no_reasons(api_of(judged, Role.EXECUTIVE), key, stored)
    reader = signed_in(make_member(judged, Role.MANAGER))
    _page_names_no_points(reader.get(f"/initiatives/{key}/").content.decode())
    rates = re.findall(r'<b data-l="Abandon risk">([^<]+)<', reader.get("/initiatives/?columns=risk").content.decode())
    assert len(rates) > 1
    assert len(set(rates)) == 1


def _api_gives_no_reasons(api: Api, key: str, stored: Mapping[str, Any]) -> None:
    risk = api.get(f"initiatives/{key}/risk/").json()
    assert (risk["status"], risk["contributions"]) == ("base_rate_only", [])
    for name in ("never_in_production", "abandoned_12m", "base_rate"):
        assert risk[name]["value"] == stored[name]["value"]


def _page_names_no_points(page: str) -> None:
    assert NO_HELP in page
    assert "From published rates" not in page
    assert " pts" not in page
