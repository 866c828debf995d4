"""Ranges of an initiative's drivers and its hurdle, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from accounts.access import Actor, may
from accounts.choices import Permission
from portfolio.access import may_write
from portfolio.choices import DriverName, SettingName
from portfolio.forms.drivers import WORDS, Words
from portfolio.models import DatedSetting, Driver, Initiative, InitiativeHurdle
from portfolio.models.cases import SHARES
from web.formats import Formats

DIGITS = 4


@dataclass(frozen=True)
class Recorded:
    """A driver as somebody recorded it: its 10, 50 and 90 % points as they are read."""

    fact: Driver
    points: tuple[str, str, str]


@dataclass(frozen=True)
class DriverShown:
    """One driver: what it means, what holds, and what held before, newest first."""

    name: str
    words: Words
    holds: Recorded | None
    history: tuple[Recorded, ...] = ()


@dataclass(frozen=True)
class HurdlePage:
    """The hurdles of one initiative, newest first.

    Args:
        holding: what an initiative must bring today, in words, and where that comes from.
    """

    holding: str
    rows: tuple[tuple[InitiativeHurdle, str], ...]
    may_confirm: bool


def drivers_page(actor: Actor, initiative: Initiative, formats: Formats) -> tuple[list[DriverShown], bool]:
    """Every driver with what holds, and whether the reader may record one."""
    rows = {row.name: row for row in _drivers(initiative).filter(superseded_at=None)}
    shown = [
        DriverShown(name, words, _recorded(rows[name], formats) if name in rows else None)
        for name, words in WORDS.items()
    ]
    return shown, may_write(actor, initiative, Permission.WRITE_MONEY)


def driver_page(initiative: Initiative, name: DriverName, formats: Formats) -> DriverShown:
    """One driver with everything that was ever recorded of it."""
    history = tuple(_recorded(row, formats) for row in _drivers(initiative).filter(name=name))
    holds = next((row for row in history if row.fact.superseded_at is None), None)
    return DriverShown(name, WORDS[name], holds, history)


def hurdle_page(actor: Actor, initiative: Initiative, today: date, formats: Formats) -> HurdlePage:
    """What is asked of this initiative, and what was asked before."""
    found = InitiativeHurdle.objects.filter(initiative=initiative).select_related("recorded_by", "superseded_by")
    rows = list(found.order_by("-on", "-pk"))
    return HurdlePage(
        holding=_holding(initiative, rows, today, formats),
        rows=tuple((row, formats.percent(row.value)) for row in rows),
        may_confirm=may(actor, Permission.CONFIRM),
    )


def _holding(initiative: Initiative, rows: Sequence[InitiativeHurdle], today: date, formats: Formats) -> str:
    own = next((row for row in rows if row.superseded_at is None and row.on <= today), None)
    if own is not None:
        return f"{formats.percent(own.value)}, its own since {formats.day(own.on)}"
    of_all = DatedSetting.objects.live().filter(workspace=initiative.workspace, name=SettingName.HURDLE, on__lte=today)
    general = of_all.order_by("-on", "-pk").first()
    return f"{formats.percent(general.value)}, as for every initiative" if general else ""


def _drivers(initiative: Initiative) -> "QuerySet[Driver]":
    return Driver.objects.filter(initiative=initiative).select_related("recorded_by").order_by("-pk")


def _recorded(row: Driver, formats: Formats) -> Recorded:
    low, middle, high = (point_text(row.name, value, formats) for value in (row.p10, row.p50, row.p90))
    return Recorded(row, (low, middle, high))


def point_text(name: str, value: Decimal, formats: Formats) -> str:
    """A point of a driver's range as its reader writes it: shares in percent."""
    return formats.percent(value) if name in SHARES else formats.number(value, digits=DIGITS)
