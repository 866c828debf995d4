"""Digests that are due become mails in the outbox, one per reader and week."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Membership
from notices.choices import Purpose
from notices.digests.compose import unsubscribe_url
from notices.digests.facts import facts_of
from notices.digests.preview import letter_of
from notices.digests.render import Rendered, render
from notices.models import Delivery, Digest, Subscription
from notices.rules.schedule import last_due, next_due, period_start
from notices.services.deliveries import new_message_id
from notices.services.subscriptions import zone_of


def due(now: datetime) -> "QuerySet[Subscription]":
    """Subscriptions whose digest is due, of people who are active members still; the longest waiting first."""
    member = Membership.objects.filter(
        workspace=OuterRef("workspace"), user=OuterRef("user"), is_active=True, user__is_active=True
    )
    rows = Subscription.objects.filter(Exists(member), ended_at__isnull=True, next_digest_at__lte=now)
    return rows.select_related("workspace", "user", "set_up_by").order_by("next_digest_at", "pk")


@transaction.atomic
def queue(subscription: Subscription, *, now: datetime) -> Delivery | None:
    """Puts the reader's digest into the outbox and moves their due date, both or neither.

    However many weeks were missed, one digest makes up for them. Two schedulers at once are safe: the due date moves
    for one of them only, and one row per week is all that the database takes.

    Returns:
        None where another scheduler was first, or there are no figures yet to tell of.
    """
    zone, seen = zone_of(subscription), subscription.next_digest_at
    latest = last_due(now, seen, zone, subscription.weekday, subscription.hour)
    following = next_due(now, zone, subscription.weekday, subscription.hour)
    moved = Subscription.objects.filter(pk=subscription.pk, next_digest_at=seen, ended_at__isnull=True)
    if not moved.update(next_digest_at=following):
        return None
    facts = facts_of(subscription.workspace, subscription, now.astimezone(zone).date())
    start = period_start(latest, zone)
    if facts is None or Digest.objects.filter(subscription=subscription, period_start=start).exists():
        return None
    digest = Digest.objects.create(
        subscription=subscription, period_start=start, due_at=latest, created_at=now, totals=facts.totals
    )
    rendered = render(letter_of(facts, subscription))
    return _deliver(subscription, rendered, Purpose.DIGEST, now, digest=digest)


def queue_test(subscription: Subscription, *, now: datetime) -> Delivery | None:
    """Puts the next digest into the outbox as a test to the reader; it counts as no digest and moves no date."""
    facts = facts_of(subscription.workspace, subscription, now.astimezone(zone_of(subscription)).date())
    if facts is None:
        return None
    return _deliver(subscription, render(letter_of(facts, subscription)), Purpose.TEST, now, digest=None)


def _deliver(
    subscription: Subscription, rendered: Rendered, purpose: Purpose, now: datetime, *, digest: Digest | None
) -> Delivery:
    return Delivery.objects.create(
        workspace=subscription.workspace,
        digest=digest,
        purpose=purpose,
        to=subscription.user.email,
        message_id=new_message_id(),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        headers=headers(subscription),
        sink_only=subscription.workspace.is_sample and purpose is Purpose.DIGEST,
        due_at=now,
        created_at=now,
    )


def headers(subscription: Subscription) -> Mapping[str, str]:
    """What lets a mail programme show an unsubscribe button (RFC 8058) and keep answering machines quiet."""
    if subscription.pk is None:
        return {"Auto-Submitted": "auto-generated"}
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    list_id = f"weekly.{subscription.workspace.slug}.{host}"
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(subscription)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": formataddr(("AI portfolio weekly digest", list_id)),
        "Auto-Submitted": "auto-generated",
    }
