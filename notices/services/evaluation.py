"""Runs the rules over figures: alerts open, change and clear; people are told once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import transaction

from accounts.models import Workspace
from metrics.services import portfolio_as_of
from notices.choices import LIVE_STATES, AlertState, Rule, Severity
from notices.models import Alert, RuleCheck, Watch
from notices.rules.stale import reading_in
from notices.rules.states import Seen, Standing, Step, is_worse, step
from notices.selectors.looks import BATCH, Look, looks_back, looks_due
from web.formats import known_zone

CHANGES = (
    "state", "severity", "worst", "worsened_at", "since", "recovering_since", "value", "threshold", "detail",
    "evaluated_at", "opened_at",
)  # fmt: skip
END_OF_DAY = time(23, 59)
BEGINS = {Step.WAIT: AlertState.PENDING, Step.HOLD: AlertState.WOULD_OPEN, Step.OPEN: AlertState.OPEN}
Standings = dict[int, dict[tuple[str, str], Alert]]


@dataclass
class Outcome:
    """Counts of what one run did."""

    looked: int = 0
    waiting: int = 0
    opened: int = 0
    held: int = 0
    updated: int = 0
    cleared: int = 0


@dataclass
class _Changes:
    new: list[Alert] = field(default_factory=list)
    changed: list[Alert] = field(default_factory=list)
    cleared: list[int] = field(default_factory=list)
    steps: Counter[Step] = field(default_factory=Counter)


def evaluate(*, workspace: Workspace, now: datetime) -> Outcome:
    """Looks at every initiative whose figures are new, or whose day has passed; safe to run twice and side by side.

    Returns:
        What happened; all zero when another run over the workspace is at work.
    """
    outcome = Outcome()
    RuleCheck.objects.bulk_create([RuleCheck(workspace=workspace)], ignore_conflicts=True)
    with transaction.atomic():
        check = RuleCheck.objects.select_for_update(skip_locked=True).filter(pk=workspace.pk).first()
        if check is None:
            return outcome
        for looks in looks_due(workspace):
            _take_in(workspace, looks, now, outcome)
        outcome.cleared += _clear_archived(workspace, now)
        check.checked_at = now
        check.save(update_fields=["checked_at"])
    return outcome


def evaluate_history(*, workspace: Workspace, days: Iterable[date], now: datetime) -> Outcome:
    """Runs the rules over what was believed at the end of each of those days, as if they had run then.

    For declared history only (the sample): its alerts open and clear in the past. The totals of those days are
    stored, so that a first digest has something to compare with.

    Args:
        days: days of the workspace before today, oldest first.
        now: when the figures of those days are worked out.
    """
    outcome = Outcome()
    zone = known_zone(workspace.time_zone)
    for day in days:
        totals = portfolio_as_of(workspace=workspace, as_of=day, now=now)
        with transaction.atomic():
            _take_in(workspace, looks_back(workspace, totals.members), datetime.combine(day, END_OF_DAY, zone), outcome)
    return outcome


def _take_in(workspace: Workspace, looks: list[Look], now: datetime, outcome: Outcome) -> None:
    ids = [look.initiative_id for look in looks]
    live = Alert.objects.filter(workspace=workspace, initiative__in=ids, state__in=LIVE_STATES)
    standing: Standings = {}
    for alert in live:
        standing.setdefault(alert.initiative_id or 0, {})[alert.rule, alert.scope] = alert
    changes = _decided(workspace, looks, standing, now)
    Alert.objects.bulk_create(changes.new, ignore_conflicts=True)
    Alert.objects.bulk_update(changes.changed, CHANGES, batch_size=BATCH)
    live.filter(pk__in=changes.cleared).update(state=AlertState.CLEARED, cleared_at=now)
    Alert.objects.filter(workspace=workspace, initiative__in=ids, state__in=LIVE_STATES).update(evaluated_at=now)
    _remember(workspace, looks, now)
    _count(outcome, looks, changes.steps)


def _count(outcome: Outcome, looks: list[Look], steps: Counter[Step]) -> None:
    outcome.looked += len(looks)
    outcome.waiting += steps[Step.WAIT]
    outcome.opened += steps[Step.OPEN]
    outcome.held += steps[Step.HOLD]
    outcome.updated += steps[Step.UPDATE] + steps[Step.RECOVER]
    outcome.cleared += steps[Step.CLEAR]


def _decided(workspace: Workspace, looks: list[Look], standing: Standings, now: datetime) -> _Changes:
    changes = _Changes()
    for look in looks:
        alerts = standing.get(look.initiative_id, {})
        for seen in (*look.seen, *_cured(look, alerts)):
            alert = alerts.get((seen.rule, seen.scope))
            taken = step(_standing(alert), seen, day=look.as_of_date, first_look=look.is_first)
            changes.steps[taken] += 1
            if alert is None and taken in BEGINS:
                changes.new.append(_new(workspace, look, seen, now, BEGINS[taken]))
            elif alert and taken is Step.CLEAR:
                changes.cleared.append(alert.pk)
            elif alert and taken is not Step.NOTHING:
                changes.changed.append(_changed(alert, seen, taken, look.as_of_date, now))
    return changes


def _cured(look: Look, alerts: Iterable[tuple[str, str]]) -> Iterable[Seen]:
    """A KPI with a stale-data alert that is not stale any more."""
    stale = {seen.scope for seen in look.seen if seen.rule is Rule.STALE_DATA}
    for rule, scope in alerts:
        if rule == Rule.STALE_DATA and scope not in stale:
            yield reading_in(scope)


def _standing(alert: Alert | None) -> Standing | None:
    if alert is None:
        return None
    state, severity = AlertState(alert.state), Severity(alert.severity)
    return Standing(state, severity, alert.detail, alert.since, alert.recovering_since)


def _new(workspace: Workspace, look: Look, seen: Seen, now: datetime, state: AlertState) -> Alert:
    return Alert(
        workspace=workspace,
        rule=seen.rule,
        initiative_id=look.initiative_id,
        scope=seen.scope,
        state=state,
        severity=seen.severity,
        worst=seen.severity,
        since=seen.since or look.as_of_date,
        value=seen.value,
        threshold=seen.threshold,
        detail=dict(seen.detail),
        found_at=now,
        evaluated_at=now,
        opened_at=now if state is AlertState.OPEN else None,
    )


def _changed(alert: Alert, seen: Seen, taken: Step, day: date, now: datetime) -> Alert:
    alert.severity, alert.value, alert.threshold = seen.severity, seen.value, seen.threshold
    alert.since = min(alert.since, seen.since or alert.since)
    alert.detail, alert.evaluated_at = dict(seen.detail), now
    alert.recovering_since = (alert.recovering_since or day) if taken is Step.RECOVER else None
    if is_worse(seen.severity, Severity(alert.worst)):
        alert.worst = seen.severity
        alert.worsened_at = now if alert.state == AlertState.OPEN else None
    if taken in BEGINS:
        alert.state = BEGINS[taken]
        alert.opened_at = now if taken is Step.OPEN else None
    return alert


def _remember(workspace: Workspace, looks: list[Look], now: datetime) -> None:
    rows = [
        Watch(
            initiative_id=look.initiative_id,
            workspace=workspace,
            snapshot_id=look.snapshot_id,
            as_of_date=look.as_of_date,
            evaluated_at=now,
        )
        for look in looks
    ]
    Watch.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["initiative"],
        update_fields=["snapshot", "as_of_date", "evaluated_at"],
    )


def _clear_archived(workspace: Workspace, now: datetime) -> int:
    gone = Alert.objects.filter(workspace=workspace, state__in=LIVE_STATES, initiative__archived_at__isnull=False)
    return gone.update(state=AlertState.CLEARED, cleared_at=now)
