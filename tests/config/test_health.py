"""What /healthz and /readyz say."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from accounts.models import Workspace
from config import health
from config.tasks import heartbeat
from portfolio.models import ImportJob

pytestmark = pytest.mark.django_db


def checks(client: Client) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(client.get("/readyz").content)["checks"]
    return found


def test_process_answers_to_any_host_name(client: Client) -> None:
    answer = client.get("/healthz", headers={"host": "10.1.2.3"})
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready_after_a_heartbeat(client: Client) -> None:
    heartbeat(unknown_later_argument=1)
    answer = client.get("/readyz", headers={"host": "10.1.2.3"})
    assert answer.status_code == 200, answer.content


def test_not_ready_without_a_heartbeat(client: Client) -> None:
    cache.delete(health.HEARTBEAT)
    assert client.get("/readyz").status_code == 503
    assert checks(client)["scheduler"]["ok"] is False


def test_not_ready_when_the_heartbeat_is_old(client: Client) -> None:
    cache.set(health.HEARTBEAT, timezone.now() - health.HEARTBEAT_LIMIT - timedelta(seconds=1))
    assert checks(client)["scheduler"]["ok"] is False


def test_not_ready_while_a_migration_waits(client: Client) -> None:
    heartbeat()
    MigrationRecorder(connection).record_unapplied("accounts", "0001_initial")
    assert checks(client)["migrations"]["detail"] == "migrations not applied: 1"


def test_not_ready_when_the_broker_is_gone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    heartbeat()
    monkeypatch.setattr(
        health, "app", health.app.__class__("other", broker="redis://127.0.0.1:1/0", set_as_current=False)
    )
    assert checks(client)["broker"]["detail"] == "the broker does not answer"


def test_not_ready_when_an_import_waits_for_long(client: Client, workspace: Workspace) -> None:
    queued = timezone.now() - timedelta(minutes=21)
    ImportJob.objects.create(
        workspace=workspace, kind="costs", filename="a.csv", content=b"x", created_at=queued, queued_at=queued
    )
    assert checks(client)["work"]["detail"] == "the oldest waiting work is 21 minutes late"
