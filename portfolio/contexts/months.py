"""The month that a page is about."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Month:
    """The month that something is entered for.

    Args:
        first: its first day.
        today: the calendar date in the workspace; nothing later has happened.
    """

    first: date
    today: date

    @property
    def end(self) -> date:
        """Its last day."""
        return _next_month(self.first) - timedelta(days=1)

    @property
    def last(self) -> date:
        """The last day of it that has come."""
        return min(self.end, self.today)

    @property
    def before(self) -> date:
        """The month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date | None:
        """The month after it, where that has begun."""
        following = _next_month(self.first)
        return following if following <= self.today else None


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def asked_month(text: str) -> date | None:
    """The first day of the month that an address names; None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01") if text.isascii() and len(text) == 7 and text >= "1970" else None
    except ValueError:
        return None
