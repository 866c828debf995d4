"""Forecasts rebuilt from history: at each earlier day the model learns from what was known then and is asked about what
was open then; its answers are held against what came within the following year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from metrics.core.periods import add_months, month_end, month_start
from metrics.core.risk.fitting import fit_exposures
from metrics.core.risk.forecasting import YEAR, case_of, forecast, forecast_without_scores
from metrics.core.risk.histories import Ending, Exposures, History, ending_of, exposures_of
from metrics.core.risk.published import Pool
from metrics.core.risk.record import Resolved
from metrics.core.risk.usual import Watched, usual_year

MANY_HISTORIES = 200
MONTHLY, QUARTERLY = 1, 3
MOST_MONTHS = 60


def rolling_origins(histories: Sequence[History], published: Pool, today: date) -> list[Resolved]:
    """The rebuilt forecasts of all ends of month whose year was over before `today`, oldest first.

    Ends of quarters only from 200 histories on; the last 60 months at most. Days before anything was watched, or on
    which nothing was open, have none.
    """
    exposures = exposures_of(histories)
    courses = [_course(history) for history in histories]
    return [row for day in _origins(histories, today) for row in _told(day, courses, exposures, published)]


def came_of(history: History, resolves_on: date) -> tuple[bool | None, date | None]:
    """Whether it was given up by that day, and the day of its outcome where that was earlier.

    None instead of yes or no where it was out of sight before, without an outcome (semantics 23).
    """
    ended = ending_of(history.known_on(resolves_on))
    earlier = ended.on if ended.on < resolves_on else None
    if ended.ending == Ending.OPEN:
        return (None if earlier else False), earlier
    return ended.ending == Ending.ABANDONED, earlier


@dataclass(frozen=True, slots=True)
class _Course:
    """A history with the day and kind of its ending, both worked out once."""

    history: History
    ending: Ending
    ended_on: date

    def is_open(self, day: date) -> bool:
        """Whether it may be asked about at the end of that day."""
        return self.history.watched_from <= day < self.ended_on


def _course(history: History) -> _Course:
    ended = ending_of(history)
    return _Course(history, ended.ending, ended.on)


def _origins(histories: Sequence[History], today: date) -> Iterator[date]:
    """Ends of month, or of quarter, from the first day of watch on, whose year was over before `today`."""
    if not histories:
        return
    step = QUARTERLY if len(histories) >= MANY_HISTORIES else MONTHLY
    last = _last_origin(today)
    first = max(min(history.watched_from for history in histories), add_months(month_start(last), 1 - MOST_MONTHS))
    day = month_end(first)
    while day <= last:
        if day.month % step == 0:
            yield day
        day = month_end(day + timedelta(days=1))


def _last_origin(today: date) -> date:
    """The last end of month whose forecasts came due before `today`."""
    year_ago = add_months(today, -YEAR)
    end = month_end(year_ago)
    return end if add_months(end, YEAR) < today else month_start(year_ago) - timedelta(days=1)


def _told(day: date, courses: Sequence[_Course], exposures: Exposures, published: Pool) -> Iterator[Resolved]:
    asked = [(each.history, case) for each in courses if each.is_open(day) and (case := case_of(each.history, day))]
    if not asked:
        return
    known = exposures.until(day)
    learnt, cases = fit_exposures(known, published), [case for _, case in asked]
    told = zip(asked, forecast(learnt, cases), forecast_without_scores(learnt, cases), strict=True)
    base = usual_year(_watched(day, courses, known), published).value
    resolves_on = add_months(day, YEAR)
    for (history, _), outlook, without in told:
        failed, ended_on = came_of(history, resolves_on)
        yield Resolved(
            key=history.key,
            group=history.group,
            made_on=day,
            resolves_on=resolves_on,
            chance=outlook.abandoned_12m.value,
            base_rate=base,
            failed=failed,
            rebuilt=True,
            ended_on=ended_on,
            without_causes=without.abandoned_12m.value if without else None,
        )


def _watched(day: date, courses: Iterable[_Course], known: Exposures) -> Watched:
    """What was seen until that day."""
    closed = [each.ending for each in courses if each.history.watched_from <= each.ended_on <= day]
    return Watched(len(known.months), closed.count(Ending.ABANDONED), closed.count(Ending.PRODUCTION))
