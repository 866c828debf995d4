"""What people record: facts, never edited, only superseded."""

from portfolio.models.assessments import Assessment, Event
from portfolio.models.facts import Fact
from portfolio.models.imports import ImportJob, ImportStep
from portfolio.models.initiatives import Initiative, Programme, StageChange
from portfolio.models.kpis import AdoptionReading, Kpi, KpiShare, KpiTarget, Reading
from portfolio.models.money import BenefitLine, CostLine, ExchangeRate
from portfolio.models.settings import DatedSetting
from portfolio.models.work import Work, WorkState

__all__ = [
    "AdoptionReading",
    "Assessment",
    "BenefitLine",
    "CostLine",
    "DatedSetting",
    "Event",
    "ExchangeRate",
    "Fact",
    "ImportJob",
    "ImportStep",
    "Initiative",
    "Kpi",
    "KpiShare",
    "KpiTarget",
    "Programme",
    "Reading",
    "StageChange",
    "Work",
    "WorkState",
]
