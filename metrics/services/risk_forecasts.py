"""Forecasts of a workspace's own initiatives: told once a month, resolved when their date has come, never edited."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import F

from accounts.models import Workspace
from metrics.core.periods import add_months, month_start
from metrics.core.risk.backtest import came_of
from metrics.core.risk.fitting import fit_from
from metrics.core.risk.forecasting import YEAR, case_of, forecast, forecast_without_scores
from metrics.core.risk.histories import History, ending_of
from metrics.core.risk.record import Resolved
from metrics.models import Outcome, RiskFit, RiskForecast, RiskOutcome
from portfolio.models import Initiative

BATCH = 2000


def make_forecasts(workspace: Workspace, fit: RiskFit, histories: Sequence[History], day: date) -> None:
    """Tells this month's forecast of every initiative that is open and watched today, unless this month has forecasts.

    Nothing is told for a month that has passed.
    """
    if RiskForecast.objects.filter(workspace=workspace, month=month_start(day)).exists():
        return
    found = [(history.key, case) for history in histories if (case := case_of(history, day)) is not None]
    ids = dict(Initiative.objects.filter(workspace=workspace, archived_at=None).values_list("key", "pk"))
    learnt, cases = fit_from(fit.content), [case for _, case in found]
    told = zip(found, forecast(learnt, cases), forecast_without_scores(learnt, cases), strict=True)
    rows = [
        RiskForecast(
            workspace=workspace,
            initiative_id=ids[key],
            fit=fit,
            month=month_start(day),
            made_on=day,
            resolves_on=add_months(day, YEAR),
            value=each.abandoned_12m.value,
            low=each.abandoned_12m.low,
            high=each.abandoned_12m.high,
            base_rate=fit.base["usual_year"]["value"],
            without_causes=without.abandoned_12m.value if without else None,
        )
        for (key, _), each, without in told
        if key in ids
    ]
    RiskForecast.objects.bulk_create(rows, batch_size=BATCH)


def are_due(workspace: Workspace, day: date) -> bool:
    """Whether a forecast without an outcome came due before `day`."""
    return RiskForecast.objects.filter(workspace=workspace, resolves_on__lt=day, outcome=None).exists()


def resolve(workspace: Workspace, histories: Sequence[History], day: date) -> None:
    """Writes down what came of every forecast whose date has passed, as it is known today."""
    by_key = {history.key: history for history in histories}
    due = RiskForecast.objects.filter(workspace=workspace, resolves_on__lt=day, outcome=None)
    rows = [
        outcome_of(forecast, by_key, day)
        for forecast in due.select_related("initiative").only("workspace", "made_on", "resolves_on", "initiative__key")
    ]
    RiskOutcome.objects.bulk_create(rows, batch_size=BATCH)


def outcome_of(forecast: RiskForecast, histories: Mapping[str, History], day: date) -> RiskOutcome:
    """What came of a forecast by its date. One that was archived before without an end is censored: nobody knows. So is
    one that had ended by the day on which it was told, which was recorded only later: it foretold nothing."""
    found = RiskOutcome(
        workspace_id=forecast.workspace_id, forecast=forecast, resolved_on=day, outcome=Outcome.CENSORED
    )
    history = histories.get(forecast.initiative.key)
    if history is None:
        return found
    failed, found.ended_on = came_of(history, forecast.resolves_on)
    if found.ended_on is not None and found.ended_on <= forecast.made_on:
        return found
    if failed:
        found.outcome, found.inferred = Outcome.FAILED, ending_of(history.known_on(forecast.resolves_on)).inferred
    elif failed is False:
        found.outcome = Outcome.HELD
    return found


def resolved_forecasts(workspace: Workspace) -> list[Resolved]:
    """The stored forecasts that came due, with what came of them; without those that had ended when they were told."""
    rows = RiskOutcome.objects.filter(workspace=workspace).exclude(ended_on__lte=F("forecast__made_on"))
    return [
        Resolved(
            key=row.forecast.initiative.key,
            group=str(row.forecast.initiative.unit_id or ""),
            made_on=row.forecast.made_on,
            resolves_on=row.forecast.resolves_on,
            chance=row.forecast.value,
            base_rate=row.forecast.base_rate,
            failed=None if row.outcome == Outcome.CENSORED else row.outcome == Outcome.FAILED,
            rebuilt=False,
            ended_on=row.ended_on,
            without_causes=row.forecast.without_causes,
        )
        for row in rows.select_related("forecast__initiative").order_by("pk")
    ]
