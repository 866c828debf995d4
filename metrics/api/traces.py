"""One figure with all that it was made of: GET only."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from metrics.api import shown
from metrics.api.shapes import FigureShown
from metrics.contexts.effect_trace import trace_of
from metrics.contexts.formulas import YEAR, formula_of
from metrics.core.rollup.trace import Period
from metrics.models import PortfolioSnapshot, Snapshot
from metrics.selectors import EFFECT, FigureAt, figure_at, figure_id, records_of
from portfolio.models import Fact
from web.api.endpoint import Endpoint

FLOW = (
    "on", "amount", "side", "label", "basis", "origin", "grade", "kpi", "record", "source_amount", "source_currency",
    "saved_time",
)  # fmt: skip
Json = dict[str, Any]


class FlowShown(serializers.Serializer[Any]):
    """A flow that the figure sums, and the record that it comes from."""

    on = serializers.DateField()
    amount = serializers.CharField()
    side = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    basis = serializers.CharField()
    origin = serializers.CharField(allow_null=True)
    grade = serializers.CharField(allow_null=True)
    kpi = serializers.CharField(allow_null=True)
    record = serializers.CharField(help_text="Such as cost:12 or kpi:handle-time; empty where there is none")
    source_amount = serializers.CharField(allow_null=True)
    source_currency = serializers.CharField(allow_null=True)
    saved_time = serializers.CharField(allow_null=True, help_text="Where saved time went; null for other money.")
    recorded_at = serializers.DateTimeField(allow_null=True)
    recorded_by = serializers.CharField(allow_null=True)
    figure = serializers.CharField(allow_null=True, help_text="The effect that it comes from, with its readings.")
    evidence = serializers.CharField(allow_null=True)
    confirmed_by = serializers.CharField(allow_null=True)


class RecordShown(serializers.Serializer[Any]):
    """A reading, or a share of use, with who recorded it."""

    on = serializers.DateField()
    of = serializers.CharField(help_text="The series of a reading, or the initiative that was in use.")
    value = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(allow_null=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class PeriodShown(serializers.Serializer[Any]):
    """The money of one period: worked out again, and as the figures count it."""

    end = serializers.DateField()
    use = serializers.CharField(allow_null=True)
    reading = serializers.CharField(allow_null=True)
    change = serializers.CharField(help_text="For the better, over the whole period.")
    volume = serializers.CharField(allow_null=True)
    money = serializers.CharField(allow_null=True)
    counted = serializers.CharField(allow_null=True)
    ties = serializers.BooleanField()


class EffectTraceShown(serializers.Serializer[Any]):
    """What the effect on a KPI rests on, as it stood when the figure was worked out."""

    kpi = serializers.CharField()
    name = serializers.CharField()
    method = serializers.CharField(allow_blank=True)
    assumption = serializers.CharField(allow_blank=True)
    first_use = serializers.DateField(allow_null=True)
    baseline_from = serializers.DateField(allow_null=True)
    baseline_to = serializers.DateField(allow_null=True)
    baseline_approved_on = serializers.DateField(allow_null=True)
    baseline_approved_by = serializers.CharField(allow_null=True)
    preregistered_on = serializers.DateField(allow_null=True)
    preregistration = serializers.CharField(allow_null=True, help_text="SHA-256 of the frozen design.")
    value_per_unit = serializers.CharField(allow_null=True)
    value_currency = serializers.CharField(allow_null=True)
    realisation_share = serializers.CharField()
    volume = serializers.CharField(allow_null=True, help_text="The key of the KPI that multiplies.")
    ties = serializers.BooleanField()
    periods = PeriodShown(many=True)
    readings = RecordShown(many=True)
    volume_readings = RecordShown(many=True)
    use = RecordShown(many=True)


class TermShown(FigureShown):
    """A figure that another is made of."""

    name = serializers.CharField()


class TraceShown(serializers.Serializer[Any]):
    """A figure, its formula, its terms and its flows."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    formula = serializers.CharField()
    document = serializers.CharField()
    figure = FigureShown()
    terms = TermShown(many=True)
    flows = FlowShown(many=True)
    effect = EffectTraceShown(allow_null=True)
    as_of = serializers.DateField()
    computed_at = serializers.DateTimeField()
    currency = serializers.CharField()
    method_version = serializers.CharField()
    snapshot = serializers.CharField()


class Trace(Endpoint):
    """Where a figure comes from."""

    query: ClassVar = {"GET": ()}

    @extend_schema(operation_id="figures_read", summary="Read where a figure comes from", responses=TraceShown)
    def get(self, request: Request, figure: str) -> Response:
        """The formula, the figures it is made of, and every flow it sums with its record and its evidence."""
        found = figure_at(actor_of(request).workspace, figure)
        formula = formula_of(found.name) if found else None
        if found is None or formula is None:
            raise Http404("No such figure.")
        snapshot = found.snapshot
        mark = "p" if isinstance(snapshot, PortfolioSnapshot) else ""
        return Response(
            {
                "name": found.name,
                "label": formula.label,
                "formula": formula.words,
                "document": formula.document,
                "figure": shown.figures(snapshot, {found.name: found.figure})[found.name],
                "terms": [_term(snapshot, name) for name in formula.terms if _stored(snapshot, name)],
                "flows": _flows(found, () if found.name.startswith(YEAR) else formula.sums),
                "effect": _effect(found),
                "as_of": snapshot.as_of_date,
                "computed_at": snapshot.computed_at,
                "currency": snapshot.currency,
                "method_version": snapshot.method_version,
                "snapshot": f"{mark}{snapshot.pk}",
            }
        )


def _effect(found: FigureAt) -> Json | None:
    """What an effect rests on; null for every other figure."""
    if isinstance(found.snapshot, PortfolioSnapshot) or not found.name.startswith(EFFECT):
        return None
    trace = trace_of(found.snapshot, found.name.removeprefix(EFFECT))
    evidence, stored = trace.evidence, trace.stored
    if evidence is None:
        return None
    row, kpi = evidence.row, evidence.kpi
    approval, frozen = evidence.approval, evidence.preregistration
    return {
        "kpi": kpi.key,
        "name": row.name,
        "method": stored.get("method", ""),
        "assumption": stored["assumption"],
        "first_use": stored["first_exposure"],
        "baseline_from": row.baseline_from,
        "baseline_to": row.baseline_to,
        "baseline_approved_on": approval and approval.on,
        "baseline_approved_by": (approval and str(approval.recorded_by or "")) or None,
        "preregistered_on": frozen and frozen.on,
        "preregistration": frozen and frozen.frozen_hash,
        "value_per_unit": _text(kpi.value_per_unit),
        "value_currency": kpi.value_currency,
        "realisation_share": _text(kpi.realisation_share),
        "volume": row.volume and row.volume.key,
        "ties": not trace.astray,
        "periods": [_period(period) for period in trace.periods],
        "readings": [_record(fact, fact.series, fact.value) for fact in evidence.readings],
        "volume_readings": [_record(fact, fact.series, fact.value) for fact in evidence.volume],
        "use": [_record(fact, fact.initiative.key, fact.share) for fact in evidence.use],
    }


def _effect_id(snapshot: Snapshot, record: str | None) -> str | None:
    """The id of the effect that a flow comes from."""
    kind, _, key = (record or "").partition(":")
    return figure_id(snapshot, f"{EFFECT}{key}") if kind == "kpi" else None


def _period(period: Period) -> Json:
    return {
        "end": period.credit.end,
        "use": _text(period.credit.dose),
        "reading": _text(period.credit.reading),
        "change": _text(period.credit.change * period.days),
        "volume": _text(period.volume),
        "money": _text(period.money),
        "counted": _text(period.counted),
        "ties": period.ties,
    }


def _record(fact: Fact, of: str, value: Decimal) -> Json:
    return {
        "on": fact.on,
        "of": of,
        "value": _text(value),
        "recorded_at": fact.recorded_at,
        "recorded_by": str(fact.recorded_by) if fact.recorded_by else None,
        "source": fact.source,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _stored(snapshot: Snapshot | PortfolioSnapshot, name: str) -> Json | None:
    group = snapshot.year if name.startswith(YEAR) else snapshot.figures
    found: Json | None = group.get(name.removeprefix(YEAR))
    return found


def _term(snapshot: Snapshot | PortfolioSnapshot, name: str) -> Json:
    figures = shown.figures(snapshot, {name: _stored(snapshot, name) or {}})
    return {"name": name, **figures[name], "id": figure_id(snapshot, name)}


def _flows(found: FigureAt, sides: Sequence[str]) -> list[Json]:
    snapshot = found.snapshot
    if isinstance(snapshot, PortfolioSnapshot):
        return []
    rows = [row for row in snapshot.returns.get("flows", ()) if row[2] in sides]
    records = records_of(snapshot.workspace_id, [row[8] for row in rows])
    return [
        {
            **dict.fromkeys(FLOW),
            **dict(zip(FLOW, row, strict=False)),
            "recorded_at": record.at if (record := records.get(row[8])) else None,
            "recorded_by": (record and record.who) or None,
            "figure": _effect_id(snapshot, row[8]),
            "evidence": (record and record.evidence) or None,
            "confirmed_by": (record and record.confirmed_by) or None,
        }
        for row in rows
    ]
