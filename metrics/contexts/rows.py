"""Rows of a list of initiatives on one shared axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from metrics.contexts.entries import Entry
from metrics.contexts.figures import NOT_YET, Shown, shown
from metrics.contexts.marks import Axis, Interval, axis_for, interval
from metrics.contexts.signals import reasons
from metrics.contexts.verdicts import Status, status_of
from metrics.contexts.words import STAGE_WORDS
from metrics.core.reasons import Reason
from metrics.core.rollup.initiative import Verdict
from portfolio.choices import Stage
from web.formats import Form, Formats


@dataclass(frozen=True)
class Row:
    """One initiative in a list; without a URL where it was archived since."""

    key: str
    name: str
    url: str
    where: str
    status: Status
    interval: Interval
    roi: Shown
    roi_first: str
    roi_then: str
    net: Shown
    plan: Shown
    risk: Shown
    chance: Shown
    to_date: Shown
    stage: str
    stage_age: str
    recorded: str
    unit: str
    owner: str
    why: str
    why_more: str
    is_behind: bool


def rows_of(
    entries: Sequence[Entry], hurdle: Decimal | None, formats: Formats, day: date, query: str = ""
) -> tuple[tuple[Row, ...], Axis]:
    """Rows on one shared axis, and the axis; `query` is what links add to keep a past day."""
    figures = [_roi(each, formats) for each in entries]
    ends = [end for figure in figures for end in (figure.value, figure.low, figure.high)]
    axis = axis_for([*ends, hurdle], formats)
    pairs = zip(entries, figures, strict=True)
    return tuple(
        _row(each, roi, interval(axis, roi, hurdle=hurdle, tone=_status(each).tone), formats, day, query)
        for each, roi in pairs
    ), axis


def _row(entry: Entry, roi: Shown, mark: Interval, formats: Formats, day: date, query: str) -> Row:
    initiative, snapshot = entry.initiative, entry.snapshot
    said = [] if roi.is_known else [roi.text]
    said += reasons(snapshot.signals if snapshot else [], formats, day)
    roi_first, roi_then = _in_order(roi, snapshot.verdict if snapshot else "", formats)
    is_archived = initiative.archived_at is not None
    parts = (str(initiative.unit or ""), initiative.owner, "archived since" if is_archived else "")
    return Row(
        key=initiative.key,
        name=initiative.name,
        url="" if is_archived else reverse("initiative", args=[initiative.key]) + query,
        where=" · ".join(part for part in parts if part),
        status=_status(entry),
        interval=mark,
        roi=roi,
        roi_first=roi_first,
        roi_then=roi_then,
        net=_in_workspace(entry, "year_net", "net_forecast", formats),
        plan=_in_workspace(entry, "year_plan_net", "net_plan", formats),
        risk=shown(snapshot.risk.get("abandoned_12m"), formats) if snapshot else NOT_YET,
        chance=shown(snapshot.figures.get("chance_clears_hurdle"), formats) if snapshot else NOT_YET,
        to_date=_to_date(entry, formats),
        stage=STAGE_WORDS[Stage(entry.stage)],
        stage_age=_months_since(entry.stage_since, day),
        recorded=_days_since(entry.last_activity, day),
        unit=str(initiative.unit or ""),
        owner=initiative.owner,
        why=said[0] if said else "No open issue",
        why_more="; ".join(said[1:3]),
        is_behind=entry.is_behind,
    )


def _in_order(roi: Shown, verdict: str, formats: Formats) -> tuple[str, str]:
    """The return and its range; while it is uncertain the range stands first."""
    if roi.low is None or roi.high is None:
        return roi.text, ""
    ends = f"{formats.percent(roi.low)} to {formats.percent(roi.high)}"
    return (ends, f"forecast {roi.text}") if verdict == Verdict.UNCERTAIN else (roi.text, ends)


def _status(entry: Entry) -> Status:
    return status_of(entry.snapshot.verdict if entry.snapshot else "")


def _roi(entry: Entry, formats: Formats) -> Shown:
    return shown(entry.snapshot.figures.get("roi_forecast"), formats, signed=True) if entry.snapshot else NOT_YET


def _in_workspace(entry: Entry, column: str, name: str, formats: Formats) -> Shown:
    """Money of the fiscal year in the workspace's currency, so that rows can be compared; else its reason."""
    if entry.snapshot is None:
        return NOT_YET
    value, stored = getattr(entry.sums, column), entry.snapshot.year[name]
    if value is None or stored["value"] is None:
        return shown({**stored, "value": None, "reason": stored["reason"] or Reason.NO_EXCHANGE_RATE}, formats)
    return Shown(formats.money(value, entry.initiative.workspace.currency, Form.TABLE), is_known=True, value=value)


def _to_date(entry: Entry, formats: Formats) -> Shown:
    """Net value so far in the workspace's currency; a past day holds only that of its own currency."""
    if entry.snapshot is None:
        return NOT_YET
    stored, currency = entry.snapshot.figures["net_to_date"], entry.initiative.workspace.currency
    value = getattr(entry.sums, "net_to_date", None)
    if value is None and entry.snapshot.currency == currency:
        return shown(stored, formats, form=Form.TABLE)
    if value is None:
        return shown({**stored, "value": None, "reason": stored["reason"] or Reason.NO_EXCHANGE_RATE}, formats)
    return Shown(formats.money(value, currency, Form.TABLE), is_known=True, value=value)


def _days_since(last: date | None, today: date) -> str:
    if last is None:
        return ""
    days = (today - last).days
    return "today" if days <= 0 else f"{days} day{'s' * (days != 1)} ago"


def _months_since(since: date | None, today: date) -> str:
    if since is None:
        return ""
    months = max(0, (today.year - since.year) * 12 + today.month - since.month)
    return "this month" if months == 0 else f"{months} month{'s' * (months != 1)}"
