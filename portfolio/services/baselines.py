"""Baselines that finance approves: what was approved is kept, and what changed since is seen."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from accounts.access import Actor, require
from accounts.choices import Permission
from portfolio.models import BaselineApproval, Kpi, Reading
from portfolio.models.kpis import BASELINE_TERMS, TREATED
from portfolio.services.errors import explained, single_row
from portfolio.services.facts import record
from portfolio.services.versions import today

DIGITS = Decimal("0.0000000001")
NEEDS_REASON = "The baseline is approved. Say why it changes; finance approves the new one again."


@dataclass(frozen=True)
class Window:
    """The readings of a baseline window: their mean, their number, their days, and a fingerprint of all of them."""

    mean: Decimal | None
    readings: int
    first_on: date | None
    last_on: date | None
    readings_hash: str


def approve_baseline(
    *, actor: Actor, kpi: Kpi, now: datetime, note: str = "", recorded_at: datetime | None = None
) -> BaselineApproval:
    """Finance approves the baseline window of a KPI with its readings, and the worth of a unit.

    Raises:
        ValidationError: the KPI has no baseline window, or no reading in it.
        Forbidden: the actor is not finance.
    """
    require(actor, Permission.CONFIRM)
    if kpi.baseline_from is None or kpi.baseline_to is None:
        raise ValidationError("The KPI has no baseline window. Give its dates first.", code="no_baseline")
    window = window_of(kpi, kpi.baseline_from, kpi.baseline_to)
    if window.mean is None:
        raise ValidationError("There is no reading in the baseline window. Enter them first.", code="no_readings")
    approved = _approved(kpi, window)
    approval = BaselineApproval(
        kpi=kpi,
        on=today(actor.workspace, recorded_at or now),
        baseline_from=kpi.baseline_from,
        baseline_to=kpi.baseline_to,
        mean=window.mean,
        readings=window.readings,
        approved=approved,
        approved_hash=fingerprint(approved),
        note=note,
    )
    with single_row():
        return record(
            actor=actor, now=now, facts=[approval], reason=note or "Approved again", recorded_at=recorded_at
        ).live[0]


def window_of(kpi: Kpi, begin: date, end: date) -> Window:
    """The treated readings of a KPI from BEGIN to END, as they are now."""
    rows = Reading.objects.live().filter(kpi=kpi, series=TREATED, on__range=(begin, end)).order_by("on")
    points: list[tuple[date, Decimal]] = list(rows.values_list("on", "value"))
    days = [on for on, _ in points]
    mean = (sum((value for _, value in points), Decimal()) / len(points)).quantize(DIGITS) if points else None
    said = [[on.isoformat(), _text(value)] for on, value in points]
    return Window(mean, len(points), min(days, default=None), max(days, default=None), fingerprint(said))


def changed_since(approval: BaselineApproval) -> Window | None:
    """The window as it is now, where its readings are not those that were approved; else None."""
    now = window_of(approval.kpi, approval.baseline_from, approval.baseline_to)
    held = approval.approved.get("readings_hash")
    same = now.readings_hash == held if held else (now.mean, now.readings) == (approval.mean, approval.readings)
    return None if same else now


def reopen_baseline(*, actor: Actor, kpi: Kpi, now: datetime, reason: str) -> None:
    """Ends the approval of a baseline whose terms change; finance approves the new ones again (semantics 17).

    Raises:
        ValidationError: there is an approval, and no reason or one that is too long.
    """
    approved = BaselineApproval.objects.live().filter(kpi=kpi)
    if not approved.exists():
        return
    words = explained(reason, "baseline_reason", NEEDS_REASON)
    approved.update(superseded_at=now, superseded_by=actor.user, supersede_reason=words)


def terms_of(kpi: Kpi) -> dict[str, Any]:
    """What an approval of the baseline covers, as it stands."""
    return {name: getattr(kpi, name) for name in BASELINE_TERMS}


def fingerprint(content: Any) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no blanks."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _approved(kpi: Kpi, window: Window) -> Mapping[str, Any]:
    return {name: _text(value) for name, value in terms_of(kpi).items()} | {
        "mean": _text(window.mean),
        "readings": window.readings,
        "first_on": _text(window.first_on),
        "last_on": _text(window.last_on),
        "readings_hash": window.readings_hash,
    }


def _text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value
