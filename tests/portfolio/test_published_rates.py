"""Choosing which published failure rates count."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.utils import InternalError

from accounts.access import Forbidden
from accounts.choices import Role
from accounts.models import Workspace
from metrics.core.risk.published import COMPARABLE_CODES, DEFAULT_CODES
from metrics.inputs.published_rates import choices_of, rates_on
from portfolio.models import PublishedRateChoice
from portfolio.services.locks import lock_period
from portfolio.services.published_rates import choose_rates
from tests.factories import NOW, actor, make_workspace

pytestmark = pytest.mark.django_db
IDC = "idc_lenovo_2025_pocs"
WITHOUT_IDC = DEFAULT_CODES - {IDC}
LATER = NOW + timedelta(days=1)


def choose(workspace: Workspace, codes=WITHOUT_IDC, role=Role.ADMIN, now=NOW, reason="Open ones count as failed."):
    return choose_rates(actor=actor(workspace, role), now=now, codes=codes, offered=COMPARABLE_CODES, reason=reason)


def test_without_a_choice_the_default_counts(workspace: Workspace) -> None:
    assert rates_on(workspace, None) == DEFAULT_CODES


def test_a_choice_counts_from_its_moment_on(workspace: Workspace) -> None:
    choose(workspace)
    assert rates_on(workspace, None) == WITHOUT_IDC
    assert rates_on(workspace, NOW) == DEFAULT_CODES
    assert rates_on(workspace, LATER) == WITHOUT_IDC


def test_a_later_choice_takes_the_place_of_the_earlier_one_and_both_stay(workspace: Workspace) -> None:
    choose(workspace)
    choose(workspace, codes=DEFAULT_CODES, now=LATER, reason="Back again.")
    assert rates_on(workspace, None) == DEFAULT_CODES
    assert rates_on(workspace, LATER) == WITHOUT_IDC
    last, first = choices_of(workspace)
    assert (last.switched_on, last.switched_off, last.reason) == ({IDC}, frozenset(), "Back again.")
    assert (first.switched_on, first.switched_off) == (frozenset(), {IDC})


def test_figures_are_due_again_after_a_choice_and_not_after_the_same_again(workspace: Workspace) -> None:
    for _ in range(2):
        choose(workspace)
    workspace.refresh_from_db()
    assert workspace.settings_version == 2
    assert PublishedRateChoice.objects.count() == 1


def test_a_choice_of_another_workspace_counts_there_alone(workspace: Workspace) -> None:
    choose(make_workspace("other"))
    assert rates_on(workspace, None) == DEFAULT_CODES


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FINANCE, Role.EXECUTIVE, Role.INTEGRATOR])
def test_only_administrators_choose(workspace: Workspace, role: Role) -> None:
    with pytest.raises(Forbidden):
        choose(workspace, role=role)


@pytest.mark.parametrize(
    ("codes", "field", "words"),
    [
        ([IDC], "codes", "at least 2 rows"),
        ([IDC, IDC], "codes", "at least 2 rows"),
        ([], "codes", "at least 2 rows"),
        ([*WITHOUT_IDC, "of_nobody"], "codes", "of_nobody"),
        ([*WITHOUT_IDC, "sp_global_2025_companies"], "codes", "sp_global_2025_companies"),
    ],
)
def test_rows_that_cannot_count_are_refused(workspace: Workspace, codes, field: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        choose(workspace, codes=codes)
    assert words in refused.value.message_dict[field][0]
    assert not PublishedRateChoice.objects.exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 401])
def test_a_choice_needs_a_reason_that_can_be_kept(workspace: Workspace, reason: str) -> None:
    with pytest.raises(ValidationError) as refused:
        choose(workspace, reason=reason)
    assert list(refused.value.message_dict) == ["reason"]


def test_a_choice_of_a_closed_month_gives_way(workspace: Workspace) -> None:
    choose(workspace)
    july = NOW + timedelta(days=30)
    lock_period(actor=actor(workspace, Role.FINANCE), now=july, through=date(2026, 6, 30))
    choose(workspace, codes=DEFAULT_CODES, now=july, reason="Back again.")
    assert rates_on(workspace, None) == DEFAULT_CODES


def test_the_database_refuses_a_single_row(workspace: Workspace) -> None:
    choice = PublishedRateChoice(workspace=workspace, on=NOW.date(), recorded_at=NOW, codes=[IDC], reason="No.")
    with pytest.raises(IntegrityError), transaction.atomic():
        choice.save()


def test_a_choice_is_never_edited(workspace: Workspace) -> None:
    choose(workspace)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        PublishedRateChoice.objects.update(codes=sorted(DEFAULT_CODES))


def test_codes_that_are_known_no_longer_do_not_count(workspace: Workspace) -> None:
    gone = {*WITHOUT_IDC, "of_an_earlier_release"}
    choose_rates(actor=actor(workspace), now=NOW, codes=gone, offered=gone, reason="As it was then.")
    assert rates_on(workspace, None) == WITHOUT_IDC
