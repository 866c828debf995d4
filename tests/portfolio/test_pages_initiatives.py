"""Recording an initiative on pages: new, change, archive, stage, assessment, events."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import Initiative
from portfolio.services.assessments import record_assessment
from tests.factories import NOW, day, make_initiative, make_member

pytestmark = pytest.mark.django_db
NEW = {"name": "Claims triage", "stage": "idea", "currency": "EUR", "horizon_months": "36"}


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def chosen(page: str, name: str) -> list[str]:
    """The values of the radio buttons of this name that are on."""
    return re.findall(rf'<input type="radio" name="{name}" value="([^"]*)"[^>]* checked>', page)


@pytest.fixture
def admin(workspace: Workspace) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN))


def test_a_name_is_enough_for_an_initiative(admin: Client) -> None:
    response = admin.post("/initiatives/new/", NEW)
    initiative = Initiative.objects.get()
    assert response.headers["Location"] == "/initiatives/claims-triage/start/"
    assert (initiative.name, initiative.owner, initiative.stage) == ("Claims triage", "admin", "idea")


def test_a_template_fills_in_what_it_knows(admin: Client) -> None:
    page = admin.get("/initiatives/new/?template=forecasting").content.decode()
    assert 'value="Forecasting"' in page


def test_an_initiative_may_begin_in_a_later_stage(admin: Client) -> None:
    admin.post("/initiatives/new/", {**NEW, "stage": "pilot", "stage_on": "2026-03-01"})
    initiative = Initiative.objects.get()
    assert (initiative.stage, initiative.stage_since) == ("pilot", date(2026, 3, 1))


def test_a_refused_initiative_keeps_what_was_typed_and_says_so_in_the_title(admin: Client) -> None:
    response = admin.post("/initiatives/new/", {**NEW, "name": "", "summary": "Reads claims", "currency": "EUX"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "<title>Error: New initiative" in page
    assert "There is a problem" in page
    assert "Reads claims" in page
    assert "is not a currency" in page
    assert not Initiative.objects.exists()


def test_what_is_live_needs_its_day_of_go_live(admin: Client) -> None:
    page = admin.post("/initiatives/new/", {**NEW, "stage": "production"}).content.decode()
    assert "Say on which day people began to use it." in page


def test_a_manager_does_not_record_what_they_could_not_change(workspace: Workspace, owner: Membership) -> None:
    page = signed_in(owner).post("/initiatives/new/", {**NEW, "owner": "Somebody else"}).content.decode()
    assert "You could not change it afterwards." in page
    assert not Initiative.objects.exists()


def test_finance_may_read_an_initiative_but_not_change_it(workspace: Workspace, colleague: Membership) -> None:
    make_initiative(workspace)
    response = signed_in(colleague).get("/initiatives/claims/edit/")
    assert response.status_code == 403
    assert "its owner, its sponsor" in response.content.decode()


def test_an_owner_changes_their_initiative(workspace: Workspace, owner: Membership) -> None:
    make_initiative(workspace, owner="owner")
    signed_in(owner).post("/initiatives/claims/edit/", {**NEW, "name": "Triage", "owner": "owner", "tags": "a, b"})
    initiative = Initiative.objects.get()
    assert (initiative.name, initiative.tags) == ("Triage", ["a", "b"])


def test_archiving_asks_first(workspace: Workspace, admin: Client) -> None:
    make_initiative(workspace)
    assert "Keep it" in admin.get("/initiatives/claims/archive/").content.decode()
    assert Initiative.objects.get().archived_at is None
    admin.post("/initiatives/claims/archive/")
    assert Initiative.objects.get().archived_at is not None


def test_semantics_6_entering_production_without_go_live_asks_for_it_and_offers_the_stages_date(
    workspace: Workspace, admin: Client
) -> None:
    make_initiative(workspace)
    sent = {"to": "production", "effective_on": "2026-05-04"}
    page = admin.post("/initiatives/claims/stage/", sent).content.decode()
    assert "Say when people began to use it." in page
    assert 'name="go_live" value="2026-05-04"' in page
    assert Initiative.objects.get().stage == "idea"
    admin.post("/initiatives/claims/stage/", {**sent, "go_live": "2026-05-04"})
    initiative = Initiative.objects.get()
    assert (initiative.stage, initiative.go_live) == ("production", date(2026, 5, 4))


def test_a_rollout_may_begin_before_anybody_uses_it(workspace: Workspace, admin: Client) -> None:
    make_initiative(workspace)
    sent = {"to": "rollout", "effective_on": "2026-05-04"}
    assert admin.post("/initiatives/claims/stage/", sent).status_code == 400
    admin.post("/initiatives/claims/stage/", {**sent, "not_live_yet": "on"})
    assert Initiative.objects.get().stage == "rollout"


def test_a_stage_in_the_future_is_refused_and_nothing_is_kept(workspace: Workspace, admin: Client) -> None:
    make_initiative(workspace)
    sent = {"to": "production", "effective_on": "2099-05-04", "go_live": "2026-05-04"}
    assert "lies ahead" in admin.post("/initiatives/claims/stage/", sent).content.decode()
    assert Initiative.objects.get().go_live is None


def test_an_assessment_is_begun_from_the_last_one(workspace: Workspace, admin: Client) -> None:
    initiative = make_initiative(workspace)
    sent = {"on": "2026-05-04", "integration": "0.5", "workforce": "-1", "evidence": "Asked the plant"}
    admin.post("/initiatives/claims/assessment/", sent)
    assert initiative.assessments.get().scores == {"integration": "0.5", "workforce": "-1"}
    page = admin.get("/initiatives/claims/assessment/").content.decode()
    assert chosen(page, "integration") == ["0.5"]
    assert chosen(page, "workforce") == ["-1"]
    assert chosen(page, "data_licensing") == [""]
    assert "Asked the plant" in page


def test_an_assessment_without_a_score_is_refused(workspace: Workspace, admin: Client) -> None:
    make_initiative(workspace)
    assert (
        "Score at least one cause."
        in admin.post("/initiatives/claims/assessment/", {"on": "2026-05-04"}).content.decode()
    )


def test_an_event_is_recorded_and_listed(workspace: Workspace, admin: Client) -> None:
    initiative = make_initiative(workspace)
    admin.post("/initiatives/claims/events/", {"on": "2026-05-04", "kind": "market", "note": "Prices rose"})
    assert initiative.events.get().on == day("2026-05-04")
    assert "Prices rose" in admin.get("/initiatives/claims/events/").content.decode()


def test_numbers_are_read_as_the_reader_writes_them(workspace: Workspace) -> None:
    member = make_member(workspace, Role.ADMIN)
    member.user.locale = "de"
    member.user.save()
    initiative = make_initiative(workspace)
    sent = {"on": "2026-05-04", "amount": "1.234,5", "currency": "EUR", "category": "people", "basis": "actual"}
    signed_in(member).post("/initiatives/claims/costs/", sent)
    assert initiative.costs.get().amount == Decimal("1234.5")


def test_a_score_between_two_steps_is_kept_as_recorded(workspace: Workspace, admin: Client) -> None:
    initiative = make_initiative(workspace)
    row = {"on": date(2026, 5, 4), "scores": {"workforce": "0.3"}}
    record_assessment(actor=Actor.system(workspace), initiative=initiative, now=NOW, row=row)
    page = admin.get("/initiatives/claims/assessment/").content.decode()
    assert chosen(page, "workforce") == ["0.3"]
    assert "As recorded: 0.3" in page


def test_a_key_that_is_taken_is_refused_beside_its_field(workspace: Workspace, admin: Client) -> None:
    make_initiative(workspace)
    page = admin.post("/initiatives/new/", {**NEW, "key": "claims"}).content.decode()
    assert 'id="id_key_error"' in page
    assert Initiative.objects.count() == 1


@pytest.mark.parametrize("key", ["two words", "new", "a/b", "x" * 65, "ключ"])
def test_a_key_that_makes_no_address_is_refused(admin: Client, key: str) -> None:
    assert admin.post("/initiatives/new/", {**NEW, "key": key}).status_code == 400


@pytest.mark.parametrize(
    "fault", [{"horizon_months": "0"}, {"horizon_months": "x"}, {"go_live": "31/12/2026"}, {"name": "\0"}]
)
def test_what_cannot_be_recorded_is_refused(admin: Client, fault: dict[str, str]) -> None:
    assert admin.post("/initiatives/new/", {**NEW, **fault}).status_code == 400
