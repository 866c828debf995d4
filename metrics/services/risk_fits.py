"""The risk model is fitted anew where there is something to learn, before the figures that rest on it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Workspace
from metrics.core.periods import month_start
from metrics.core.risk.backtest import rolling_origins
from metrics.core.risk.fitting import fit, fit_json
from metrics.core.risk.histories import History
from metrics.core.risk.model import MODEL_VERSION
from metrics.core.risk.published import Pool, pool_of
from metrics.core.risk.record import Record, Resolved, record_of
from metrics.core.risk.stored_record import record_json
from metrics.core.risk.usual import usual_never, usual_year, watched
from metrics.inputs import A_MOMENT, fit_now, histories_of, rates_on, today
from metrics.inputs.histories import outcomes_of
from metrics.models import RiskFit, RiskForecast
from metrics.services.risk_forecasts import are_due, make_forecasts, resolve, resolved_forecasts
from metrics.services.store import lock

LOCK_OF_FITS = 7305
NEWS = 0.1


def settle_fit(*, workspace: Workspace, now: datetime) -> RiskFit | None:
    """The fit that holds on the workspace's day, with what came due resolved; None while there is no initiative.

    The model is fitted at the first call, in a new month, after another choice of published rates and on the day
    after outcomes or scores of months past were recorded; on the same day only where these change the number of
    closed cases by a tenth. Between fits figures rest on the same one. The month's forecasts are told with its
    first fit, so that none is dated back.
    """
    day, latest = today(workspace, now), fit_now(workspace)
    if latest is not None and not _is_due(workspace, latest, day) and not are_due(workspace, day):
        return latest
    with transaction.atomic():
        lock(LOCK_OF_FITS, workspace.pk)
        histories = histories_of(workspace, day, now + A_MOMENT)
        resolve(workspace, histories, day)
        latest = fit_now(workspace)
        if not histories or (latest is not None and not _is_due(workspace, latest, day)):
            return latest
        fresh = _fitted(workspace, histories, day, now)
        make_forecasts(workspace, fresh, histories, day)
    return fresh


def _is_due(workspace: Workspace, latest: RiskFit, day: date) -> bool:
    if latest.model_version != MODEL_VERSION or month_start(day) > month_start(latest.through):
        return True
    if set(latest.rates) != rates_on(workspace, None):
        return True
    found = outcomes_of(workspace)
    moved = abs(found.cases - latest.cases) >= max(NEWS * latest.cases, 1)
    return found.digest != latest.outcomes and (day > latest.through or moved)


def _fitted(workspace: Workspace, histories: Sequence[History], day: date, now: datetime) -> RiskFit:
    rates, found = rates_on(workspace, None), outcomes_of(workspace)
    published = pool_of(rates)
    model = fit(histories, published)
    record = record_on(workspace, histories, published, day)
    said = {
        "content": fit_json(model),
        "status": str(record.status),
        "base": _base(histories, published),
    }
    return RiskFit.objects.create(
        workspace=workspace,
        fitted_at=now,
        through=day,
        model_version=MODEL_VERSION,
        months=model.months,
        initiatives=model.initiatives,
        advanced=model.advanced,
        abandoned=model.abandoned,
        inferred=model.inferred,
        record=record_json(record),
        rates=sorted(rates),
        cases=found.cases,
        outcomes=found.digest,
        digest=hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
        **said,
    )


def record_on(workspace: Workspace, histories: Sequence[History], published: Pool, day: date) -> Record:
    """The record of the stored forecasts that came due and of those rebuilt for the time before the first of them."""
    return record_of([*resolved_forecasts(workspace), *_rebuilt(workspace, histories, published, day)])


def _rebuilt(workspace: Workspace, histories: Sequence[History], published: Pool, day: date) -> list[Resolved]:
    """What the model would have forecast before it first did."""
    stored = RiskForecast.objects.filter(workspace=workspace)
    first = stored.order_by("made_on").values_list("made_on", flat=True).first()
    return [row for row in rolling_origins(histories, published, day) if first is None or row.made_on < first]


def _base(histories: Sequence[History], published: Pool) -> dict[str, Any]:
    own = watched(histories)
    return {
        "usual_year": asdict(usual_year(own, published)),
        "usual_never": asdict(usual_never(own, published)),
    }
