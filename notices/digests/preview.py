"""The letter that a reader would get now."""

from datetime import datetime

from accounts.models import Membership
from notices.digests.compose import Reader, compose
from notices.digests.facts import Facts, facts_of
from notices.digests.letter import Letter
from notices.digests.render import Rendered, render
from notices.models import Subscription
from notices.services.subscriptions import zone_of
from web import formats


def letter_of(facts: Facts, subscription: Subscription) -> Letter:
    """The letter in the reader's own locale and time zone."""
    user, workspace = subscription.user, subscription.workspace
    members = Membership.objects.filter(workspace=workspace, is_active=True).values("user")
    followers = Subscription.objects.filter(workspace=workspace, ended_at__isnull=True, user__in=members).count()
    zone_name = zone_of(subscription).key
    reader = Reader(subscription, formats.of(user.locale or workspace.locale, zone_name), zone_name, followers)
    return compose(facts, reader)


def preview(subscription: Subscription, *, now: datetime) -> Rendered | None:
    """The digest that the reader would get now; None before the first figures. Nothing is stored."""
    facts = facts_of(subscription.workspace, subscription, now.astimezone(zone_of(subscription)).date())
    return None if facts is None else render(letter_of(facts, subscription))
