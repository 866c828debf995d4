"""The settings of a workspace in words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, QuerySet

from accounts.access import Actor, may
from accounts.choices import Permission
from accounts.models import BusinessUnit
from portfolio.access import archived_initiatives, may_write
from portfolio.choices import SettingName
from portfolio.forms.settings import MONTHS
from portfolio.models import DatedSetting, ExchangeRate, Initiative, PeriodLock, PriceIndex, Programme
from web.formats import Formats

RATES_SHOWN = 30
ARCHIVED_SHOWN = 100


@dataclass(frozen=True)
class Dated:
    """A dated setting in words."""

    label: str
    on: date
    text: str
    meaning: str
    holds: bool


@dataclass(frozen=True)
class SettingsPage:
    """Everything that the settings page says."""

    fiscal_year: str
    dated: list[Dated]
    missing: list[str]
    rates: list[ExchangeRate]
    prices: PriceIndex | None
    closed_through: date | None
    units: list[BusinessUnit]
    programmes: list[Programme]
    archived: list[Initiative]
    may_administer: bool
    may_confirm: bool
    may_audit: bool


def settings_page(actor: Actor, today: date, formats: Formats) -> SettingsPage:
    """The settings as they hold today, and the ones that are to come."""
    dated = _dated(actor, today, formats)
    known = {row.label for row in dated if row.holds}
    return SettingsPage(
        fiscal_year=MONTHS[actor.workspace.fiscal_year_start - 1],
        dated=dated,
        missing=[NAMES[name] for name in NEEDED if NAMES[name] not in known],
        rates=latest_rates(actor),
        prices=price_levels(actor).first(),
        closed_through=_closed_through(actor),
        units=list(BusinessUnit.objects.filter(workspace=actor.workspace).select_related("parent")),
        programmes=list(Programme.objects.filter(workspace=actor.workspace)),
        archived=_restorable(actor),
        may_administer=may(actor, Permission.ADMINISTER),
        may_confirm=may(actor, Permission.CONFIRM),
        may_audit=may(actor, Permission.READ_AUDIT),
    )


NAMES = {
    SettingName.HURDLE: "Hurdle",
    SettingName.DISCOUNT_RATE: "Discount rate",
    SettingName.INFLATION: "Expected inflation",
}
INFLATION = NAMES[SettingName.INFLATION]
NEEDED = (SettingName.HURDLE, SettingName.DISCOUNT_RATE)


def latest_rates(actor: Actor) -> list[ExchangeRate]:
    """The newest rate of each pair of currencies."""
    rows = ExchangeRate.objects.filter(workspace=actor.workspace, superseded_at=None)
    return list(rows.order_by("base", "quote", "-on").distinct("base", "quote")[:RATES_SHOWN])


def _closed_through(actor: Actor) -> date | None:
    """The last day of the months that finance has closed."""
    locks = PeriodLock.objects.live().filter(workspace=actor.workspace)
    last: date | None = locks.aggregate(last=Max("through"))["last"]
    return last


def price_levels(actor: Actor) -> "QuerySet[PriceIndex]":
    """The price level of each month, the last month first."""
    rows = PriceIndex.objects.live().filter(workspace=actor.workspace)
    return rows.select_related("recorded_by").order_by("-on")


def expected_inflation(actor: Actor, today: date, formats: Formats) -> Dated | None:
    """The inflation that is expected from the last level on."""
    return next((row for row in _dated(actor, today, formats) if row.holds and row.label == INFLATION), None)


def _restorable(actor: Actor) -> list[Initiative]:
    rows = archived_initiatives(actor)[:ARCHIVED_SHOWN]
    return [row for row in rows if may_write(actor, row, Permission.WRITE_RECORDS)]


def meaning(name: str, value: Decimal, formats: Formats) -> str:
    """What a setting does, with its own number."""
    if name == SettingName.HURDLE:
        return f"An initiative clears it when it brings at least {formats.number(1 + value)} for each 1 it costs."
    if name == SettingName.INFLATION:
        return f"What costs 1 today is expected to cost {formats.number(1 + value)} in a year."
    return f"1 that comes in a year counts as {formats.number(1 / (1 + value))} today." if value > -1 else ""


def figures_that_move(actor: Actor) -> int:
    """How many initiatives have their figures worked out again."""
    return Initiative.objects.filter(workspace=actor.workspace, archived_at=None).count()


def _dated(actor: Actor, today: date, formats: Formats) -> list[Dated]:
    rows = DatedSetting.objects.filter(workspace=actor.workspace, superseded_at=None).order_by("name", "-on")
    holding: dict[str, int] = {}
    found = list(rows)
    for row in found:
        if row.on <= today:
            holding.setdefault(row.name, row.pk)
    return [
        Dated(
            label=NAMES[SettingName(row.name)],
            on=row.on,
            text=formats.percent(row.value),
            meaning=meaning(row.name, row.value, formats),
            holds=holding.get(row.name) == row.pk,
        )
        for row in found
    ]
