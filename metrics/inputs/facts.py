"""Facts of a batch of initiatives, in a fixed number of queries for any number of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import Workspace
from metrics.core.risk.rollout import effective_scores
from metrics.core.rollup.initiative import Context
from metrics.core.types import Basis, Benefit, Change, Cost, Dated, Grade, Initiative, Mitigation, StagePoint
from metrics.inputs.history import closed_cases
from metrics.inputs.kpis import kpis_of
from metrics.inputs.learnt import Experience, Learnt, experience
from metrics.inputs.promises import first_planned_go_lives
from metrics.inputs.rates import rates_for
from metrics.inputs.rows import FactRows
from metrics.inputs.stays import CurvesOfRun, stage_curves
from metrics.inputs.terms import (
    closed_through,
    drivers_of,
    hurdles_on,
    plans_of,
    prices_on,
    settings_on,
    unplanned,
)
from metrics.inputs.versions import as_they_were, workspace_at
from portfolio.choices import SettingName
from portfolio.models import AdoptionReading, Assessment, BenefitLine, CostLine, Event, StageChange
from portfolio.models import Initiative as InitiativeRow
from portfolio.models import Mitigation as MitigationRow


@dataclass(frozen=True)
class Held:
    """The workspace and the versions of its initiatives, read before the facts."""

    workspace: Workspace
    inputs_versions: Mapping[int, int]


@dataclass(frozen=True)
class Batch:
    """Facts of some initiatives of one workspace, as believed at the end of `as_of`."""

    context: Context
    initiatives: Mapping[int, Initiative]


def held_versions(workspace: Workspace, initiative_ids: Iterable[int]) -> Held:
    """The versions now; read them before the facts, so that an edit in between leaves the figures behind."""
    rows = InitiativeRow.objects.filter(workspace=workspace, pk__in=list(initiative_ids))
    return Held(Workspace.objects.get(pk=workspace.pk), dict(rows.values_list("pk", "inputs_version")))


def load(
    workspace: Workspace,
    initiative_ids: Sequence[int],
    as_of: date,
    *,
    cut: datetime | None,
    seen: datetime | None = None,
    learnt: Experience | None = None,
    curves: CurvesOfRun | None = None,
) -> Batch:
    """What the figures of these initiatives at the end of `as_of` are worked out from.

    Args:
        cut: facts recorded before it and not superseded then count; without it those that hold now.
        seen: without `cut`, the moment after which no stage change of another initiative counts any more; those move
            no version of these initiatives.
        learnt: what the workspace had learnt from its own initiatives; what is published where left out.
        curves: those of stays that a run in parts keeps between them; needs `seen`.
    """
    of_all = seen if cut is None else cut
    learnt = learnt or experience(Learnt())
    facts = FactRows(initiative_ids, cut, ZoneInfo(workspace.time_zone))
    settings = settings_on(workspace, as_of, cut)
    initiatives = _initiatives(workspace, facts, settings, as_of)
    then = workspace if cut is None else workspace_at(workspace, cut)
    closed = closed_cases(workspace, as_of, of_all)
    context = Context(
        currency=then.currency,
        fiscal_year_start=then.fiscal_year_start,
        rates=rates_for(then, initiatives.values(), cut),
        prices=prices_on(workspace, settings, as_of, cut),
        realisation=learnt.realisation,
        risk=replace(learnt.model, closed_cases=closed.cases, inferred_cases=closed.inferred),
        hurdle=settings.get(SettingName.HURDLE),
        stays=curves.at(seen) if curves and seen else stage_curves(workspace, as_of, of_all),
    )
    return Batch(context, initiatives)


def _initiatives(
    workspace: Workspace, facts: FactRows, settings: Mapping[str, Decimal], as_of: date
) -> dict[int, Initiative]:
    rows = as_they_were(InitiativeRow.objects.filter(workspace=workspace, pk__in=facts.ids), facts.cut)
    costs = facts.of(CostLine, "on", "amount", "currency", "category", "basis", "pk")
    benefits = facts.of(
        BenefitLine, "on", "amount", "currency", "benefit_class", "basis", "confirmed_at", "kpi__key", "pk"
    )
    adoption = facts.of(AdoptionReading, "on", "share")
    stages = facts.of(StageChange, "on", "to")
    scores = facts.of(Assessment, "on", "scores")
    events = facts.of(Event, "on", "kind", "note")
    actions = facts.of(MitigationRow, "cause", "due", "state", "what", "owner")
    kpis = kpis_of(workspace, facts, adoption)
    drivers, plans, hurdles = drivers_of(facts), plans_of(facts), hurdles_on(facts, as_of)
    closed, active = closed_through(workspace, as_of, facts.cut), facts.last_activity()
    first_planned = first_planned_go_lives(facts)
    found: dict[int, Initiative] = {}
    for row in rows:
        spent = [_cost(*values) for values in costs[row.pk]]
        won = [_benefit(facts.cut, *values) for values in benefits[row.pk]]
        plan, changes = plans.get(row.pk), [Change(*values) for values in events[row.pk]]
        scored = effective_scores(_latest_scores(scores[row.pk], as_of), changes, as_of)
        if plan is not None:
            spent, won = [*unplanned(spent), *plan.costs], [*unplanned(won), *plan.benefits]
        found[row.pk] = Initiative(
            key=row.key,
            unit=str(row.unit_id or ""),
            recorded_on=row.created_at.astimezone(facts.zone).date(),
            currency=row.currency,
            horizon_months=row.horizon_months,
            planned_go_live=row.planned_go_live,
            go_live=row.go_live,
            costs=spent,
            benefits=won,
            kpis=kpis[row.pk],
            adoption=[Dated(on, share) for on, share in adoption[row.pk]],
            stages=[StagePoint(on, to) for on, to in stages[row.pk]],
            closed_through=closed,
            hurdle=hurdles.get(row.pk, settings.get(SettingName.HURDLE)),
            discount_rate=settings.get(SettingName.DISCOUNT_RATE),
            scores=scored.scores,
            raises=scored.raises,
            assessed_on=max((on for on, _ in scores[row.pk] if on <= as_of), default=None),
            mitigations=[Mitigation(*values) for values in actions[row.pk]],
            last_activity=active.get(row.pk, row.created_at.astimezone(facts.zone).date()),
            drivers=drivers.get(row.pk, ()),
            changes=changes,
            plan=plan.plan if plan else None,
            first_planned_go_live=first_planned.get(row.pk),
        )
    return found


def _cost(on: date, amount: Decimal, currency: str, category: str, basis: str, pk: int) -> Cost:
    return Cost(on, amount, currency, category, Basis(basis), f"cost:{pk}")


def _benefit(
    cut: datetime | None,
    on: date,
    amount: Decimal,
    currency: str,
    benefit_class: str,
    basis: str,
    confirmed_at: datetime | None,
    kpi: str | None,
    pk: int,
) -> Benefit:
    """A line with grade L where finance had confirmed it by `cut`, else with grade E."""
    confirmed = confirmed_at is not None and (cut is None or confirmed_at < cut)
    grade = Grade.LEDGER if confirmed else Grade.CLAIM
    return Benefit(on, amount, currency, benefit_class, Basis(basis), grade, kpi, f"benefit:{pk}")


def _latest_scores(rows: Iterable[tuple[date, Mapping[str, object]]], as_of: date) -> dict[str, Decimal]:
    """The latest score of each cause; `rows` come oldest first."""
    found: dict[str, Decimal] = {}
    for on, scores in rows:
        if on <= as_of:
            found |= {cause: Decimal(str(score)) for cause, score in scores.items()}
    return found
