"""When a digest is due, in the reader's own time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)


def next_due(after: datetime, zone: ZoneInfo, weekday: int, hour: int) -> datetime:
    """The first instant after `after` at which it is `hour` o'clock on `weekday` (0 is Monday) in `zone`, as UTC.

    An hour that the clocks skip is taken at the same distance from midnight; of an hour that comes twice, the first.
    """
    day = after.astimezone(zone).date() - timedelta(days=1)
    while True:
        due = datetime.combine(day, time(hour), zone).astimezone(UTC)
        if day.weekday() == weekday and due > after:
            return due
        day += timedelta(days=1)


def last_due(now: datetime, first: datetime, zone: ZoneInfo, weekday: int, hour: int) -> datetime:
    """The latest due instant up to `now`, at least `first`: however many were missed, one digest makes up for them."""
    latest = first
    following = next_due(first, zone, weekday, hour)
    while following <= now:
        latest, following = following, next_due(following, zone, weekday, hour)
    return latest


def period_start(due: datetime, zone: ZoneInfo) -> date:
    """First day of the week that a digest due then reports on: the ISO week before, in the reader's zone."""
    day = due.astimezone(zone).date()
    return day - timedelta(days=day.weekday()) - WEEK
