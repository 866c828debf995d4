"""Asking owners for an update: one mail a person, with all that is asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.access import Actor
from notices.choices import Purpose
from notices.models import Delivery
from portfolio.models import Initiative


@dataclass(frozen=True)
class Asked:
    """One initiative in the mail."""

    name: str
    url: str


def ask_for_update(*, actor: Actor, rows: Sequence[Initiative], note: str, now: datetime, day: date) -> list[str]:
    """Puts one mail for each owner into the outbox; the same question to the same person goes out once a day.

    Args:
        rows: with their owners' accounts; one without an account is left alone.
        note: what the asker adds.

    Returns:
        The addresses.
    """
    known = sorted((row for row in rows if row.owner_user), key=_address)
    mails = [_mail(actor, address, list(own), note, now, day) for address, own in groupby(known, key=_address)]
    Delivery.objects.bulk_create(mails, ignore_conflicts=True)
    return [mail.to for mail in mails]


def _address(row: Initiative) -> str:
    return row.owner_user.email if row.owner_user else ""


def _mail(actor: Actor, to: str, rows: list[Initiative], note: str, now: datetime, day: date) -> Delivery:
    asked = [Asked(row.name, settings.BASE_URL + reverse("kpis", args=[row.key])) for row in rows]
    context = {"asker": actor.user, "workspace": actor.workspace, "asked": asked, "note": note}
    what = asked[0].name if len(asked) == 1 else f"{len(asked)} initiatives"
    return Delivery(
        workspace=actor.workspace,
        purpose=Purpose.REQUEST,
        to=to,
        message_id=_message_id(actor, to, rows, day),
        subject=f"Please update {what}"[:200],
        text=render_to_string("emails/update_request.text", context),
        html=render_to_string("emails/update_request.html", context),
        headers={"Auto-Submitted": "auto-generated"},
        sink_only=actor.workspace.is_sample,
        due_at=now,
        created_at=now,
    )


def _message_id(actor: Actor, to: str, rows: list[Initiative], day: date) -> str:
    """Made from the question and the day, so that the database takes the same one once."""
    asked = ",".join(str(row.pk) for row in sorted(rows, key=lambda row: row.pk))
    digest = sha256(f"{actor.workspace.pk} {to} {day} {asked}".encode()).hexdigest()[:32]
    return f"<request-{digest}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}>"
