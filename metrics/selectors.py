"""What pages and the API read of computed figures. Never computes; a fixed number of queries each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Count, DecimalField, F, Func, Q, QuerySet
from django.db.models.expressions import RawSQL

from accounts.access import Actor
from accounts.models import User, Workspace
from metrics.core.reasons import Reason, sentence
from metrics.core.risk.model import MODEL_VERSION
from metrics.models import (
    METHOD_VERSION,
    CurrentPortfolio,
    CurrentSnapshot,
    Kind,
    PastTotals,
    PortfolioSnapshot,
    RealisedShare,
    RiskFit,
    RiskForecast,
    Snapshot,
)
from portfolio.access import archived_initiatives
from portfolio.models import BenefitLine, CostLine, Initiative

TOTALS_MARK = "p"
EFFECT = "effect."
LEVEL = "0.8"
MOST_DIGITS = 18
HEAVY = ("months", "parts", "effects", "breakdowns", "outlook", "returns", "causes")
BEHIND = (
    Q(current=None)
    | Q(current__inputs_version__lt=F("inputs_version"))
    | Q(current__settings_version__lt=F("workspace__settings_version"))
    | ~Q(current__method_version=METHOD_VERSION)
    | ~Q(current__model_version=MODEL_VERSION)
)


@dataclass(frozen=True)
class FigureAt:
    """One figure of a snapshot of an initiative or of the totals, as its page shows it."""

    snapshot: Snapshot | PortfolioSnapshot
    name: str
    figure: Mapping[str, Any]

    @property
    def sentence(self) -> str | None:
        """The plain sentence in the place of a missing value."""
        reason = self.figure["reason"]
        return sentence(Reason(reason), self.figure.get("detail")) if reason else None


@dataclass(frozen=True)
class Recorded:
    """Who recorded a line when, from what source, what proves it, and why it was superseded since."""

    at: datetime
    who: str
    source: str
    evidence: str = ""
    confirmed_by: str = ""
    superseded: str = ""


@dataclass(frozen=True)
class MemberShare:
    """What an initiative adds to a total: its snapshot's id, its name and the amount in the workspace's currency."""

    snapshot: int
    name: str
    amount: Decimal


def records_of(workspace_id: int, refs: Iterable[str | None]) -> dict[str, Recorded]:
    """The records behind flows by their reference, such as `cost:12`, in two queries."""
    ids: dict[str, list[int]] = {"cost": [], "benefit": []}
    for ref in refs:
        kind, _, number = (ref or "").partition(":")
        if kind in ids and number.isdigit():
            ids[kind].append(int(number))
    people = ("recorded_by",)
    costs = CostLine.objects.filter(workspace_id=workspace_id, pk__in=ids["cost"]).select_related(*people)
    benefits = BenefitLine.objects.filter(workspace_id=workspace_id, pk__in=ids["benefit"])
    lines = benefits.select_related(*people, "confirmed_by", "evidence_file")
    found = {f"cost:{row.pk}": _recorded(row) for row in costs}
    return found | {f"benefit:{row.pk}": _recorded(row) for row in lines}


def _recorded(row: CostLine | BenefitLine) -> Recorded:
    found = Recorded(
        at=row.recorded_at,
        who=str(row.recorded_by or ""),
        source=row.source,
        evidence=row.note,
        superseded=row.supersede_reason if row.superseded_at else "",
    )
    if isinstance(row, CostLine):
        return found
    file = row.evidence_file.name if row.evidence_file else ""
    return replace(found, evidence=row.evidence or file, confirmed_by=str(row.confirmed_by or ""))


def lagging(workspace: Workspace, as_of: date) -> "QuerySet[Initiative]":
    """Initiatives without a current snapshot, or with one behind its inputs, settings, method, day, share of plans
    that comes true or risk model."""
    rows = Initiative.objects.filter(workspace=workspace, archived_at=None)
    share = RealisedShare.objects.filter(workspace=workspace).order_by("-pk").values_list("pk", flat=True).first()
    of_another_share = ~Q(current__share=share) if share else Q()
    fit = RiskFit.objects.filter(workspace=workspace).order_by("-pk").values_list("pk", flat=True).first()
    of_another_fit = ~Q(current__fit=fit) if fit else Q()
    return rows.filter(BEHIND | Q(current__as_of_date__lt=as_of) | of_another_share | of_another_fit)


def is_waiting(initiative: Initiative) -> bool:
    """Whether an edit of the initiative or of the settings is not in its figures yet."""
    return Initiative.objects.filter(BEHIND, pk=initiative.pk).exists()


def current_of(initiative: Initiative) -> CurrentSnapshot | None:
    """The pointer to the figures that count now, with its snapshot."""
    return CurrentSnapshot.objects.filter(initiative=initiative).select_related("snapshot").first()


def before_production(workspace: Workspace) -> int:
    """How many initiatives have a chance of being abandoned now: those that have not ended or reached production."""
    rows = figures_in(workspace)
    return rows.filter(abandoned_12m__isnull=False).count()


def snapshots_of(initiative: Initiative) -> "QuerySet[Snapshot]":
    """The figures that counted one after another, with what changed and why; without the long columns."""
    rows = Snapshot.objects.filter(initiative=initiative, kind=Kind.CURRENT)
    return rows.defer(*(column for column in HEAVY if column != "causes")).select_related("initiative")


def last_restated(initiative: Initiative) -> Snapshot | None:
    """The newest snapshot that told another past than the one before it."""
    return snapshots_of(initiative).filter(causes__restates=True).order_by("-pk").first()


def replaced_by(snapshot: Snapshot) -> Snapshot | None:
    """The snapshot that took this one's place."""
    later = Snapshot.objects.filter(initiative=snapshot.initiative_id, kind=Kind.CURRENT, pk__gt=snapshot.pk)
    return later.select_related("initiative").defer("months", "parts", "outlook", "returns").order_by("pk").first()


def fit_behind(snapshot: Snapshot) -> RiskFit | None:
    """The fit of the risk model whose record stands beside a snapshot: the latest beside current figures."""
    if snapshot.kind != Kind.CURRENT:
        return snapshot.fit
    return RiskFit.objects.filter(workspace=snapshot.workspace_id).defer("content").order_by("-pk").first()


def forecasts_of(initiative_id: int, until: date) -> "QuerySet[RiskForecast]":
    """The forecasts told of an initiative up to a day, oldest first, with what came of them."""
    rows = RiskForecast.objects.filter(initiative=initiative_id, made_on__lte=until)
    return rows.select_related("outcome").order_by("made_on")


def people_named(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by id, in one query; none where nobody is asked for."""
    wanted = {pk for pk in ids if pk is not None}
    return {row.pk: str(row) for row in User.objects.filter(pk__in=wanted)} if wanted else {}


def rows_of(workspace: Workspace) -> "QuerySet[Initiative]":
    """Initiatives of a list with their current figures; filter, order and slice as the list needs.

    Sort by the columns of `current`, such as `current__roi_forecast`; the snapshot comes without its long columns.
    """
    rows = Initiative.objects.filter(workspace=workspace, archived_at=None)
    return rows.select_related("unit", "programme", "current", "current__snapshot").defer(
        "summary", *(f"current__snapshot__{column}" for column in HEAVY)
    )


def current_figures(actor: Actor) -> "QuerySet[CurrentSnapshot]":
    """The pointers to the figures of now of all initiatives that the actor may read."""
    rows = CurrentSnapshot.objects.filter(workspace=actor.workspace)
    return rows.exclude(initiative__in=archived_initiatives(actor).order_by().values("pk"))


def figures_in(workspace: Workspace) -> "QuerySet[CurrentSnapshot]":
    """The pointers to the figures of now of a workspace's initiatives.

    Told by the few archived ones: a join with all the others took three times as long.
    """
    return current_figures(Actor.system(workspace))


def current_stages(workspace: Workspace) -> CurrentPortfolio | None:
    """The pointer to the totals that count now, with what stands at each stage and nothing else."""
    return CurrentPortfolio.objects.filter(workspace=workspace).only("stages", "checked_at").first()


def current_totals(workspace: Workspace) -> CurrentPortfolio | None:
    """The pointer to the totals that count now, with its snapshot."""
    return CurrentPortfolio.objects.filter(workspace=workspace).select_related("snapshot").first()


def totals_at_risk(workspace: Workspace) -> CurrentPortfolio | None:
    """The same for what stands to be lost: without the documents that hold something of every initiative."""
    rows = CurrentPortfolio.objects.filter(workspace=workspace).select_related("snapshot")
    heavy = ("figures", "year", "months", "splits", "counts", "coverage", "outlook")
    return rows.defer(*(f"snapshot__{name}" for name in heavy)).first()


def portfolio_of(workspace: Workspace) -> PortfolioSnapshot | None:
    """The totals that count now."""
    pointer = current_totals(workspace)
    return pointer.snapshot if pointer else None


def totals_before(totals: PortfolioSnapshot) -> PortfolioSnapshot | None:
    """The totals that counted before these; None where these are the first."""
    rows = PortfolioSnapshot.objects.filter(workspace=totals.workspace_id, kind=Kind.CURRENT, pk__lt=totals.pk)
    return rows.order_by("-pk").first()


def members_of(totals: PortfolioSnapshot) -> "QuerySet[Snapshot]":
    """The snapshots that totals are made of; their ids stay in the database, where there may be thousands."""
    member = Func(F("members"), function="unnest", output_field=BigIntegerField())
    ids = PortfolioSnapshot.objects.filter(pk=totals.pk).annotate(member=member).values("member")
    return Snapshot.objects.filter(pk__in=ids)


def shares_of(
    totals: PortfolioSnapshot, sides: Sequence[str], between: tuple[date, date] | None = None
) -> list[MemberShare]:
    """What each initiative adds to a sum of columns of the totals, of some months where their days are given, the
    largest first; costs are taken off benefits. Those without an exchange rate are in no total."""
    has_benefit = any("cost" not in side for side in sides)
    signs = {side: -1 if has_benefit and "cost" in side else 1 for side in sides}
    first, last = between or (date.min, date.max)
    rows = (
        members_of(totals)
        .filter(parts__problem=None)
        .values_list("pk", "initiative__name", _column_sum(signs, first, last))
    )
    found = [MemberShare(pk, name, amount) for pk, name, amount in rows if amount]
    return sorted(found, key=lambda share: (-abs(share.amount), share.snapshot))


def _column_sum(signs: Mapping[str, int], first: date, last: date) -> RawSQL:
    """The months of the named columns of `parts` added up in the database; a column that is zero throughout is left
    out of it."""
    terms = " + ".join(
        [
            "%s * (SELECT coalesce(sum(held.value::numeric), 0) FROM jsonb_array_elements_text(CASE "
            "jsonb_typeof(parts->'columns'->%s) WHEN 'array' THEN parts->'columns'->%s ELSE '[]'::jsonb END) "
            "WITH ORDINALITY held(value, place) WHERE (parts->>'first_month')::date "
            "+ make_interval(months => (held.place - 1)::int) BETWEEN %s AND %s)"
        ]
        * len(signs)
    )
    params = [value for side, sign in signs.items() for value in (sign, side, side, first, last)]
    return RawSQL(f"({terms})", params, output_field=DecimalField(max_digits=40, decimal_places=20))  # noqa: S611


def past_work(workspace: Workspace, kind: str, day: date) -> PastTotals | None:
    """The work on the totals of a past day, where somebody asked for them and they are not worked out in a request."""
    return PastTotals.objects.filter(workspace=workspace, kind=kind, as_of_date=day).first()


def totals_lag(workspace: Workspace, totals: PortfolioSnapshot | None) -> int:
    """How many initiatives have figures that differ from those in the totals."""
    current = figures_in(workspace)
    if totals is None:
        return current.count()
    member = Func(F("members"), function="unnest", output_field=BigIntegerField())
    members = PortfolioSnapshot.objects.filter(pk=totals.pk).annotate(member=member).values("member")
    counts = current.aggregate(now=Count("pk"), held=Count("pk", filter=Q(snapshot_id__in=members)))
    return int(max(counts["now"], len(totals.members)) - counts["held"])


def figure_at(workspace: Workspace, figure_id: str) -> FigureAt | None:
    """The figure with this id, as `figure_id` makes them; None where the workspace has none such."""
    number, _, name = figure_id.removeprefix(TOTALS_MARK).partition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS):
        return None
    snapshot = _snapshot(workspace, int(number), of_totals=figure_id.startswith(TOTALS_MARK))
    if snapshot is None:
        return None
    if name.startswith(EFFECT):
        figure = _effect(snapshot, name.removeprefix(EFFECT))
        return FigureAt(snapshot, name, figure) if figure else None
    group, _, short = name.rpartition(".")
    figure = getattr(snapshot, group or "figures", {}).get(short) if group in {"", "year", "risk"} else None
    return FigureAt(snapshot, name, figure) if isinstance(figure, dict) and "reason" in figure else None


def _effect(snapshot: Snapshot | PortfolioSnapshot, key: str) -> dict[str, Any] | None:
    """The effect on one KPI as a figure."""
    rows = [] if isinstance(snapshot, PortfolioSnapshot) else snapshot.effects
    row = next((row for row in rows if row["kpi"] == key), None)
    if row is None:
        return None
    level = None if row["low"] is None else LEVEL
    kept = {name: row[name] for name in ("unit", "low", "high", "reason", "grade")}
    return {**kept, "value": row["effect"], "level": level, "detail": row.get("help") or None}


def figure_id(snapshot: Snapshot | PortfolioSnapshot, name: str) -> str:
    """The id of a figure: `12-npv`, `12-year.net_forecast`, `12-risk.abandoned_12m`; totals begin with a p."""
    mark = TOTALS_MARK if isinstance(snapshot, PortfolioSnapshot) else ""
    return f"{mark}{snapshot.pk}-{name}"


def _snapshot(workspace: Workspace, pk: int, *, of_totals: bool) -> Snapshot | PortfolioSnapshot | None:
    if of_totals:
        return PortfolioSnapshot.objects.filter(workspace=workspace, pk=pk).first()
    return Snapshot.objects.filter(workspace=workspace, pk=pk).select_related("initiative", "workspace").first()


def without_figure(workspace: Workspace, totals: PortfolioSnapshot, most: int) -> list[tuple[Initiative, str]]:
    """The first `most` initiatives that have no forecast return, oldest first, with the sentence that says why."""
    reasons = dict(totals.coverage["without"][:most])
    rows = Initiative.objects.filter(workspace=workspace, pk__in=reasons).order_by("pk")
    return [(row, sentence(Reason(reasons[row.pk]))) for row in rows]


def risk_record_of(workspace_id: int) -> Mapping[str, Any]:
    """The track record that the newest fit of the risk model came with, as stored; empty before the first fit."""
    stored = RiskFit.objects.filter(workspace_id=workspace_id).order_by("-pk").values_list("record", flat=True).first()
    return stored or {}
