"""The exchange rates that a batch of initiatives needs."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.db.models import Q

from accounts.models import Workspace
from metrics.core.money import Rate, RateTable
from metrics.core.types import Initiative
from metrics.inputs.moments import believed
from portfolio.models import ExchangeRate

Pair = tuple[str, str]


def rates_for(workspace: Workspace, initiatives: Iterable[Initiative], cut: datetime | None) -> RateTable:
    """Rates between the currencies held, and through any that links two of them; empty where all are one."""
    held = {workspace.currency}.union(*(_held(initiative) for initiative in initiatives))
    if len(held) == 1:
        return RateTable()
    rows = believed(ExchangeRate, cut, workspace=workspace)
    pairs = useful_pairs(list(rows.order_by().values_list("base", "quote").distinct()), held)
    if not pairs:
        return RateTable()
    wanted = Q()
    for base, same_base in groupby(sorted(pairs), key=itemgetter(0)):
        wanted |= Q(base=base, quote__in=[quote for _, quote in same_base])
    return RateTable.of(Rate(*values) for values in rows.filter(wanted).values_list("on", "base", "quote", "rate"))


def useful_pairs(pairs: list[Pair], held: set[str]) -> list[Pair]:
    """Pairs of held currencies, and pairs that tie a held one to a currency that links it with another held one."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for base, quote in pairs:
        neighbours[base].add(quote)
        neighbours[quote].add(base)
    useful = held | {currency for currency, others in neighbours.items() if len(others & held) > 1}
    return [pair for pair in pairs if useful.issuperset(pair) and held.intersection(pair)]


def _held(initiative: Initiative) -> set[str]:
    return {
        initiative.currency,
        *(line.currency for line in initiative.costs),
        *(line.currency for line in initiative.benefits),
        *(kpi.value_currency for kpi in initiative.kpis if kpi.value_currency),
    }
