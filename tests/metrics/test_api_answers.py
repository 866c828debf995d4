"""What the API answers about figures is what its OpenAPI document says, and nothing beside it."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from jsonschema import Draft202012Validator

from accounts.models import Workspace
from metrics.models import CurrentSnapshot, Snapshot
from tests.calls import api_of
from tests.factories import NOW
from tests.metrics.made_up import made_up_portfolio

KEPT = "initiatives/{key}/"
PATHS = (f"{KEPT}roi/", f"{KEPT}risk/", f"{KEPT}snapshots/", "portfolio/", "figures/{figure}/")


@pytest.fixture
def effect(workspace: Workspace) -> Snapshot:
    """Figures that hold the effect on a KPI."""
    with time_machine.travel(NOW, tick=False):
        made_up_portfolio(workspace)
    rows = CurrentSnapshot.objects.select_related("snapshot__initiative")
    return next(row.snapshot for row in rows if row.snapshot.effects)


def closed(schema: Any) -> Any:
    """The schema with no property beside those that it names."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {"additionalProperties": False} if schema.get("type") == "object" and "properties" in schema else {}
    return shut | {name: closed(part) for name, part in schema.items()}


def test_answers_about_figures_are_those_of_the_document(
    client: Client, workspace: Workspace, effect: Snapshot
) -> None:
    document = closed(client.get("/api/v1/openapi.json").json())
    figures = ("cost_to_date", "net", "year.net_plan", "risk.base_rate", f"effect.{effect.effects[0]['kpi']}")
    wanted = [(path, path.format(key=effect.initiative.key)) for path in PATHS[:-1]]
    wanted += [(PATHS[-1], f"figures/{effect.pk}-{name}/") for name in figures]
    api, astray = api_of(workspace), []
    for path, url in wanted:
        content = document["paths"][f"/api/v1/{path}"]["get"]["responses"]["200"]["content"]
        schema = {**content["application/json"]["schema"], "components": document["components"]}
        found = Draft202012Validator(schema).iter_errors(api.get(url).json())
        astray += [(url, error.json_path, error.message) for error in found]
    assert astray == []
