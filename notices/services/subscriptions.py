"""Who gets a digest, and when next."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership
from notices.choices import Cadence
from notices.models import Subscription
from notices.rules.schedule import next_due
from web.formats import known_zone

MONDAY, SEVEN = 0, 7


def zone_of(subscription: Subscription) -> ZoneInfo:
    """The reader's time zone: their own, else the workspace's."""
    return known_zone(subscription.user.time_zone or subscription.workspace.time_zone)


def subscribe_administrators(*, now: datetime) -> int:
    """Subscribes every active administrator who has not chosen yet to the weekly digest, from when they joined.

    Returns:
        How many subscriptions were added.
    """
    chosen = Subscription.objects.filter(workspace=OuterRef("workspace"), user=OuterRef("user"), cadence=Cadence.WEEKLY)
    members = Membership.objects.filter(~Exists(chosen), role=Role.ADMIN, is_active=True)
    rows = [_weekly(member, now) for member in members.select_related("user", "workspace")]
    return len(Subscription.objects.bulk_create(rows, ignore_conflicts=True))


def follow(*, actor: Actor, now: datetime, weekday: int = MONDAY, hour: int = SEVEN) -> Subscription:
    """Switches the actor's weekly digest on, or moves it to another day and hour of their own time zone.

    Raises:
        ValidationError: no such day or hour.
    """
    with transaction.atomic():
        row = _own(actor) or Subscription(workspace=actor.workspace, user=actor.user, created_at=now)
        row.weekday, row.hour, row.ended_at = weekday, hour, None
        row.set_up_by = row.set_up_by or actor.user
        row.full_clean(exclude=["next_digest_at"])
        row.next_digest_at = next_due(now, zone_of(row), weekday, hour)
        row.save()
    return row


def end(*, subscription: Subscription, now: datetime) -> None:
    """Switches a digest off; again changes nothing."""
    Subscription.objects.filter(pk=subscription.pk, ended_at__isnull=True).update(ended_at=now)


def end_own(*, actor: Actor, now: datetime) -> None:
    """Switches the actor's own weekly digest off, also before the first."""
    row = _own(actor) or follow(actor=actor, now=now)
    end(subscription=row, now=now)


def _own(actor: Actor) -> Subscription | None:
    if actor.user is None:
        raise ValidationError("A digest goes to a person.")
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("workspace", "user")
    return rows.filter(workspace=actor.workspace, user=actor.user, cadence=Cadence.WEEKLY).first()


def _weekly(member: Membership, now: datetime) -> Subscription:
    zone = known_zone(member.user.time_zone or member.workspace.time_zone)
    return Subscription(
        workspace=member.workspace,
        user=member.user,
        weekday=MONDAY,
        hour=SEVEN,
        created_at=now,
        next_digest_at=next_due(member.created_at, zone, MONDAY, SEVEN),
    )
