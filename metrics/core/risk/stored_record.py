"""The record as plain JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.core.risk.model import Status
from metrics.core.risk.record import Band, Count, Interval, OriginRow, Record

NONE = {"forecasts": 0, "initiatives": 0}


def record_json(record: Record) -> dict[str, Any]:
    """The record as plain JSON: decimals as text, days as ISO."""
    return {name: _plain_json(value) for name, value in asdict(record).items()}


def record_from(stored: Mapping[str, Any]) -> Record:
    """The record that `record_json` stored, also before it held the causes apart. Raises KeyError and ValueError for
    anything else."""
    return Record(
        resolved=Count(**stored["resolved"]),
        failures=Count(**stored["failures"]),
        censored=Count(**stored["censored"]),
        rebuilt=stored["rebuilt"],
        live=stored["live"],
        status=Status(stored["status"]),
        why=stored["why"],
        brier=_decimal(stored["brier"]),
        base_brier=_decimal(stored["base_brier"]),
        skill=_interval(stored["skill"]),
        log_loss=_decimal(stored["log_loss"]),
        base_log_loss=_decimal(stored["base_log_loss"]),
        auc=_decimal(stored["auc"]),
        in_the_large=_decimal(stored["in_the_large"]),
        slope=_interval(stored["slope"]),
        scored=Count(**stored.get("scored", NONE)),
        scored_failures=Count(**stored.get("scored_failures", NONE)),
        causes=_interval(stored.get("causes")),
        bands=tuple(Band(**_decimals(row)) for row in stored["bands"]),
        by_origin=tuple(map(_origin_from, stored["by_origin"])),
    )


def _plain_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain_json(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_json(part) for part in value]
    if isinstance(value, Decimal | date):
        return str(value)
    return value


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _interval(stored: Mapping[str, str] | None) -> Interval | None:
    return Interval(**{name: Decimal(text) for name, text in stored.items()}) if stored else None


def _origin_from(row: Mapping[str, Any]) -> OriginRow:
    scores = {name: value for name, value in row.items() if name != "made_on"}
    return OriginRow(made_on=date.fromisoformat(row["made_on"]), **_decimals(scores))


def _decimals(row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a stored row, texts as decimals."""
    return {name: Decimal(value) if isinstance(value, str) else value for name, value in row.items()}
