"""The audit trail: every source is in it, nothing of strangers, stable pages, the same rows in the file."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import Workspace
from tests.calls import Api, api_of
from tests.factories import make_initiative, make_member

DAY = "2026-03-01"


@pytest.fixture
def api(workspace: Workspace) -> Api:
    return api_of(workspace)


@pytest.fixture
def finance(workspace: Workspace) -> Client:
    client = Client()
    client.force_login(make_member(workspace, Role.FINANCE).user)
    return client


def entries(api: Api, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"audit/{query}").json()["results"]
    return found


def lines(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/audit/?format=csv{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_a_new_fact_says_who_recorded_what(workspace: Workspace, api: Api) -> None:
    make_initiative(workspace, "one")
    api.post("initiatives/one/costs/", [{"on": DAY, "amount": "1200.5", "currency": "EUR", "category": "people"}])
    found = entries(api, "?kind=cost")
    assert len(found) == 1
    assert (found[0]["act"], found[0]["initiative"]) == ("recorded", "one")
    assert found[0]["by"]["name"] == api.membership.user.name
    assert "€1,200.50" in found[0]["changes"][0]["after"]


def test_a_correction_is_one_row_with_before_after_and_reason(workspace: Workspace, api: Api) -> None:
    make_initiative(workspace, "one")
    api.post("initiatives/one/costs/", [{"on": DAY, "amount": "1200", "currency": "EUR"}])
    pk = api.get("initiatives/one/costs/").json()["results"][0]["id"]
    done = api.patch(f"costs/{pk}/", {"amount": "1300", "reason": "Invoice came"}, "*")
    assert done.status_code == 200
    found = entries(api, "?kind=cost")
    assert [each["act"] for each in found] == ["corrected", "recorded"]
    assert found[0]["reason"] == "Invoice came"
    assert found[0]["changes"] == [{"field": "amount", "before": "€1,200.00", "after": "€1,300.00"}]
