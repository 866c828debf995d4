"""Loading the sample: through the services, once, and marked as made up."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Membership, Workspace
from config.sample import load, sign_in
from portfolio.choices import Basis
from portfolio.models import BenefitLine, CostLine, ExchangeRate, Fact, Initiative, Reading, StageChange

PASSWORD = "not-a-secret-of-anyone"


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker):
    """The sample workspace, loaded once for the whole module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load.load(now=timezone.now(), password=PASSWORD)
        transaction.set_rollback(True)


def live(model, workspace):
    return model.objects.live().filter(workspace=workspace)


def test_workspace_says_that_it_is_made_up(sample):
    assert sample.is_sample
    assert sample.name.endswith("(sample)")


def test_twelve_initiatives_stand_in_their_last_stage(sample):
    stages = dict(Initiative.objects.filter(workspace=sample).values_list("key", "stage"))
    assert len(stages) == 12
    assert (stages["claims-triage"], stages["marketing-studio"], stages["voice-intake"]) == (
        "scaled",
        "pilot",
        "abandoned",
    )


def test_every_role_has_a_person_who_can_sign_in(sample):
    members = Membership.objects.filter(workspace=sample, is_active=True).select_related("user")
    assert {member.role for member in members} == set(Role)
    assert all(member.user.check_password(PASSWORD) for member in members)


def test_benefits_are_confirmed_by_finance_with_evidence(sample):
    confirmed = live(BenefitLine, sample).filter(confirmed_at__isnull=False).select_related("confirmed_by")
    assert {line.confirmed_by.email for line in confirmed} == {"finance@sample.hurdle.local"}
    assert all(line.evidence for line in confirmed)


def test_all_facts_are_declared_history(sample):
    for model in Fact.__subclasses__():
        assert not model.objects.filter(workspace=sample, declared_history=False).exists(), model


def test_forecast_of_last_quarter_is_superseded_by_the_new_one(sample):
    replaced = CostLine.objects.filter(workspace=sample, basis=Basis.FORECAST, superseded_at__isnull=False)
    assert set(replaced.values_list("supersede_reason", flat=True)) == {"New forecast"}


def test_every_foreign_flow_so_far_has_a_rate_at_most_a_week_older(sample):
    days = {base: sorted(_rate_days(sample, base)) for base in ("EUR", "GBP")}
    for model in (CostLine, BenefitLine):
        flows = live(model, sample).filter(basis=Basis.ACTUAL).exclude(currency="USD")
        for currency, on in flows.values_list("currency", "on").distinct():
            ages = [(on - day).days for day in days[currency] if day <= on]
            assert ages, f"{currency} {on}"
            assert min(ages) <= 7, f"{currency} {on}"


def _rate_days(sample, base):
    return live(ExchangeRate, sample).filter(base=base).values_list("on", flat=True)


def test_units_form_a_tree_under_one_root(sample):
    assert [unit.name for unit in sample.units.filter(parent=None)] == ["Northwind Mutual"]


def test_control_series_stands_beside_the_treated_one(sample):
    series = live(Reading, sample).filter(kpi__key="fraud-stopped").values_list("series", flat=True)
    assert set(series) == {"treated", "Ireland, not in use"}


def test_history_of_stages_is_kept_in_order_of_learning(sample):
    for change in live(StageChange, sample):
        assert change.on <= change.recorded_at.date()


@pytest.mark.django_db
def test_command_prints_a_sign_in_that_works_and_keeps_it(settings, tmp_path, client):
    settings.DATA_DIR = tmp_path
    out = StringIO()
    call_command("load_sample", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert client.login(username=answer["email"], password=answer["password"])
    assert sign_in.kept(tmp_path) == {"email": answer["email"], "password": answer["password"]}
    assert (tmp_path / sign_in.FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_second_load_changes_nothing_and_says_so():
    Workspace.objects.create(slug="sample", name="Northwind Mutual (sample)", currency="USD")
    out = StringIO()
    call_command("load_sample", stdout=out)
    assert "there already" in out.getvalue()
    assert not Initiative.objects.exists()


@pytest.mark.django_db
def test_synthetic_portfolio_has_the_size_asked_for_and_is_made_up():
    out = StringIO()
    call_command("load_synthetic", initiatives=20, months=12, seed=7, json=True, stdout=out)
    rows = json.loads(out.getvalue())["rows"]
    workspace = Workspace.objects.get(slug="synthetic")
    assert workspace.is_sample
    assert Initiative.objects.filter(workspace=workspace).count() == rows["initiatives"] == 20
    assert CostLine.objects.filter(workspace=workspace).count() == rows["costline"] > 0


@pytest.mark.django_db
def test_same_seed_gives_the_same_synthetic_amounts():
    for slug in ("first", "second"):
        call_command("load_synthetic", initiatives=5, months=12, seed=7, workspace=slug, stdout=StringIO())
    first, second = (
        list(CostLine.objects.filter(workspace__slug=slug).order_by("id").values_list("on", "amount", "currency"))
        for slug in ("first", "second")
    )
    assert first == second


@pytest.mark.django_db
def test_synthetic_portfolio_is_not_poured_over_another_one():
    call_command("load_synthetic", initiatives=2, months=6, stdout=StringIO())
    with pytest.raises(CommandError, match="holds initiatives already"):
        call_command("load_synthetic", initiatives=2, months=6, stdout=StringIO())
