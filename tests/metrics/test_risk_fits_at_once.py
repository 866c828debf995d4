"""Two workers that settle the risk model at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from metrics.models import RiskFit, RiskForecast
from metrics.services import settle_fit
from tests.factories import NOW, make_initiative, make_workspace

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_at_once_make_one_fit_and_tell_each_forecast_once() -> None:
    workspace = make_workspace()
    make_initiative(workspace)

    def settle() -> RiskFit | None:
        try:
            return settle_fit(workspace=workspace, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = {job.result() for job in [pool.submit(settle) for _ in range(4)]}
    assert found == {RiskFit.objects.get()}
    assert RiskForecast.objects.count() == 1
