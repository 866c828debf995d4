"""The page of what proves a KPI's effect: its frozen design and its approved baseline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.access import Actor, may
from accounts.choices import Permission
from portfolio.access import may_write
from portfolio.choices import Design, Direction
from portfolio.forms.kpis import DESIGNS
from portfolio.models import BaselineApproval, Kpi, Preregistration
from portfolio.services.baselines import changed_since, window_of
from portfolio.services.proof import design_of, first_use
from web.formats import Formats

DIGITS = 4
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Frozen:
    """A design that was frozen: what it says, and why it no longer holds, where it does not."""

    fact: Preregistration
    says: Facts


@dataclass(frozen=True)
class DesignShown:
    """How the effect is to be judged.

    Args:
        held: what is frozen and holds.
        standing: whether it was frozen in time, as tone, word and sentence.
        now: the design of the KPI as it is, where nothing or something else is frozen.
    """

    held: Frozen | None
    withdrawn: tuple[Frozen, ...]
    standing: tuple[str, str, str]
    now: Facts
    may_freeze: bool


@dataclass(frozen=True)
class BaselineShown:
    """The baseline with its approvals.

    Args:
        window: its days and readings in words.
        missing: what has to be there before it can be approved; empty where all is.
        changed: what became of the readings since the approval.
    """

    window: str
    missing: str
    approvals: tuple[BaselineApproval, ...]
    changed: str
    may_approve: bool


@dataclass(frozen=True)
class ProofPage:
    """What is on record for a KPI, and what the reader may do."""

    design: DesignShown
    baseline: BaselineShown
    may_write: bool
    may_confirm: bool


def proof_page(actor: Actor, kpi: Kpi, today: date, formats: Formats) -> ProofPage:
    """What stands on record for a KPI."""
    writes, confirms = may_write(actor, kpi.initiative, Permission.WRITE_RECORDS), may(actor, Permission.CONFIRM)
    return ProofPage(
        design=_design(kpi, today, formats, writes),
        baseline=_baseline(kpi, formats, confirms),
        may_write=writes,
        may_confirm=confirms,
    )


def _design(kpi: Kpi, today: date, formats: Formats, writes: bool) -> DesignShown:
    found = Preregistration.objects.filter(kpi=kpi).select_related("recorded_by", "superseded_by").order_by("-pk")
    rows = [Frozen(row, _says(row.frozen, formats)) for row in found]
    held = next((row for row in rows if row.fact.superseded_at is None), None)
    start, now = first_use(kpi.initiative), design_of(kpi)
    differs = held is None or held.fact.frozen != now
    return DesignShown(
        held=held,
        withdrawn=tuple(row for row in rows if row is not held),
        standing=_standing(held.fact if held else None, start, today, formats),
        now=_says(now, formats) if differs else (),
        may_freeze=writes and differs and (start is None or start > today),
    )


def _standing(held: Preregistration | None, start: date | None, today: date, formats: Formats) -> tuple[str, str, str]:
    in_use = start is not None and start <= today
    since = f"In use since {formats.day(start)}" if start else ""
    if held is not None and (start is None or held.on < start):
        when = f" on {formats.day(start)}" if start and in_use else ""
        return "good", "In time", f"Frozen before the first use{when}."
    if held is not None:
        return "warn", "Too late", f"{since}: it was frozen too late to count, so the grade is one step lower."
    if in_use:
        return "warn", "Too late", f"{since}: a design frozen now would come too late to count."
    return "mut", "Nothing frozen", "Freeze the design before anybody uses the initiative."


def _says(frozen: Mapping[str, Any], formats: Formats) -> Facts:
    planned = frozen.get("planned_go_live")
    return (
        ("Compared how", DESIGNS[Design(frozen["design"])]),
        ("Better is", "Higher" if frozen["direction"] == Direction.UP else "Lower"),
        ("Main KPI", "Yes" if frozen.get("primary") else "No"),
        ("Controls", ", ".join(frozen.get("controls", ())) or "None"),
        ("Planned go-live", formats.day(date.fromisoformat(planned)) if planned else "Not given"),
    )


def _baseline(kpi: Kpi, formats: Formats, confirms: bool) -> BaselineShown:
    found = BaselineApproval.objects.filter(kpi=kpi).select_related("recorded_by", "kpi").order_by("-pk")
    approvals = tuple(found)
    held = next((row for row in approvals if row.superseded_at is None), None)
    changed = changed_words(held, formats) if held else ""
    window, missing = _window(kpi, formats)
    return BaselineShown(
        window=window,
        missing=missing,
        approvals=approvals,
        changed=changed,
        may_approve=confirms and not missing and (held is None or bool(changed)),
    )


def _window(kpi: Kpi, formats: Formats) -> tuple[str, str]:
    if kpi.baseline_from is None or kpi.baseline_to is None:
        return "", "The KPI has no baseline window yet. Give its dates first."
    days = f"{formats.day(kpi.baseline_from)} to {formats.day(kpi.baseline_to)}"
    window = window_of(kpi, kpi.baseline_from, kpi.baseline_to)
    if window.mean is None:
        return f"{days}.", "There is no reading in the baseline window yet. Enter them first."
    return f"{days}: mean {formats.number(window.mean, digits=DIGITS)} over {window.readings} readings.", ""


def changed_words(approval: BaselineApproval, formats: Formats) -> str:
    """What became of the readings that finance approved; empty where they are the same."""
    now = changed_since(approval)
    if now is None:
        return ""
    who = f" by {approval.recorded_by}" if approval.recorded_by else ""
    before = f"mean was {formats.number(approval.mean, digits=DIGITS)} over {approval.readings} readings"
    after = (
        "there is none now" if now.mean is None else f"is {formats.number(now.mean, digits=DIGITS)} over {now.readings}"
    )
    return f"Readings in the baseline changed since the approval on {formats.day(approval.on)}{who}: {before}, {after}."
