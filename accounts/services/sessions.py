"""Ending the sessions of a person."""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User


def end_sessions(*, user: User, now: datetime) -> int:
    """Ends every session of the person, on every device, and returns how many there were."""
    running = Session.objects.filter(expire_date__gt=now)
    own = [row.pk for row in running.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    return Session.objects.filter(pk__in=own).delete()[0]
