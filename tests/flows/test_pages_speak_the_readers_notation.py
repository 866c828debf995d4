"""Each preference holds on every page of the sample: notation, length of amounts, time zone, theme, shortcuts."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.choices import Role
from accounts.models import Membership, Workspace
from config.sample import history, load
from metrics.models import CurrentSnapshot
from portfolio.models import Kpi

NOW = datetime(2026, 11, 22, 21, tzinfo=UTC)
PATHS = (
    "/", "/initiatives/", "/initiatives/?columns=status,roi,chance,net,plan,to_date,risk,recorded", "/risk/",
    "/initiatives/{key}/", "/initiatives/{key}/value/", "/initiatives/{key}/history/",
    "/initiatives/{key}/business-case/", "/initiatives/{key}/drivers/", "/initiatives/{key}/costs/",
    "/initiatives/{key}/kpis/", "/initiatives/{key}/kpis/{kpi}/readings/", "/initiatives/{key}/kpis/{kpi}/proof/",
    "/initiatives/{key}/mitigations/", "/initiatives/{key}/evidence/", "/initiatives/{key}/risk/integration/",
    "/figures/{snapshot}-cost_to_date/", "/figures/{snapshot}-roi_forecast/", "/alerts/", "/audit/", "/settings/",
    "/settings/prices/", "/settings/periods/", "/settings/effect/discount_rate/", "/me/preferences/", "/method/",
)  # fmt: skip
WRITTEN_BY_HAND = {
    "a date as computers write it": re.compile(r"\b20\d\d-\d\d-\d\d\b"),
    "an English date": re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}, 20\d\d"),
    "English digit groups": re.compile(r"(?<![\d.,])[1-9]\d{0,2},\d{3}(?![\d,])"),
    "an English decimal": re.compile(r"(?<![\d.])\d+\.\d{1,2}(?![\d.])"),
    "a hyphen for a minus": re.compile(r"(?<![\w-])-\d"),
    "a sign before the amount": re.compile(r"[€$£]\d"),
    "another zone": re.compile(r"\b(?:UTC|EST|EDT)\b"),
}
PROSE = {(path, "an English decimal") for path in ("/initiatives/{key}/drivers/", "/method/")}
"""Explanations that name numbers of published studies."""
EXAMPLES_TO_TYPE = re.compile(r"such as \d{4}-\d\d-\d\d|\d{4}-\d\d-\d\d \d+")
NOT_TEXT = re.compile(r"<(script|style|option|code|pre|textarea|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Workspace]:
    """The sample with its figures."""
    with django_db_blocker.unblock(), transaction.atomic():
        workspace = load.load(now=NOW, password="not-a-secret-of-anyone")
        history.work_out(workspace=workspace, now=NOW)
        yield workspace
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def pages(sample: Workspace) -> dict[str, str]:
    """Every page as a German reader in Tokyo gets it, dark, with amounts written out and without shortcuts."""
    member = Membership.objects.get(workspace=sample, role=Role.ADMIN)
    member.user.locale, member.user.time_zone, member.user.theme = "de", "Asia/Tokyo", "dark"
    member.user.has_full_amounts, member.user.has_shortcuts = True, False
    member.user.save()
    client = Client()
    client.force_login(member.user)
    current = CurrentSnapshot.objects.select_related("initiative").get(initiative__key="claims-triage")
    kpi = Kpi.objects.filter(initiative=current.initiative).earliest("pk")
    names = {"key": "claims-triage", "kpi": kpi.pk, "snapshot": current.snapshot_id}
    return {path: client.get(path.format(**names)).content.decode() for path in PATHS}


def text_of(page: str) -> str:
    """What a reader reads, without what stands in fields and charts."""
    inside = page[page.index("<main") :]
    return html.unescape(EXAMPLES_TO_TYPE.sub("", NOT_TEXT.sub(" ", inside)))


@pytest.mark.parametrize("fault", WRITTEN_BY_HAND)
def test_no_page_writes_a_number_or_a_day_by_hand(pages: dict[str, str], fault: str) -> None:
    found = {
        path: WRITTEN_BY_HAND[fault].findall(text_of(page))[:3]
        for path, page in pages.items()
        if (path, fault) not in PROSE
    }
    assert {path: texts for path, texts in found.items() if texts} == {}


def test_the_preferred_theme_holds_on_every_page(pages: dict[str, str]) -> None:
    assert [path for path, page in pages.items() if '<html lang="en" data-theme="dark">' not in page] == []


def test_shortcuts_that_are_off_are_off_on_every_page(pages: dict[str, str]) -> None:
    assert [path for path, page in pages.items() if "data-shortcuts" in page] == []


@pytest.mark.parametrize("path", ["/initiatives/", "/initiatives/{key}/value/", "/initiatives/{key}/business-case/"])
def test_amounts_in_tables_are_written_out_on_every_page_of_tables(pages: dict[str, str], path: str) -> None:
    cells = re.findall(r"<td[^>]*>(.*?)</td>", pages[path], re.DOTALL)
    assert [cell for cell in cells if "Mio." in NOT_TEXT.sub("", cell)] == []


def test_instants_are_told_in_the_readers_zone(pages: dict[str, str]) -> None:
    assert "JST" in pages["/audit/"]
