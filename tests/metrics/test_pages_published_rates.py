"""The published rates on their page: read by everyone, switched by administrators, with the effect told before."""

from collections.abc import Mapping

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Membership, Workspace
from metrics import services
from metrics.core.risk.published import ALL_RATES, DEFAULT_CODES
from metrics.inputs import rates_on
from portfolio.models import PublishedRateChoice
from tests.factories import make_initiative, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/settings/published-rates/"
IDC = "idc_lenovo_2025_pocs"
WITHOUT_IDC = sorted(DEFAULT_CODES - {IDC})
REASON = "Its open proofs of concept count as failed."


@pytest.fixture
def admin(workspace: Workspace) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN))


def text(client: Client, query: Mapping[str, object] | None = None, status: int = 200) -> str:
    answer = client.get(ADDRESS, query or {})
    assert answer.status_code == status
    return answer.content.decode()


def test_everyone_reads_every_row_with_its_kind(owner: Membership) -> None:
    page = text(signed_in(owner))
    assert [rate.code for rate in ALL_RATES if f"{rate.publisher.replace('&', '&amp;')}, {rate.year}" not in page] == []
    assert "8 rows count; none of them is a measurement." in page
    assert "65% (39% to 84%)" in page
    for words in ("Forecast", "Cited only", "No study", "Never use: traced to a conference remark", "secondary copy"):
        assert words in page


def test_only_an_administrator_is_offered_the_switches(owner: Membership, admin: Client) -> None:
    assert 'type="checkbox"' not in text(signed_in(owner))
    assert text(admin).count('type="checkbox"') == len([rate for rate in ALL_RATES if rate.is_comparable])


def test_the_effect_is_told_before_anything_is_saved(workspace: Workspace, admin: Client) -> None:
    make_initiative(workspace)
    services.refresh(workspace=workspace, now=timezone.now())
    page = text(admin, {"preview": 1, "on": WITHOUT_IDC})
    for words in (
        "Off: IDC and Lenovo, 2025",
        "65% (39% to 84%)",
        "60% (34% to 81%)",
        "6.4 of your own closed initiatives",
        "An idea never reaches production",
        "79%",
        "The chances of 1 initiative before production change. The figures of 1 initiative are worked out again.",
    ):
        assert words in page
    assert not PublishedRateChoice.objects.exists()


def test_saving_lets_the_rows_count_and_keeps_who_and_why(workspace: Workspace, admin: Client) -> None:
    assert admin.post(ADDRESS, {"on": WITHOUT_IDC, "reason": REASON}).status_code == 302
    assert rates_on(workspace, None) == set(WITHOUT_IDC)
    page = text(admin)
    assert REASON in page
    assert "<strong>admin</strong>" in page
    assert "Off: IDC and Lenovo, 2025" in page
    assert "7 rows count" in admin.get("/method/").content.decode()


def test_saving_needs_a_reason(admin: Client) -> None:
    answer = admin.post(ADDRESS, {"on": WITHOUT_IDC})
    assert answer.status_code == 400
    assert "What this would do" in answer.content.decode()
    assert not PublishedRateChoice.objects.exists()


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([IDC], "Leave at least 2 rows on"),
        ([], "Leave at least 2 rows on"),
        ([*WITHOUT_IDC, "of_nobody"], "cannot be switched on: of_nobody"),
        ([*WITHOUT_IDC, "sp_global_2025_companies"], "cannot be switched on: sp_global_2025_companies"),
        ([*WITHOUT_IDC, "\0"], "cannot be switched on"),
        (sorted(DEFAULT_CODES), "Nothing would change"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_before_and_while_saving(
    admin: Client, codes: list[str], words: str
) -> None:
    assert words in text(admin, {"preview": 1, "on": codes}, status=400)
    answer = admin.post(ADDRESS, {"on": codes, "reason": REASON})
    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert not PublishedRateChoice.objects.exists()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FINANCE, Role.EXECUTIVE, Role.INTEGRATOR])
def test_nobody_else_may_switch(workspace: Workspace, role: Role) -> None:
    person = signed_in(make_member(workspace, role, "somebody@acme.example"))
    assert person.post(ADDRESS, {"on": WITHOUT_IDC, "reason": REASON}).status_code == 403
    assert not PublishedRateChoice.objects.exists()


def test_a_stranger_sees_and_moves_their_own_choice_alone(
    workspace: Workspace, admin: Client, stranger: Membership
) -> None:
    admin.post(ADDRESS, {"on": WITHOUT_IDC, "reason": REASON})
    assert REASON not in text(signed_in(stranger))
    assert rates_on(stranger.workspace, None) == DEFAULT_CODES


def test_a_forecast_can_count_and_is_called_one(admin: Client) -> None:
    page = text(admin, {"preview": 1, "on": [*sorted(DEFAULT_CODES), "gartner_2024_forecast"]})
    assert "On: Gartner, 2024: at least 30 %" in page
    assert "A forecast, not an outcome" in page


def test_settings_and_methods_lead_to_the_table(owner: Membership) -> None:
    reader = signed_in(owner)
    assert f'href="{ADDRESS}"' in reader.get("/settings/").content.decode()
    assert f'href="{ADDRESS}"' in reader.get("/method/").content.decode()


def test_the_page_is_read_or_posted(owner: Membership) -> None:
    assert signed_in(owner).put(ADDRESS).status_code == 405
