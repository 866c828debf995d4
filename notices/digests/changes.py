"""What changed in each initiative since the reader was last told, the most money first."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from notices.digests.letter import Change
from notices.selectors.totals import Standing
from web.formats import Formats

LEAST_AMOUNT = Decimal(25_000)
LEAST_POINTS = Decimal("0.05")


@dataclass(frozen=True)
class Ranked:
    """A change and what it weighs: stage changes first, then by amount of money."""

    rank: tuple[int, Decimal, str]
    change: Change


def changes(now: Mapping[int, Standing], before: Mapping[int, Standing], formats: Formats) -> list[Change]:
    """Stage changes, new initiatives, and forecasts that moved by more than 25,000 or 5 points; one line each."""
    found = [
        change for key, standing in now.items() if (change := _change(standing, before.get(key), formats)) is not None
    ]
    return [ranked.change for ranked in sorted(found, key=lambda ranked: ranked.rank)]


def _change(now: Standing, before: Standing | None, formats: Formats) -> Ranked | None:
    if before is None:
        return Ranked((1, Decimal(0), now.name), Change(f"{now.name}: new in the portfolio", now.stage))
    moved = _money(now, before)
    if now.stage != before.stage:
        words = f"{now.name}: now in {now.stage}"
        return Ranked((0, -abs(moved), now.name), Change(words, f"was {before.stage}"))
    if abs(moved) > LEAST_AMOUNT:
        words = f"{now.name}: net value forecast for the year {'up' if moved > 0 else 'down'}"
        value = formats.money(moved, now.currency, signed=True)
        return Ranked((2, -abs(moved), now.name), Change(words, value))
    return _return(now, before, formats)


def _money(now: Standing, before: Standing) -> Decimal:
    if now.year_net is None or before.year_net is None or now.currency != before.currency:
        return Decimal(0)
    return now.year_net - before.year_net


def _return(now: Standing, before: Standing, formats: Formats) -> Ranked | None:
    if now.roi_forecast is None or before.roi_forecast is None:
        return None
    moved = now.roi_forecast - before.roi_forecast
    if abs(moved) <= LEAST_POINTS:
        return None
    words = f"{now.name}: forecast return {'up' if moved > 0 else 'down'}"
    value = f"{formats.percent(now.roi_forecast)}, was {formats.percent(before.roi_forecast)}"
    return Ranked((3, -abs(moved), now.name), Change(words, value))
