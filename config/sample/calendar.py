"""Relative months of the sample → real days and instants, so that it never looks old."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from metrics.core.periods import add_months, last_full_month, month_end, month_start

BOOKING_DAY = 6
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Calendar:
    """Month -1 is the last closed one on the day of `now` in `zone`; nothing is recorded later than `now`."""

    now: datetime
    zone: str

    @property
    def today(self) -> date:
        """The calendar day in the workspace's zone."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def first_day(self, month: int) -> date:
        """The first day of a relative month."""
        return add_months(month_start(last_full_month(self.today)), month + 1)

    def last_day(self, month: int) -> date:
        """The last day of a relative month."""
        return month_end(self.first_day(month))

    def middle(self, month: int) -> date:
        """The tenth of a relative month: assessments and events."""
        return self.first_day(month).replace(day=10)

    def booked(self, month: int) -> datetime:
        """When the costs and benefits of a month were booked: the sixth of the next month."""
        return self.at(self.first_day(month + 1).replace(day=BOOKING_DAY), 15)

    def this_week(self) -> datetime:
        """Three days ago, or just after the last closing where that is later."""
        return max(self.at(self.today - timedelta(days=3), 15), self.booked(-1) + MINUTE / 2)

    def read(self, day: date) -> datetime:
        """When a reading of that day was recorded: two days later."""
        return self.at(day + timedelta(days=2), 14)

    def at(self, day: date, hour: int) -> datetime:
        """An instant of that day in UTC, at least a minute before `now`."""
        return min(datetime.combine(day, time(hour), UTC), self.now - MINUTE)

    def sundays(self, month: int) -> list[date]:
        """The Sundays of a month that have passed."""
        first, last = self.first_day(month), min(self.last_day(month), self.today)
        return [day for step in range((last - first).days + 1) if (day := first + timedelta(days=step)).weekday() == 6]
