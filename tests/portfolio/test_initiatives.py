"""Writing initiatives, stages and KPIs."""

import pytest
from django.core.exceptions import ValidationError

from accounts.access import Actor
from accounts.models import Membership, Workspace
from portfolio.models import Initiative, Kpi
from portfolio.services.initiatives import archive_initiative, create_initiative, update_initiative
from portfolio.services.kpis import update_kpi
from portfolio.services.stages import change_stage
from tests.factories import NOW, day, make_initiative, make_kpi


def move(initiative: Initiative, to: str, on: str) -> None:
    change_stage(actor=Actor.system(initiative.workspace), initiative=initiative, now=NOW, to=to, effective_on=day(on))


def test_semantics_20_a_key_is_made_from_the_name_and_unique_by_a_suffix(workspace: Workspace) -> None:
    system = Actor.system(workspace)
    keys = [create_initiative(actor=system, now=NOW, data={"name": "Claims triage"}).key for _ in range(3)]
    assert keys == ["claims-triage", "claims-triage-2", "claims-triage-3"]


def test_semantics_20_a_key_never_changes(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    with pytest.raises(ValidationError, match="never changes"):
        update_initiative(actor=Actor.system(workspace), initiative=initiative, now=NOW, changes={"key": "other"})


def test_a_key_taken_in_the_workspace_is_refused(workspace: Workspace) -> None:
    make_initiative(workspace, "claims")
    with pytest.raises(ValidationError) as refused:
        make_initiative(workspace, "claims")
    assert set(refused.value.message_dict) == {"key"}


def test_a_second_primary_kpi_is_refused(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    make_kpi(initiative, primary=True)
    with pytest.raises(ValidationError) as refused:
        make_kpi(initiative, name="Cost per claim", primary=True)
    assert set(refused.value.message_dict) == {"primary"}


def test_a_key_that_is_the_address_of_a_page_is_refused(workspace: Workspace) -> None:
    with pytest.raises(ValidationError) as refused:
        make_initiative(workspace, "new")
    assert set(refused.value.message_dict) == {"key"}


def test_the_owner_named_is_matched_to_a_member(workspace: Workspace, owner: Membership) -> None:
    assert make_initiative(workspace, owner="owner@acme.example").owner_user == owner.user


def test_a_member_of_another_workspace_is_never_matched(workspace: Workspace, stranger: Membership) -> None:
    assert make_initiative(workspace, owner="stranger@other.example").owner_user is None


def test_an_unknown_field_is_refused_by_name(workspace: Workspace) -> None:
    with pytest.raises(ValidationError) as refused:
        make_initiative(workspace, budgett=1)
    assert set(refused.value.message_dict) == {"budgett"}


def test_the_stage_is_that_of_the_latest_change(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    move(initiative, "production", "2026-05-01")
    move(initiative, "pilot", "2026-02-01")
    assert (initiative.stage, initiative.stage_since) == ("production", day("2026-05-01"))


@pytest.mark.parametrize(
    ("changes", "since"),
    [
        ([("pilot", "2026-02-01"), ("pilot", "2026-05-01")], "2026-02-01"),
        ([("pilot", "2026-02-01"), ("development", "2026-03-01"), ("pilot", "2026-05-01")], "2026-05-01"),
        ([("pilot", "2026-05-01"), ("idea", "2026-01-01"), ("pilot", "2026-02-01")], "2026-02-01"),
    ],
)
def test_a_stage_recorded_again_is_one_stay(workspace: Workspace, changes: list[tuple[str, str]], since: str) -> None:
    initiative = make_initiative(workspace)
    for to, on in changes:
        move(initiative, to, on)
    assert (initiative.stage, initiative.stage_since) == ("pilot", day(since))


def test_going_back_is_allowed_and_recorded(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    move(initiative, "production", "2026-04-01")
    move(initiative, "pilot", "2026-05-01")
    assert (initiative.stage, initiative.stage_changes.count()) == ("pilot", 2)


def test_what_was_in_production_cannot_be_abandoned(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    move(initiative, "production", "2026-04-01")
    with pytest.raises(ValidationError, match="retired"):
        move(initiative, "abandoned", "2026-05-01")


def test_an_unknown_stage_is_refused(workspace: Workspace) -> None:
    with pytest.raises(ValidationError) as refused:
        move(make_initiative(workspace), "launched", "2026-04-01")
    assert set(refused.value.message_dict) == {"to"}


def test_the_history_of_an_initiative_is_kept_by_the_database(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    Initiative.objects.filter(pk=initiative.pk).update(name="Renamed past every service")
    assert (
        list(initiative.history.order_by("pgh_id").values_list("name", flat=True))[-1] == "Renamed past every service"
    )


def test_a_kpi_has_one_target_per_day(workspace: Workspace) -> None:
    target = {"on": day("2026-12-31"), "value": 8}
    with pytest.raises(ValidationError, match="same day"):
        make_kpi(make_initiative(workspace), targets=[target, target])


def test_a_value_per_unit_needs_its_currency(workspace: Workspace) -> None:
    with pytest.raises(ValidationError, match="currency"):
        make_kpi(make_initiative(workspace), value_per_unit={"amount": 12})


def test_a_kpi_shared_no_longer_moves_the_initiative_that_lost_it(workspace: Workspace) -> None:
    sharer = make_initiative(workspace, "sharer")
    kpi = make_kpi(make_initiative(workspace, "owner"), shared_with=["sharer"])
    before = Initiative.objects.get(pk=sharer.pk).inputs_version
    update_kpi(actor=Actor.system(workspace), kpi=kpi, now=NOW, changes={"shared_with": []})
    assert Initiative.objects.get(pk=sharer.pk).inputs_version > before
    assert Kpi.objects.get(pk=kpi.pk).shared_with.count() == 0


def test_semantics_21_deleting_an_initiative_keeps_its_records(workspace: Workspace) -> None:
    initiative = make_initiative(workspace)
    move(initiative, "pilot", "2026-02-01")
    archive_initiative(actor=Actor.system(workspace), initiative=initiative, now=NOW)
    assert (Initiative.objects.get().archived_at, initiative.stage_changes.count()) == (NOW, 1)
