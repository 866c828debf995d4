"""Who follows a workspace, and which mails went out."""

from datetime import datetime

from accounts.access import Actor
from accounts.choices import Role
from notices.choices import Cadence
from notices.models import Delivery, Subscription
from notices.rules.schedule import next_due
from web.formats import known_zone

LISTED = 50


def own_subscription(actor: Actor, now: datetime) -> Subscription:
    """The actor's weekly digest; not stored and switched off where they never chose, on for administrators."""
    rows = Subscription.objects.filter(workspace=actor.workspace, user=actor.user, cadence=Cadence.WEEKLY)
    found = rows.select_related("workspace", "user", "set_up_by").first()
    if found is not None or actor.user is None:
        return found or Subscription(workspace=actor.workspace)
    fresh = Subscription(workspace=actor.workspace, user=actor.user)
    zone = known_zone(actor.user.time_zone or actor.workspace.time_zone)
    fresh.next_digest_at = next_due(now, zone, fresh.weekday, fresh.hour)
    fresh.ended_at = None if actor.role is Role.ADMIN else now
    return fresh


def deliveries(actor: Actor) -> list[Delivery]:
    """The newest mails of the workspace for its administrators, a person's own for others."""
    rows = Delivery.objects.filter(workspace=actor.workspace)
    if actor.role is not Role.ADMIN and actor.user is not None:
        rows = rows.filter(to=actor.user.email)
    return list(rows.defer("text", "html", "headers")[:LISTED])
