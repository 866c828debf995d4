"""Works out the sample's figures of today and of its past, and lets the alert rules look at them in order."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import Workspace
from config.sample import load
from config.sample.calendar import Calendar
from metrics.services import refresh, refresh_portfolio, settle
from notices.services.evaluation import evaluate, evaluate_history

MONTHS_BACK = 6
WEEKS_BACK = 4
WEEK = timedelta(days=7)


@transaction.atomic
def load_with_figures(*, now: datetime, password: str) -> Workspace:
    """Loads the sample and works it out before anyone sees it: a worker that came first would hold its alerts back."""
    workspace = load.load(now=now, password=password)
    work_out(workspace=workspace, now=now)
    return workspace


def work_out(*, workspace: Workspace, now: datetime) -> None:
    """Figures and totals as of now; alerts as if the rules had run through the last months."""
    days = days_to_look_back(Calendar(now, workspace.time_zone))
    evaluate_history(workspace=workspace, days=days, now=now)
    settle(workspace=workspace, now=now)
    refresh(workspace=workspace, now=now)
    refresh_portfolio(workspace=workspace, now=now)
    evaluate(workspace=workspace, now=now)


def days_to_look_back(calendar: Calendar) -> list[date]:
    """The tenth of each of the last months, then every Sunday of the last four weeks; all before today."""
    yesterday = calendar.today - timedelta(days=1)
    last_sunday = yesterday - timedelta(days=(yesterday.weekday() + 1) % 7)
    sundays = [last_sunday - step * WEEK for step in range(WEEKS_BACK)]
    months = [day for month in range(-MONTHS_BACK, 1) if (day := calendar.middle(month)) < min(sundays)]
    return sorted({*months, *sundays})
