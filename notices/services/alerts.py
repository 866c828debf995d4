"""What people do with alerts, and what the rules do."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.access import Actor, require
from accounts.choices import Permission
from notices.access import alerts, require_answer
from notices.choices import AlertState
from notices.models import Alert
from web.formats import known_zone

LONGEST_SNOOZE = timedelta(days=90)
ACKNOWLEDGED = ("acknowledged_by", "acknowledged_at")
SNOOZED = ("snoozed_by", "snoozed_until", "snooze_reason")


def acknowledge(*, actor: Actor, alert: Alert, now: datetime) -> Alert:
    """Says who is on it; holds until the alert clears. Again changes nothing.

    Raises:
        Forbidden: the alert is not addressed to the actor.
    """
    require_answer(actor, alert)
    with transaction.atomic():
        row = Alert.objects.select_for_update().get(pk=alert.pk)
        if row.acknowledged_at is None:
            row.acknowledged_by, row.acknowledged_at = actor.user, now
            row.save(update_fields=ACKNOWLEDGED)
    return row


def snooze(*, actor: Actor, alert: Alert, now: datetime, until: date, reason: str) -> Alert:
    """Puts an alert aside up to and including a day, at most 90 days ahead, with a reason that everyone sees.

    Raises:
        Forbidden: the alert is not addressed to the actor.
        ValidationError: the day or the reason will not do.
    """
    require_answer(actor, alert)
    today = now.astimezone(known_zone(actor.workspace.time_zone)).date()
    if not today < until <= today + LONGEST_SNOOZE:
        raise ValidationError({"until": "Give a day after today, at most 90 days ahead."})
    if not reason.strip():
        raise ValidationError({"reason": "Say why it can wait."})
    with transaction.atomic():
        row = Alert.objects.select_for_update().get(pk=alert.pk)
        row.snoozed_by, row.snoozed_until, row.snooze_reason = actor.user, until, reason.strip()
        row.full_clean()
        row.save(update_fields=SNOOZED)
    return row


def answer_again(*, actor: Actor, alert: Alert) -> Alert:
    """Takes the actor's own acknowledgement and snooze of an alert back.

    Raises:
        Forbidden: the alert is not addressed to the actor.
    """
    require_answer(actor, alert)
    with transaction.atomic():
        row = Alert.objects.select_for_update().get(pk=alert.pk)
        if row.acknowledged_by_id == getattr(actor.user, "pk", None):
            row.acknowledged_by, row.acknowledged_at = None, None
        if row.snoozed_by_id == getattr(actor.user, "pk", None):
            row.snoozed_by, row.snoozed_until, row.snooze_reason = None, None, ""
        row.save(update_fields=[*ACKNOWLEDGED, *SNOOZED])
    return row


def choose(*, actor: Actor, keep: Collection[int] | None, now: datetime) -> int:
    """Answers the first look: opens the alerts with these ids (None: all of them) and dismisses the others.

    A dismissed alert stays quiet until its condition ends; when the condition returns, it opens.

    Returns:
        How many were opened.

    Raises:
        Forbidden: the actor does not administer the workspace.
    """
    require(actor, Permission.ADMINISTER)
    with transaction.atomic():
        held = alerts(actor).filter(state=AlertState.WOULD_OPEN)
        ids = list(held.select_for_update(of=("self",)).values_list("pk", flat=True))
        kept = [pk for pk in ids if keep is None or pk in keep]
        opened = Alert.objects.filter(pk__in=kept).update(state=AlertState.OPEN, opened_at=now, chosen_by=actor.user)
        Alert.objects.filter(pk__in=set(ids) - set(kept)).update(state=AlertState.DISMISSED, chosen_by=actor.user)
    return opened
