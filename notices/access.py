"""The only door for requests: the alert or 404, whom it is addressed to, and links that need no sign-in."""

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.access import Actor, Forbidden, reach
from accounts.choices import Permission, Reach, Role
from notices.choices import AlertState, Rule
from notices.models import Alert, Subscription

_signer = Signer(salt="notices.unsubscribe")
LARGEST_ID = 2**63 - 1


def alerts(actor: Actor) -> "QuerySet[Alert]":
    """The alerts that the actor may read."""
    return Alert.objects.filter(Q(initiative__isnull=True) | Q(initiative__archived_at__isnull=True)).filter(
        workspace=actor.workspace
    )


def open_alert_or_404(actor: Actor, pk: int) -> Alert:
    """The open alert with this id; a stranger's is answered like one that does not exist."""
    rows = alerts(actor).filter(state=AlertState.OPEN).select_related("initiative")
    row = rows.filter(pk=pk).first() if pk <= LARGEST_ID else None
    if row is None:
        raise Http404("No such alert.")
    return row


def is_addressed(actor: Actor, alert: Alert) -> bool:
    """Whether the alert is for this person: owner or sponsor of its initiative, finance where it is about cost."""
    if alert.initiative is None or actor.user is None:
        return False
    if alert.rule == Rule.COST_OVERRUN and actor.role is Role.FINANCE:
        return True
    return actor.user.pk in {alert.initiative.owner_user_id, alert.initiative.sponsor_user_id}


def may_answer(actor: Actor, alert: Alert) -> bool:
    """Whether the actor may acknowledge and snooze the alert."""
    given = reach(actor, Permission.ACKNOWLEDGE)
    return given is Reach.ALL or (given is Reach.ADDRESSED and is_addressed(actor, alert))


def require_answer(actor: Actor, alert: Alert) -> None:
    """Raises Forbidden unless the actor may acknowledge and snooze the alert."""
    if not may_answer(actor, alert):
        raise Forbidden(Permission.ACKNOWLEDGE)


def unsubscribe_token(subscription: Subscription) -> str:
    """Opens the unsubscribe page of one subscription and no other; made from SECRET_KEY, kept nowhere."""
    return _signer.sign(str(subscription.pk))


def subscription_or_404(token: str) -> Subscription:
    """The subscription that the token was made for."""
    try:
        pk = int(_signer.unsign(token))
    except BadSignature as error:
        raise Http404("This link is not complete.") from error
    row = Subscription.objects.select_related("workspace", "user").filter(pk=pk).first()
    if row is None:
        raise Http404("This link is not complete.")
    return row
