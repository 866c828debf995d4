"""The reports page: what will go out to the reader, when, and what went out."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.access import Actor
from notices.choices import Purpose
from notices.digests import preview
from notices.models import Delivery, Subscription
from notices.selectors.subscriptions import deliveries, own_subscription
from notices.services.subscriptions import zone_of
from portfolio.models import WorkState
from web.formats import Formats

STATES = {
    WorkState.WAITING: ("mut", "Waiting"),
    WorkState.RUNNING: ("mut", "Being sent"),
    WorkState.DONE: ("good", "Sent"),
    WorkState.FAILED: ("crit", "Not sent"),
}
PURPOSES = {Purpose.DIGEST: "Weekly digest", Purpose.TEST: "Test", Purpose.REQUEST: "Asked for an update"}


@dataclass(frozen=True)
class Mail:
    """One mail of the log."""

    at: str
    to: str
    purpose: str
    subject: str
    tone: str
    state: str
    note: str


@dataclass(frozen=True)
class Reports:
    """The whole page. `subject` is empty before the first figures."""

    is_on: bool
    next_at: str
    zone: str
    subject: str
    text: str
    mails: tuple[Mail, ...]
    problem: str


def build(actor: Actor, formats: Formats, now: datetime) -> tuple[Reports, Subscription]:
    """The page, and the subscription that its form shows."""
    subscription = own_subscription(actor, now)
    rendered = preview(subscription, now=now)
    shown = Reports(
        is_on=subscription.ended_at is None,
        next_at=formats.moment(subscription.next_digest_at),
        zone=zone_of(subscription).key,
        subject=rendered.subject if rendered else "",
        text=rendered.text if rendered else "",
        mails=tuple(_mail(row, formats) for row in deliveries(actor)),
        problem=_problem(actor),
    )
    return shown, subscription


def _mail(row: Delivery, formats: Formats) -> Mail:
    tone, state = STATES[WorkState(row.state)]
    if row.state == WorkState.WAITING and row.attempt:
        state = f"Tried {row.attempt} time{'s' * (row.attempt != 1)}, next {formats.moment(row.due_at)}"
    at = formats.moment(row.finished_at or row.created_at)
    return Mail(at, row.to, PURPOSES[Purpose(row.purpose)], row.subject, tone, state, row.error)


def _problem(actor: Actor) -> str:
    if not settings.EMAIL_HOST:
        return "No mail server is set, so nothing goes out. Set EMAIL_HOST and start Hurdle again."
    if actor.workspace.is_sample and settings.SAMPLE_SINK_PORT:
        return "This is made-up data: its weekly digests stay on this machine. A test goes to your own address."
    if actor.workspace.is_sample:
        return "This is made-up data: its weekly digests are not sent. A test goes to your address."
    return ""
