"""What waits for a decision: the digest's list in the digest's words, and the alerts beside it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.access import Actor
from notices.access import alerts
from notices.choices import AlertState
from notices.digests import words
from notices.selectors.decisions import Choice, Decision, decisions
from web.formats import Formats

SHOWN = 4
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
TAGS = {
    Choice.STOP: ("crit", "Loses money", "Decide"),
    Choice.REPLAN: ("crit", "Over budget", "Review"),
    Choice.MOVE_ON: ("warn", "Stuck", "Review"),
}


@dataclass(frozen=True)
class Shown:
    """One thing to decide; `pace` says what waiting costs."""

    tone: str
    word: str
    title: str
    why: str
    stake: str
    pace: str
    url: str
    action: str


@dataclass(frozen=True)
class Decisions:
    """The list, what it leaves out, and the alerts that are open or wait to be chosen."""

    items: tuple[Shown, ...]
    title: str
    more: str
    alerts: str


def decisions_of(actor: Actor, formats: Formats, today: date) -> Decisions:
    """The first four of the decisions that the digest tells, in its order."""
    found = decisions(actor.workspace, today)
    left = len(found) - SHOWN
    return Decisions(
        items=tuple(_shown(each, formats) for each in found[:SHOWN]),
        title=_title(len(found)),
        more=f"and {left} more decision{'s' * (left != 1)}" if left > 0 else "",
        alerts=_alerts(actor, today),
    )


def open_count(actor: Actor, today: date) -> int:
    """How many alerts are open and not put aside."""
    waiting = Q(snoozed_until__isnull=True) | Q(snoozed_until__lt=today)
    return alerts(actor).filter(waiting, state=AlertState.OPEN, acknowledged_at__isnull=True).count()


def _shown(decision: Decision, formats: Formats) -> Shown:
    tone, word, action = TAGS[decision.choice]
    said = words.item(decision, reverse("initiative", args=[decision.key]), formats)
    return Shown(tone, word, said.title, said.why, said.stake, _pace(decision, formats), said.url, action)


def _pace(decision: Decision, formats: Formats) -> str:
    """What a month of waiting costs; of overspending, what each of its months cost or will."""
    amount = formats.money(decision.a_month, decision.currency)
    if not decision.months or decision.months == 1:
        return ""
    if decision.choice == Choice.REPLAN:
        return f"About {amount} in each of {decision.months} months"
    return f"Each month of waiting costs about {amount}"


def _title(count: int) -> str:
    if not count:
        return "Nothing waits for a decision"
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} decision{'s' * (count != 1)} wait{'s' * (count == 1)}"


def _alerts(actor: Actor, today: date) -> str:
    """How many alerts are open, and how many the first look holds back."""
    count, held = open_count(actor, today), alerts(actor).filter(state=AlertState.WOULD_OPEN).count()
    said = [f"{count} open alert{'s' * (count != 1)}"] if count else []
    return "; ".join([*said, *([f"{held} would open: choose which to keep"] if held else [])])
