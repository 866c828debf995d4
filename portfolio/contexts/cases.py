"""Business cases side by side."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from accounts.access import Actor, may
from accounts.choices import Permission
from portfolio.access import may_write
from portfolio.choices import DriverName
from portfolio.contexts.drivers import point_text
from portfolio.forms.drivers import WORDS
from portfolio.models import BusinessCase, Initiative, Kpi
from web.formats import Form, Formats

COMPARED = 4
DASH = "–"


@dataclass(frozen=True)
class Offered:
    """A version that the reader may lay beside others."""

    version: int
    words: str
    is_shown: bool


@dataclass(frozen=True)
class Change:
    """What a version promises otherwise than the one before it: label, then, now."""

    title: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class CasesPage:
    """Versions, newest first, and a table of what they promise: label, then one text for each version.

    Args:
        offered: all versions to choose from; empty where all of them are shown anyway.
    """

    versions: tuple[BusinessCase, ...]
    offered: tuple[Offered, ...]
    rows: tuple[tuple[str, ...], ...]
    changes: tuple[Change, ...]
    may_freeze: bool
    may_approve: bool
    latest_approved: int


def cases_page(actor: Actor, initiative: Initiative, formats: Formats, chosen: Collection[str] = ()) -> CasesPage:
    """The chosen versions compared, at most four; the newest where none is chosen."""
    known = list(initiative.business_cases.values_list("version", "frozen_at", "approved_at"))
    numbers = [version for version, _, _ in known if str(version) in chosen] or [version for version, _, _ in known]
    shown = numbers[:COMPARED]
    rows = initiative.business_cases.filter(version__in=shown).select_related("frozen_by", "approved_by")
    versions = tuple(rows)
    told = tuple(_rows([case.content for case in versions], _names(initiative), formats))
    offered = [
        Offered(version, f"Version {version}, {formats.moment(at)}{', approved' if approved else ''}", version in shown)
        for version, at, approved in known
    ]
    return CasesPage(
        versions=versions,
        offered=tuple(offered) if len(known) > COMPARED else (),
        rows=told,
        changes=tuple(_changes([case.version for case in versions], told)),
        may_freeze=may_write(actor, initiative, Permission.WRITE_MONEY),
        may_approve=may(actor, Permission.CONFIRM),
        latest_approved=max((version for version, _, approved in known if approved), default=0),
    )


def _changes(versions: Sequence[int], rows: Sequence[Sequence[str]]) -> Iterable[Change]:
    """What changed from each shown version to the next newer one, newest first."""
    for place, (newer, older) in enumerate(pairwise(versions), start=1):
        moved = [(row[0], row[place + 1], row[place]) for row in rows if row[place] != row[place + 1]]
        yield Change(f"Version {newer} against version {older}", tuple(moved))


def case_rows(case: BusinessCase, formats: Formats) -> list[tuple[str, ...]]:
    """What one version promises: label and text."""
    return list(_rows([case.content], _names(case.initiative), formats))


def _names(initiative: Initiative) -> dict[str, str]:
    """The name of each KPI by its key, archived ones too."""
    return dict(Kpi.objects.filter(initiative=initiative).values_list("key", "name"))


def _rows(
    contents: Sequence[Mapping[str, Any]], names: Mapping[str, str], formats: Formats
) -> Iterable[tuple[str, ...]]:
    yield ("Planned cost", *(_total(content["costs"], formats) for content in contents))
    yield ("Planned benefit", *(_total(content["benefits"], formats) for content in contents))
    for year in sorted({row["on"][:4] for content in contents for row in (*content["costs"], *content["benefits"])}):
        yield (f"Net of {year}", *(_net(content, year, formats) for content in contents))
    yield ("Planned go-live", *(_day(content["planned_go_live"], formats) for content in contents))
    if any(content.get("adoption") for content in contents):
        yield ("Planned use", *(_use(content.get("adoption"), formats) for content in contents))
    yield ("Horizon, months", *(str(content["horizon_months"]) for content in contents))
    yield ("Hurdle", *(_percent(content["hurdle"], formats) for content in contents))
    yield ("Discount rate", *(_percent(content["discount_rate"], formats) for content in contents))
    for kpi in sorted({key for content in contents for key in content["targets"]}):
        targets = (_target(content["targets"].get(kpi), formats) for content in contents)
        yield (f"Target of {names.get(kpi, kpi)}", *targets)
    for name in sorted({row["name"] for content in contents for row in content["drivers"]}):
        label = f"{WORDS[DriverName(name)].label}: low, middle, high"
        yield (label, *(_driver(content["drivers"], name, formats) for content in contents))


def _total(lines: Iterable[Mapping[str, Any]], formats: Formats) -> str:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line["currency"]] += Decimal(line["amount"])
    return " + ".join(formats.money(value, currency, Form.TABLE) for currency, value in sorted(sums.items())) or DASH


def _net(content: Mapping[str, Any], year: str, formats: Formats) -> str:
    signed = [
        {**line, "amount": str(Decimal(line["amount"]) * sign)}
        for name, sign in (("benefits", 1), ("costs", -1))
        for line in content[name]
        if line["on"].startswith(year)
    ]
    return _total(signed, formats)


def _percent(value: str | None, formats: Formats) -> str:
    return formats.percent(value) if value else DASH


def _target(rows: Sequence[Mapping[str, Any]] | None, formats: Formats) -> str:
    if not rows:
        return DASH
    return f"{formats.quantity(Decimal(rows[-1]['value']))} by {_day(rows[-1]['on'], formats)}"


def _use(rows: Sequence[Mapping[str, Any]] | None, formats: Formats) -> str:
    if not rows:
        return DASH
    last = max(rows, key=lambda row: str(row["on"]))
    return f"{formats.percent(last['share'])} by {_day(last['on'], formats)}"


def _day(text: str | None, formats: Formats) -> str:
    return formats.day(date.fromisoformat(text)) if text else DASH


def _driver(rows: Iterable[Mapping[str, Any]], name: str, formats: Formats) -> str:
    found = next((row for row in rows if row["name"] == name), None)
    if found is None:
        return DASH
    return " · ".join(point_text(name, Decimal(found[point]), formats) for point in ("p10", "p50", "p90"))
