"""What people record: facts, never edited, only superseded."""

from portfolio.models.assessments import Assessment, Event
from portfolio.models.cases import BusinessCase, Driver, InitiativeHurdle
from portfolio.models.facts import Fact
from portfolio.models.imports import ImportJob, ImportStep
from portfolio.models.initiatives import Initiative, InitiativeAlias, Programme, StageChange
from portfolio.models.kpis import AdoptionReading, Kpi, KpiShare, KpiTarget, Reading
from portfolio.models.mitigations import Mitigation
from portfolio.models.money import BenefitLine, CostLine, ExchangeRate
from portfolio.models.proof import (
    BaselineApproval,
    ControlDose,
    Destination,
    EvidenceFile,
    Preregistration,
    Trial,
)
from portfolio.models.ratings import StatusRating
from portfolio.models.settings import DatedSetting, PeriodLock, PriceIndex, PublishedRateChoice
from portfolio.models.work import Work, WorkState

__all__ = [
    "AdoptionReading",
    "Assessment",
    "BaselineApproval",
    "BenefitLine",
    "BusinessCase",
    "ControlDose",
    "CostLine",
    "DatedSetting",
    "Destination",
    "Driver",
    "Event",
    "EvidenceFile",
    "ExchangeRate",
    "Fact",
    "ImportJob",
    "ImportStep",
    "Initiative",
    "InitiativeAlias",
    "InitiativeHurdle",
    "Kpi",
    "KpiShare",
    "KpiTarget",
    "Mitigation",
    "PeriodLock",
    "Preregistration",
    "PriceIndex",
    "Programme",
    "PublishedRateChoice",
    "Reading",
    "StageChange",
    "StatusRating",
    "Trial",
    "Work",
    "WorkState",
]
