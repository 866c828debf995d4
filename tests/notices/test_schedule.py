"""When a digest is due, in the reader's time zone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from notices.rules.schedule import last_due, next_due, period_start

MONDAY = 0
BERLIN = ZoneInfo("Europe/Berlin")
# Every zone's rules of these two years are known to the time zone data.
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)


def test_a_digest_is_due_on_monday_at_seven_where_the_reader_is() -> None:
    due = next_due(datetime(2026, 6, 12, 9, tzinfo=UTC), BERLIN, MONDAY, 7)

    assert due == datetime(2026, 6, 15, 5, tzinfo=UTC)


def test_the_instant_itself_is_not_due_again() -> None:
    due = datetime(2026, 6, 15, 5, tzinfo=UTC)

    assert next_due(due, BERLIN, MONDAY, 7) == due + timedelta(days=7)


@pytest.mark.parametrize(
    ("after", "hours"),
    [
        pytest.param(datetime(2026, 3, 23, 7, tzinfo=BERLIN), 167, id="clocks go forward on 29 March 2026"),
        pytest.param(datetime(2026, 10, 19, 7, tzinfo=BERLIN), 169, id="clocks go back on 25 October 2026"),
    ],
)
def test_the_week_in_which_the_clocks_change_is_an_hour_off(after: datetime, hours: int) -> None:
    instant = after.astimezone(UTC)

    assert next_due(instant, BERLIN, MONDAY, 7) == instant + timedelta(hours=hours)


def test_an_hour_that_the_clocks_skip_is_still_due_once() -> None:
    due = next_due(datetime(2026, 3, 28, tzinfo=UTC), BERLIN, 6, 2)

    assert due.astimezone(BERLIN) == datetime(2026, 3, 29, 3, tzinfo=BERLIN)


def test_an_hour_that_comes_twice_is_due_the_first_time_only() -> None:
    first = next_due(datetime(2026, 10, 24, tzinfo=UTC), BERLIN, 6, 2)
    second = next_due(first, BERLIN, 6, 2)

    assert (first, second - first) == (datetime(2026, 10, 25, 0, tzinfo=UTC), timedelta(days=7, hours=1))


def test_both_ends_of_the_date_line_have_the_same_monday() -> None:
    after = datetime(2026, 6, 13, tzinfo=UTC)
    first, last = (next_due(after, ZoneInfo(name), MONDAY, 7) for name in ("Pacific/Kiritimati", "Pacific/Niue"))

    assert (first, last) == (datetime(2026, 6, 14, 17, tzinfo=UTC), datetime(2026, 6, 15, 18, tzinfo=UTC))


def test_every_zone_has_one_digest_a_week_for_two_years() -> None:
    broken = [name for name in sorted(available_timezones()) if not _one_a_week(ZoneInfo(name))]

    assert broken == []


def _one_a_week(zone: ZoneInfo) -> bool:
    due, periods = BEGIN, []
    while (due := next_due(due, zone, MONDAY, 7)) < END:
        periods.append(period_start(due, zone))
    return all(later - earlier == timedelta(days=7) for earlier, later in pairwise(periods))


def test_the_period_is_the_week_before() -> None:
    assert period_start(datetime(2026, 11, 23, 6, tzinfo=UTC), BERLIN) == date(2026, 11, 16)


def test_after_missed_weeks_only_the_latest_is_due() -> None:
    first = datetime(2026, 6, 1, 5, tzinfo=UTC)

    assert last_due(datetime(2026, 6, 24, tzinfo=UTC), first, BERLIN, MONDAY, 7) == datetime(2026, 6, 22, 5, tzinfo=UTC)
