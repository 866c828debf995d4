"""From parsed rows to a plan, whatever their kind."""

from django.db.models import Q

from portfolio.importing.parse.errors import Issue, ValueRefused
from portfolio.importing.parse.records import Parsed
from portfolio.importing.parse.schema import Kind
from portfolio.models import Fact

from .builders import build
from .facts import plan_facts
from .initiatives import plan_initiatives
from .kpis import plan_kpis
from .lookup import Lookup
from .outcome import Plan, Setting

_ABOUT_KPIS = (Kind.READINGS, Kind.BENEFITS)


def make_plan(parsed: Parsed, setting: Setting) -> Plan:
    """Compare parsed rows with the workspace in a fixed number of queries; nothing is written."""
    if parsed.kind is Kind.INITIATIVES:
        return plan_initiatives(parsed, setting)
    if parsed.kind is Kind.KPIS:
        return plan_kpis(parsed, setting)
    return _plan_of_facts(parsed, setting)


def _plan_of_facts(parsed: Parsed, setting: Setting) -> Plan:
    plan = Plan.of(parsed)
    keys = {str(record.values.get("initiative", "")) for record in parsed.records}
    lookup = Lookup.load(setting.actor, keys, kpis=Q(initiative__key__in=keys) if parsed.kind in _ABOUT_KPIS else None)
    lined: list[tuple[int, Fact]] = []
    for record in parsed.records:
        try:
            lined.append((record.line, build(parsed.kind, {"source": setting.source, **record.values}, lookup)))
        except ValueRefused as refusal:
            plan.rejections.append(Issue(record.line, None, str(refusal)))
    plan_facts(plan, lined, setting)
    return plan
