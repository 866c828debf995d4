"""The alerts page: what has gone wrong, what waits to be chosen, what was answered and what is resolved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.urls import reverse

from accounts.access import Actor, may
from accounts.choices import Permission
from notices.access import alerts, may_answer
from notices.choices import AlertState, Rule, Severity
from notices.messages import addressee, message
from notices.models import Alert, RuleCheck
from web.formats import Formats

LISTED = 100
RESOLVED_FOR = timedelta(days=30)
TONES = {Severity.CRITICAL: "crit", Severity.HIGH: "crit", Severity.MEDIUM: "warn", Severity.LOW: "mut"}
RULES = {Rule.BELOW_HURDLE: "ROI below hurdle", Rule.COST_OVERRUN: "Cost overrun", Rule.STALE_DATA: "Stale data"}
BY_SEVERITY = Case(
    *(When(severity=each, then=rank) for rank, each in enumerate(reversed(Severity))), output_field=IntegerField()
)


@dataclass(frozen=True)
class Row:
    """One alert in words. `answer` says who acknowledged or snoozed it, and why."""

    pk: int
    tone: str
    severity: str
    rule: str
    initiative: str
    url: str
    what: str
    compared: str
    why: str
    action: str
    times: str
    to: str
    answer: str
    may_answer: bool
    is_acknowledged: bool


@dataclass(frozen=True)
class Section:
    """Alerts of one standing; `more` says how many are not listed."""

    slug: str
    title: str
    empty: str
    rows: tuple[Row, ...]
    more: str


@dataclass(frozen=True)
class Inbox:
    """The whole page."""

    sections: tuple[Section, ...]
    held: Section
    may_choose: bool
    checked: str


def build(actor: Actor, formats: Formats, today: date) -> Inbox:
    """Open alerts first, the worst first; then those put aside, and what was resolved in the last 30 days."""
    asleep = Q(snoozed_until__gte=today)
    acknowledged = Q(acknowledged_at__isnull=False)
    is_open = alerts(actor).filter(state=AlertState.OPEN)
    resolved = alerts(actor).filter(
        state=AlertState.CLEARED, opened_at__isnull=False, cleared_at__date__gte=today - RESOLVED_FOR
    )
    held = alerts(actor).filter(state=AlertState.WOULD_OPEN)
    section = _section_of(actor, formats, today)
    checked = _checked(actor, formats)
    return Inbox(
        sections=(
            section("open", "Open", f"Nothing open. {checked}", is_open.exclude(asleep).exclude(acknowledged)),
            section("acknowledged", "Acknowledged", "", is_open.filter(acknowledged).exclude(asleep)),
            section("snoozed", "Snoozed", "", is_open.filter(asleep)),
            section("pending", "Not sure yet", "", alerts(actor).filter(state=AlertState.PENDING)),
            section("resolved", "Resolved in the last 30 days", "", resolved),
            section("not-kept", "Not kept", "", alerts(actor).filter(state=AlertState.DISMISSED)),
        ),
        held=section("would-open", "These would open: choose which to keep", "", held),
        may_choose=may(actor, Permission.ADMINISTER),
        checked=checked,
    )


def row_of(alert: Alert, actor: Actor, formats: Formats, today: date) -> Row:
    """One alert in words."""
    said = message(alert.rule, alert.detail, alert.value, alert.threshold, alert.last_day(today), formats)
    return Row(
        pk=alert.pk,
        tone="good" if alert.state == AlertState.CLEARED else TONES[Severity(alert.severity)],
        severity="Resolved" if alert.state == AlertState.CLEARED else Severity(alert.severity).capitalize(),
        rule=RULES[Rule(alert.rule)],
        initiative=alert.initiative.name if alert.initiative else "The portfolio",
        url=reverse("initiative", args=[alert.initiative.key]) if alert.initiative else reverse("overview"),
        what=said.what,
        compared=said.compared,
        why=" ".join(_sentence(reason) for reason in said.why),
        action=said.action if alert.state == AlertState.OPEN else "",
        times=_times(alert, formats),
        to=_addressee(alert),
        answer=_answer(alert, formats, today),
        may_answer=alert.state == AlertState.OPEN and may_answer(actor, alert),
        is_acknowledged=alert.acknowledged_at is not None,
    )


def _section_of(actor: Actor, formats: Formats, today: date) -> Callable[[str, str, str, "QuerySet[Alert]"], Section]:
    def section(slug: str, title: str, empty: str, rows: "QuerySet[Alert]") -> Section:
        people = ("initiative", "acknowledged_by", "snoozed_by")
        listed = list(rows.select_related(*people).order_by(BY_SEVERITY, "initiative__name", "pk")[: LISTED + 1])
        count = rows.count() if len(listed) > LISTED else len(listed)
        shown = tuple(row_of(alert, actor, formats, today) for alert in listed[:LISTED])
        more = f"and {count - LISTED} more" if count > LISTED else ""
        return Section(slug, f"{title} ({count})" if count else title, empty, shown, more)

    return section


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."


def _times(alert: Alert, formats: Formats) -> str:
    parts: list[str] = [f"Since {formats.day(alert.since)}"]
    if alert.opened_at:
        parts.append(f"opened {formats.moment(alert.opened_at)}")
    if alert.worsened_at:
        parts.append(f"got worse {formats.moment(alert.worsened_at)}")
    if alert.recovering_since and not alert.cleared_at:
        parts.append(f"recovering since {formats.day(alert.recovering_since)}")
    if alert.cleared_at:
        parts.append(f"resolved {formats.moment(alert.cleared_at)}")
    else:
        parts.append(f"checked {formats.moment(alert.evaluated_at)}")
    return "; ".join(parts)


def _addressee(alert: Alert) -> str:
    if alert.initiative is None:
        return ""
    return f"To {addressee(alert.rule, alert.initiative.owner, alert.initiative.sponsor)}."


def _answer(alert: Alert, formats: Formats, today: date) -> str:
    said: list[str] = []
    if alert.acknowledged_at:
        said.append(f"{_who(alert.acknowledged_by)} is on it since {formats.moment(alert.acknowledged_at)}.")
    if alert.snoozed_until and alert.snoozed_until >= today:
        who, until = _who(alert.snoozed_by), formats.day(alert.snoozed_until)
        said.append(f"{who} put it aside until {until}: {alert.snooze_reason}")
    elif alert.snoozed_until:
        said.append(f"The snooze ended on {formats.day(alert.snoozed_until)}: {alert.snooze_reason}")
    return " ".join(said)


def _who(person: Any) -> str:
    return str(person) if person else "Someone"


def _checked(actor: Actor, formats: Formats) -> str:
    check = RuleCheck.objects.filter(workspace=actor.workspace, checked_at__isnull=False).first()
    if check is None or check.checked_at is None:
        return "The rules have not run yet; they run every minute."
    return f"{len(RULES)} rules checked on {formats.moment(check.checked_at)}; they run every minute."
