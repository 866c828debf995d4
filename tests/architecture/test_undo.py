"""What a click does at once can be undone, or takes nothing away: pages that act without asking are listed here."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.choices import Role
from accounts.models import Workspace
from tests.factories import make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
OFFERS_UNDO = {"acknowledge_alert", "digest_subscription"}
UNDOES = {"undo", "kpi_restore", "reactivate_person", "undo_answer", "resume_digest"}
TAKES_NOTHING_AWAY = {"choose_theme", "switch_workspace", "send_test_digest", "load_sample"}
SHOWS_WHAT_IT_WILL_DO = {"choose_alerts"}
ARGUMENTS = (
    {}, {"pk": 1}, {"key": "x"}, {"key": "x", "pk": 1}, {"key": "x", "token": "x"}, {"token": "x"}, {"name": "x"},
    {"key": "x", "name": "cost"}, {"key": "x", "kpi_pk": 1, "pk": 1}, {"key": "x", "version": 1}, {"kind": "costs"},
)  # fmt: skip


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif pattern.name and "api" not in str(pattern.lookup_str):
            yield pattern.name


def address(name: str) -> str | None:
    for arguments in ARGUMENTS:
        try:
            return reverse(name, kwargs=arguments)
        except NoReverseMatch:
            continue
    return None


def test_every_page_that_acts_without_asking_is_undone_or_takes_nothing_away(workspace: Workspace) -> None:
    client: Client = signed_in(make_member(workspace, Role.ADMIN))
    found = {name for name in names(get_resolver().url_patterns) if (url := address(name)) and _only_posts(client, url)}
    assert found == OFFERS_UNDO | UNDOES | TAKES_NOTHING_AWAY | SHOWS_WHAT_IT_WILL_DO


def _only_posts(client: Client, url: str) -> bool:
    return client.get(url).status_code == 405
