"""One figure with all that it was made of: GET only."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from metrics.api import shown
from metrics.api.shapes import FigureShown
from metrics.contexts.flows import SIDES
from metrics.contexts.formulas import YEAR, formula_of
from metrics.models import PortfolioSnapshot, Snapshot
from metrics.selectors import FigureAt, figure_at, figure_id, records_of
from web.api.endpoint import Endpoint

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
    recorded_at = serializers.DateTimeField(allow_null=True)
    recorded_by = serializers.CharField(allow_null=True)
    evidence = serializers.CharField(allow_null=True)
    confirmed_by = serializers.CharField(allow_null=True)


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
                "flows": _flows(found, formula.column),
                "as_of": snapshot.as_of_date,
                "computed_at": snapshot.computed_at,
                "currency": snapshot.currency,
                "method_version": snapshot.method_version,
                "snapshot": f"{mark}{snapshot.pk}",
            }
        )


def _stored(snapshot: Snapshot | PortfolioSnapshot, name: str) -> Json | None:
    group = snapshot.year if name.startswith(YEAR) else snapshot.figures
    found: Json | None = group.get(name.removeprefix(YEAR))
    return found


def _term(snapshot: Snapshot | PortfolioSnapshot, name: str) -> Json:
    figures = shown.figures(snapshot, {name: _stored(snapshot, name) or {}})
    return {"name": name, **figures[name], "id": figure_id(snapshot, name)}


def _flows(found: FigureAt, column: str) -> list[Json]:
    snapshot = found.snapshot
    if isinstance(snapshot, PortfolioSnapshot):
        return []
    rows = [row for row in snapshot.returns.get("flows", ()) if row[2] in SIDES.get(column, ())]
    records = records_of(snapshot.workspace_id, [row[8] for row in rows])
    names = ("on", "amount", "side", "label", "basis", "origin", "grade", "kpi", "record")
    return [
        {
            **dict(zip(names, row, strict=False)),
            "source_amount": row[9],
            "source_currency": row[10],
            "recorded_at": record.at if (record := records.get(row[8])) else None,
            "recorded_by": record.who if record else None,
            "evidence": record.evidence if record else None,
            "confirmed_by": record.confirmed_by if record else None,
        }
        for row in rows
    ]
