"""Any snapshot comes out the same, whatever is corrected, withdrawn, approved, shared, closed or archived afterwards.

It runs by the real clock, since the database stamps the history of definitions by its own.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Workspace
from metrics import services
from metrics.core.periods import add_months, month_end, month_start
from metrics.models import CurrentSnapshot, Kind, PortfolioSnapshot, Snapshot
from metrics.services.past import portfolio_on
from metrics.services.reperform import reperform, reperform_totals
from portfolio.models import Fact, Initiative, Kpi, PeriodLock
from portfolio.services.adoption import record_adoption
from portfolio.services.assessments import record_assessment, record_event
from portfolio.services.baselines import approve_baseline
from portfolio.services.cases import approve_case, freeze_case
from portfolio.services.drivers import record_drivers, set_hurdle
from portfolio.services.facts import correct
from portfolio.services.initiatives import archive_initiative, restore_initiative, update_initiative
from portfolio.services.kpis import archive_kpi, update_kpi
from portfolio.services.locks import lock_period, reopen_period
from portfolio.services.mitigations import record_mitigation
from portfolio.services.money import record_benefits, record_costs
from portfolio.services.prices import record_prices
from portfolio.services.proof import (
    preregister,
    record_control_doses,
    record_destinations,
    record_trials,
)
from portfolio.services.rates import record_rates
from portfolio.services.ratings import record_ratings
from portfolio.services.readings import record_readings
from portfolio.services.settings import set_dated
from portfolio.services.stages import change_stage
from portfolio.services.withdrawals import withdraw
from portfolio.services.workspaces import update_workspace
from tests.factories import actor, make_initiative, make_kpi

pytestmark = pytest.mark.django_db(transaction=True)

LEARNT = timedelta(days=10)
THIS_MONTH = month_start(timezone.now().date())
CORRECTED: dict[str, dict[str, Any]] = {
    "adoptionreading": {"share": Decimal("0.9")},
    "assessment": {"scores": {"workforce": "0.9"}},
    "benefitline": {"amount": Decimal(77)},
    "controldose": {"share": Decimal("0.4")},
    "costline": {"amount": Decimal(99)},
    "datedsetting": {"value": Decimal("0.33")},
    "destination": {"cash_out": Decimal("0.1")},
    "event": {"kind": "market"},
    "exchangerate": {"rate": Decimal("3.3")},
    "initiativehurdle": {"value": Decimal("0.66")},
    "priceindex": {"value": Decimal(222)},
    "mitigation": {"due": add_months(THIS_MONTH, -4)},
    "reading": {"value": Decimal(5)},
    "statusrating": {"rating": "red"},
    "stagechange": {"on": add_months(THIS_MONTH, -9)},
    "trial": {"treated_mean": Decimal(4)},
}


def month(back: int) -> date:
    """The first of a month so many months before this one."""
    return add_months(THIS_MONTH, -back)


def record_everything(workspace: Workspace) -> tuple[Initiative, Initiative]:
    """One initiative with a fact of every noun, in another currency; one that shares its KPI; one that has ended."""
    who, finance, now = Actor.system(workspace), actor(workspace, Role.FINANCE), timezone.now() - LEARNT
    rich = make_initiative(workspace, "rich", now=now, currency="USD", planned_go_live=month(5))
    sharer = make_initiative(workspace, "sharer", now=now, go_live=month(4))
    ended = make_initiative(workspace, "ended", now=now, go_live=month(9))
    pairs = [{"on": month(back), "base": "USD", "quote": "EUR", "rate": Decimal("0.9")} for back in range(15)]
    record_rates(actor=finance, now=now, rows=pairs)
    for name, value in (("hurdle", "0.2"), ("discount_rate", "0.08"), ("inflation", "0.02")):
        set_dated(actor=finance, now=now, name=name, value=Decimal(value), on=month(30))
    prices = [{"on": month(back), "value": Decimal(130 - back)} for back in range(1, 15)]
    record_prices(actor=finance, now=now, rows=prices)
    _pay(rich, who, finance)
    _measure(rich, sharer, who, finance)
    _promise(rich, who, finance)
    for to, back in (("idea", 14), ("pilot", 10), ("production", 5)):
        change_stage(actor=who, initiative=rich, now=now, to=to, effective_on=month(back))
    update_initiative(actor=who, initiative=rich, now=now, changes={"go_live": month(5)})
    record_costs(actor=who, initiative=ended, now=now, rows=[_cost(month(9), 1000)])
    rows = [_benefit(month(8), 400, confirmed=True), _benefit(month(8), 1000, basis="plan")]
    record_benefits(actor=finance, initiative=ended, now=now, rows=rows)
    change_stage(actor=who, initiative=ended, now=now, to="retired", effective_on=month(3))
    return rich, sharer


def _pay(rich: Initiative, who: Actor, finance: Actor) -> None:
    now = timezone.now() - LEARNT
    costs = [_cost(month(back), 1000, currency="USD") for back in (12, 9, 6, 3, 1)]
    costs += [_cost(month(back), 900, currency="USD", basis="plan") for back in (9, 3, -3)]
    costs += [_cost(month(-4), 500, currency="USD", basis="forecast")]
    record_costs(actor=who, initiative=rich, now=now, rows=costs)
    gains = [_benefit(month(back), 1500, confirmed=True) for back in (4, 2)]
    gains += [_benefit(month(3), 300), _benefit(month(2), 2000, basis="plan"), _benefit(month(-6), 9000, basis="plan")]
    record_benefits(actor=finance, initiative=rich, now=now, rows=gains)
    record_assessment(actor=who, initiative=rich, now=now, row={"on": month(6), "scores": {"workforce": "0.5"}})
    said = {"on": month(4), "rated_by": "Audit", "rating": "amber", "scale": "three"}
    record_ratings(actor=who, initiative=rich, now=now, rows=[said])
    record_event(actor=who, initiative=rich, now=now, row={"on": month(5), "kind": "policy", "note": "New rules"})
    record_event(actor=who, initiative=rich, now=now, row={"on": month(1), "kind": "rollback", "note": "Taken back"})
    action = {"cause": "workforce", "what": "Train the plants", "due": month(3)}
    record_mitigation(actor=who, initiative=rich, now=now, row=action)


def _measure(rich: Initiative, sharer: Initiative, who: Actor, finance: Actor) -> None:
    now = timezone.now() - LEARNT
    volume = make_kpi(rich, now=now, key="cases", name="Cases", unit="cases", direction="up")
    kpi = make_kpi(
        rich,
        now=now,
        key="time",
        primary=True,
        design="controlled",
        baseline_from=month(14),
        baseline_to=month_end(month(6)),
        value_per_unit={"amount": Decimal(2), "low": Decimal(1), "high": Decimal(3), "currency": "USD"},
        benefit_class="capacity",
        volume="cases",
        targets=[{"on": month(-6), "value": Decimal(6)}],
        shared_with=["sharer"],
    )
    randomised = make_kpi(rich, now=now, key="errors", name="Errors", design="randomised", direction="down")
    value = {"amount": Decimal(1), "currency": "USD"}
    hopes = make_kpi(
        rich,
        now=now,
        key="hopes",
        name="Hopes",
        design="claim",
        direction="down",
        baseline_from=month(14),
        baseline_to=month_end(month(6)),
        value_per_unit=value,
        benefit_class="cost_avoided",
        targets=[{"on": month(-6), "value": Decimal(6)}],
    )
    record_readings(actor=who, kpi=hopes, now=now, rows=[_reading(back, 10) for back in range(1, 15)])
    record_readings(actor=who, kpi=volume, now=now, rows=[_reading(back, 100) for back in range(1, 15)])
    treated = [_reading(back, 12 + back % 3 if back > 5 else 8 + back % 2) for back in range(1, 15)]
    controls = [_reading(back, 12 + back % 2, series="north") for back in range(1, 15)]
    record_readings(actor=who, kpi=kpi, now=now, rows=[*treated, *controls])
    record_control_doses(actor=who, kpi=kpi, now=now, rows=[{"on": month(4), "series": "north", "share": Decimal(0)}])
    preregister(actor=who, kpi=randomised, now=now, on=month(8), recorded_at=now)
    trial = {"on": month(2), "allocated_on": month(6), "randomised": "people", "treated_count": 80}
    arms = {"control_count": 80, "treated_mean": Decimal(7), "control_mean": Decimal(9)}
    spread = {"treated_deviation": Decimal(2), "control_deviation": Decimal(2)}
    record_trials(actor=who, kpi=randomised, now=now, rows=[trial | arms | spread])
    shares = {"on": month(5), "cash_out": Decimal("0.5"), "redeployed": Decimal("0.3")}
    record_destinations(actor=who, kpi=kpi, now=now, rows=[shares])
    approve_baseline(actor=finance, kpi=kpi, now=now)
    for row in (rich, sharer):
        used = [{"on": month(back), "share": Decimal("0.1") * (6 - back)} for back in (5, 3, 1)]
        record_adoption(actor=who, initiative=row, now=now, rows=used)


def _promise(rich: Initiative, who: Actor, finance: Actor) -> None:
    now = timezone.now() - LEARNT
    points = {"name": "cost", "p10": Decimal("0.9"), "p50": Decimal(1), "p90": Decimal("1.4")}
    record_drivers(actor=who, initiative=rich, now=now, rows=[points])
    set_hurdle(actor=finance, initiative=rich, now=now, value=Decimal("0.4"), on=month(12), note="Board's wish")
    case = freeze_case(actor=who, initiative=rich, now=now, adoption=[{"on": month(1), "share": Decimal("0.5")}])
    approve_case(actor=finance, case=case, now=now)


def _cost(on: date, amount: int, **more: Any) -> dict[str, Any]:
    return {"on": on, "amount": Decimal(amount), "category": "people", **more}


def _benefit(on: date, amount: int, **more: Any) -> dict[str, Any]:
    proof = {"evidence": "ledger 4711"} if more.get("confirmed") else {}
    return {"on": on, "amount": Decimal(amount), "benefit_class": "cash", **proof, **more}


def _reading(back: int, value: int, **more: Any) -> dict[str, Any]:
    return {"on": month_end(month(back)), "value": Decimal(value), **more}


def stored(workspace: Workspace, initiatives: tuple[Initiative, ...]) -> dict[str, Snapshot | PortfolioSnapshot]:
    """Snapshots of every kind: of now by the prior and by one ended case, of past days, restated, and totals."""
    found: dict[str, Snapshot | PortfolioSnapshot] = {}
    for turn in ("first", "second"):
        services.sweep(now=timezone.now(), clock=timezone.now)
        for row in initiatives:
            found[f"{turn} of {row.key}"] = CurrentSnapshot.objects.get(initiative=row).snapshot
    today = timezone.now().date()
    for days in (0, 4):
        for row in initiatives:
            asked: dict[str, Any] = {"workspace": workspace, "initiative_id": row.pk, "clock": timezone.now}
            day = today - timedelta(days=days)
            found[f"{row.key} {days} days ago"] = services.figures_as_of(**asked, as_of=day, now=timezone.now())
            found[f"{row.key} {days} days ago, restated"] = services.figures_restated(
                **asked, as_of=day, now=timezone.now()
            )
    for kind in (Kind.AS_OF, Kind.RESTATED):
        found[f"totals {kind}"] = portfolio_on(
            workspace=workspace, kind=kind, as_of=today - timedelta(days=4), now=timezone.now(), clock=timezone.now
        )
    found["totals"] = services.refresh_portfolio(workspace=workspace, now=timezone.now(), clock=timezone.now)
    return found


def corrections(workspace: Workspace) -> Iterator[tuple[str, Callable[[], object]]]:
    """A correction of the latest live fact of every model that can be corrected."""
    for model in apps.get_app_config("portfolio").get_models():
        name = model._meta.model_name or ""
        if name in CORRECTED:
            fact = model._default_manager.filter(workspace=workspace, superseded_at=None).order_by("on", "pk").last()
            assert fact is not None, f"there is no {name} to correct"
            yield (
                f"{name} corrected",
                lambda fact=fact, name=name: correct(  # type: ignore[misc]
                    actor=actor(workspace, Role.FINANCE),
                    fact=fact,
                    now=timezone.now(),
                    changes=CORRECTED[name],
                    reason="it was wrong",
                ),
            )


def redefinitions(
    workspace: Workspace, rich: Initiative, sharer: Initiative
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Everything that is edited in place, approved, shared or closed."""
    who, finance = Actor.system(workspace), actor(workspace, Role.FINANCE)
    kpi, hopes = Kpi.objects.get(key="time"), Kpi.objects.get(key="hopes")

    def moved(**changes: Any) -> object:
        return update_kpi(
            actor=who, kpi=Kpi.objects.get(pk=kpi.pk), now=timezone.now(), changes={"baseline_reason": "x", **changes}
        )

    def approved_again() -> None:
        case = freeze_case(actor=who, initiative=rich, now=timezone.now())
        approve_case(actor=finance, case=case, now=timezone.now())

    def settings(**changes: Any) -> object:
        own = Workspace.objects.get(pk=workspace.pk)
        fields = ("name", "currency", "time_zone", "fiscal_year_start", "locale")
        kept = {name: getattr(own, name) for name in fields}
        return update_workspace(actor=actor(workspace), now=timezone.now(), changes=kept | changes)

    def edited(row: Initiative, **changes: Any) -> object:
        return update_initiative(
            actor=who, initiative=Initiative.objects.get(pk=row.pk), now=timezone.now(), changes=changes
        )

    yield "shared no longer", lambda: moved(shared_with=[])
    yield "shared again", lambda: moved(shared_with=["sharer", "ended"])
    yield "targets", lambda: moved(targets=[{"on": month(-1), "value": Decimal(3)}])
    target = {"on": month(-6), "value": Decimal(3)}
    yield (
        "target of a claim",
        lambda: update_kpi(actor=who, kpi=hopes, now=timezone.now(), changes={"targets": [target]}),
    )
    yield "name and rank", lambda: moved(name="A new name", primary=False)
    yield "value and volume", lambda: moved(value_per_unit={"amount": Decimal(9), "currency": "EUR"}, volume=None)
    yield "baseline", lambda: moved(baseline_from=month(12))
    yield "design", lambda: moved(design="series", direction="up")
    yield "baseline approved", lambda: approve_baseline(actor=finance, kpi=kpi, now=timezone.now())
    yield "case approved", approved_again
    yield "horizon", lambda: edited(rich, horizon_months=12, currency="EUR")
    yield "go-live of the sharer", lambda: edited(sharer, go_live=month(1))
    yield "currency", lambda: settings(currency="USD")
    yield "fiscal year", lambda: settings(fiscal_year_start=4)
    yield "time zone", lambda: settings(time_zone="Pacific/Auckland")
    yield "closed", lambda: lock_period(actor=finance, now=timezone.now(), through=month_end(month(30)))
    yield (
        "reopened",
        lambda: reopen_period(actor=finance, lock=PeriodLock.objects.get(), now=timezone.now(), reason="too early"),
    )
    yield "archived", lambda: archive_initiative(actor=who, initiative=sharer, now=timezone.now())
    yield "restored", lambda: restore_initiative(actor=who, initiative=sharer)
    yield "archived KPI", lambda: archive_kpi(actor=who, kpi=kpi, now=timezone.now())
    yield "archived owner", lambda: archive_initiative(actor=who, initiative=rich, now=timezone.now())


def withdraw_everything(workspace: Workspace) -> None:
    """Takes every live fact back that can be taken back."""
    for model in apps.get_app_config("portfolio").get_models():
        if not issubclass(model, Fact):
            continue
        for fact in model._default_manager.filter(workspace=workspace, superseded_at=None):
            try:
                withdraw(actor=actor(workspace, Role.FINANCE), fact=fact, now=timezone.now(), reason="never happened")
            except ValidationError as error:
                raise AssertionError(f"{fact} cannot be taken back") from error


def differing(snapshots: dict[str, Snapshot | PortfolioSnapshot]) -> dict[str, Any]:
    """What comes out otherwise, by snapshot."""
    found: dict[str, Any] = {}
    for name, row in snapshots.items():
        again = reperform(row) if isinstance(row, Snapshot) else reperform_totals(row)
        assert again.compared > 40
        if again.differences:
            found[name] = again.differences[:3]
    return found


def test_any_snapshot_comes_out_the_same_whatever_happens_afterwards(workspace: Workspace) -> None:
    rich, sharer = record_everything(workspace)
    snapshots = stored(workspace, (rich, sharer))
    assert differing(snapshots) == {}
    current = {name: row for name, row in snapshots.items() if name.startswith("second")}
    for _, change in corrections(workspace):
        change()
    assert differing(current) == {}
    for what, change in redefinitions(workspace, rich, sharer):
        change()
        assert differing(current) == {}, what
    assert differing(snapshots) == {}
    withdraw_everything(workspace)
    services.sweep(now=timezone.now(), clock=timezone.now)
    assert differing({name: type(row).objects.get(pk=row.pk) for name, row in snapshots.items()}) == {}
