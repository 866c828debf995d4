"""The stages of the portfolio as a strip: how many stand at each, who is stuck, for how long, and what was spent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Workspace
from metrics.contexts.words import GROUP_WORDS
from metrics.selectors import current_stages
from portfolio.choices import STAGE_GROUPS
from web.formats import Formats

ENDED = "ended"


@dataclass(frozen=True)
class StageTotal:
    """One arrow.

    Args:
        count: how many, in words.
        value: the word of the filter by stage that shows them.
        stuck: how many are stuck, in words; empty without any.
        here: for how long the middle one is there.
        spent: money, in words.
    """

    label: str
    count: str
    value: str
    is_chosen: bool
    stuck: str
    here: str
    spent: str


@dataclass(frozen=True)
class Strip:
    """The strip; without arrows before the first totals. `ended` counts what is over, in words."""

    arrows: tuple[StageTotal, ...] = ()
    ended: str = ""
    checked: str = ""


def strip_of(workspace: Workspace, chosen: str, day: date, formats: Formats) -> Strip:
    """The strip of the whole portfolio as of its last totals; `chosen` is the stage that the list shows."""
    pointer = current_stages(workspace)
    if pointer is None or not pointer.stages:
        return Strip()
    stages, currency = pointer.stages, workspace.currency
    ended = stages.get(ENDED, {}).get("count", 0)
    return Strip(
        arrows=tuple(_arrow(name, stages.get(name), chosen, day, currency, formats) for name in GROUP_WORDS),
        ended=f"{formats.number(ended, digits=0)} ended" if ended else "",
        checked=formats.moment(pointer.checked_at),
    )


def _arrow(
    name: str, found: Mapping[str, Any] | None, chosen: str, day: date, currency: str, formats: Formats
) -> StageTotal:
    label, is_chosen = GROUP_WORDS[name], chosen in (name, *(str(stage) for stage in STAGE_GROUPS[name]))
    if found is None:
        return StageTotal(label, "none", name, is_chosen, "", "", "")
    stuck = formats.number(found["stuck"], digits=0) if found["stuck"] else ""
    return StageTotal(
        label=label,
        count=formats.number(found["count"], digits=0),
        value=name,
        is_chosen=is_chosen,
        stuck=f"{stuck} stuck" if stuck else "",
        here=_here(found["since"], day, formats),
        spent=_spent(found, currency, formats),
    )


def _here(since: str | None, day: date, formats: Formats) -> str:
    if since is None:
        return ""
    days = max(0, (day - date.fromisoformat(since)).days)
    return f"median {formats.number(days, digits=0)} day{'s' * (days != 1)} here"


def _spent(found: Mapping[str, Any], currency: str, formats: Formats) -> str:
    """What was spent; money without an exchange rate is named, never counted as nothing."""
    lacking, amount = found["lacking"], Decimal(found["spent"])
    if lacking == found["count"]:
        return "spend has no exchange rate"
    if not amount and not lacking:
        return "no cost recorded"
    words = f"{formats.money(amount, currency)} spent"
    return f"{words}, {lacking} without a rate" if lacking else words
