"""What waits for a decision: initiatives that lose money, and open alerts, each with its money and its date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.urls import reverse

from accounts.access import Actor
from metrics.contexts.figures import shown
from metrics.contexts.signals import reasons
from metrics.core.rollup.initiative import Verdict
from notices.access import alerts
from notices.choices import AlertState, Rule, Severity
from notices.messages import message
from notices.models import Alert
from portfolio.models import Initiative
from web.formats import Formats

SHOWN = 4
MOST_LOSING = 2
TONES = {Severity.HIGH: "crit", Severity.MEDIUM: "warn", Severity.LOW: "mut"}
WORDS = {Rule.COST_OVERRUN: "Over budget", Rule.STALE_DATA: "Old data"}
BY_SEVERITY = Case(
    *(When(severity=each, then=rank) for rank, each in enumerate(reversed(Severity))), output_field=IntegerField()
)


@dataclass(frozen=True)
class Decision:
    """One thing to decide."""

    tone: str
    word: str
    title: str
    text: str
    money: str
    when: str
    url: str
    action: str


@dataclass(frozen=True)
class Decisions:
    """The list, and what it leaves out."""

    items: tuple[Decision, ...]
    title: str
    more: str
    would_open: str


def decisions_of(actor: Actor, doubtful: Sequence[Initiative], formats: Formats, today: date) -> Decisions:
    """At most four decisions: those that lose money first, then open alerts by severity."""
    losing = [each for each in doubtful if _left(each)][:MOST_LOSING]
    waiting = _open(actor, today).exclude(initiative__in=losing)
    count = waiting.count()
    room = SHOWN - len(losing)
    alerted = [_of_alert(alert, formats, today) for alert in waiting[:room]]
    items = (*(_losing(each, formats, today) for each in losing), *alerted)
    held = alerts(actor).filter(state=AlertState.WOULD_OPEN).count()
    return Decisions(
        items=items,
        title=_title(len(items)),
        more=f"{count - room} more open alerts" if count > room else "",
        would_open=f"{held} alerts would open; choose which to keep" if held else "",
    )


def open_count(actor: Actor, today: date) -> int:
    """How many alerts are open and not put aside."""
    return _open(actor, today).count()


def _open(actor: Actor, today: date) -> QuerySet[Alert]:
    waiting = Q(snoozed_until__isnull=True) | Q(snoozed_until__lt=today)
    rows = alerts(actor).filter(waiting, state=AlertState.OPEN, acknowledged_at__isnull=True)
    return rows.select_related("initiative").order_by(BY_SEVERITY, "since", "pk")


def _title(count: int) -> str:
    words = ("Nothing waits for a decision", "One decision waits", "Two decisions wait", "Three decisions wait")
    return words[count] if count < len(words) else "Four decisions wait"


def _left(initiative: Initiative) -> Decimal:
    """What an initiative that loses money would still spend; nothing for any other."""
    current = getattr(initiative, "current", None)
    if current is None or current.verdict != Verdict.LOSES:
        return Decimal(0)
    figures = current.snapshot.figures
    return Decimal(figures["tco"]["value"]) - Decimal(figures["cost_to_date"]["value"] or 0)


def _losing(initiative: Initiative, formats: Formats, today: date) -> Decision:
    snapshot = initiative.current.snapshot
    roi = shown(snapshot.figures["roi_forecast"], formats)
    why, end = reasons(snapshot.signals, formats, today)[:1], snapshot.horizon_end
    return Decision(
        tone="crit",
        word="Loses money",
        title=f"Stop or re-scope {initiative.name}",
        text=" ".join((f"A return of {roi.text} is forecast over its horizon.", *(f"{each}." for each in why))),
        money=f"Frees up to {formats.money(_left(initiative), snapshot.currency)}",
        when="Still to be spent" + (f" by {formats.month(end)}" if end else ""),
        url=reverse("initiative", args=[initiative.key]),
        action="Decide",
    )


def _of_alert(alert: Alert, formats: Formats, today: date) -> Decision:
    words = message(alert.rule, alert.detail, alert.value, alert.threshold, today, formats)
    name = alert.initiative.name if alert.initiative else "The portfolio"
    return Decision(
        tone=TONES[Severity(alert.severity)],
        word=WORDS[Rule(alert.rule)],
        title=f"{name}: {words.what}",
        text=" ".join((words.action, *words.why[:1])),
        money=_at_stake(alert, formats),
        when=f"Since {formats.day(alert.since)}",
        url=reverse("initiative", args=[alert.initiative.key]) if alert.initiative else reverse("alerts"),
        action="Review",
    )


def _at_stake(alert: Alert, formats: Formats) -> str:
    """The money that the alert is about, where it is about money."""
    if alert.rule != Rule.COST_OVERRUN:
        return "Its figures rest on old data"
    over = Decimal(alert.detail["actual"]) - Decimal(alert.detail["plan"])
    return f"{formats.money(over, alert.detail['currency'])} over so far"
