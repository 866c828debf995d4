"""Initiatives that a new one may be by another spelling."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Q

from accounts.access import Actor
from portfolio.access import initiatives
from portfolio.models import Initiative

ALIKE = 0.85
SHORTEST_WORD = 4
MOST_COMPARED = 500
MOST_SHOWN = 5


def like(actor: Actor, name: str) -> Sequence[Initiative]:
    """Initiatives with almost the same name; one query, which looks at those that share a word."""
    words = [word for word in _plain(name).split() if len(word) >= SHORTEST_WORD] or _plain(name).split()
    if not words:
        return []
    shares = Q()
    for word in words[:8]:
        shares |= Q(name__icontains=word)
    rows = initiatives(actor).filter(shares).select_related("unit")[:MOST_COMPARED]
    return [row for row in rows if _is_alike(row.name, name)][:MOST_SHOWN]


def same_cost(initiative: Initiative, row: Mapping[str, Any]) -> bool:
    """Whether a cost of the same day, amount, kind and category is recorded under another id."""
    same = {name: row[name] for name in ("on", "amount", "currency", "category", "basis")}
    rows = initiative.costs.filter(superseded_at=None, **same)
    return rows.exclude(external_id=row.get("external_id") or "none").exists()


def _is_alike(one: str, other: str) -> bool:
    first, second = _plain(one), _plain(other)
    if sorted(first.split()) == sorted(second.split()):
        return True
    return SequenceMatcher(None, first, second).ratio() >= ALIKE


def _plain(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.casefold()))
