"""An alert in words: what, against which threshold, since when, why, and what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from json import loads

from metrics.contexts.words import driver_words
from notices.choices import Rule
from notices.rules.hurdle import CLEARS_FROM, HOLDS_FOR
from notices.rules.overrun import CLEARS, OPENS_AMOUNT
from web.formats import Formats

MOST_REASONS = 2
Detail = Mapping[str, str]


@dataclass(frozen=True)
class Message:
    """The words of one alert.

    Args:
        what: what is wrong, to follow the initiative's name and a colon.
        compared: the value against the plan or the allowance, and when the alert opens and clears.
        why: up to two reasons.
        action: what ends it.
    """

    what: str
    compared: str
    why: tuple[str, ...]
    action: str


def message(
    rule: str, detail: Detail, value: Decimal | None, threshold: Decimal | None, today: date, formats: Formats
) -> Message:
    """The words of an alert on a day.

    Args:
        rule: a word of choices.Rule.
        detail: what the rule stored with the alert.
        value: the value it was judged by.
        threshold: the line that it crossed.
        today: days without a reading are counted up to here.
        formats: the reader's.
    """
    if rule == Rule.BELOW_HURDLE:
        return _below_hurdle(detail, value or Decimal(0), threshold or Decimal(0), formats)
    if rule == Rule.COST_OVERRUN:
        return _cost_overrun(detail, value or Decimal(0), threshold or Decimal(0), formats)
    return _stale_data(detail, today, formats)


def addressee(rule: str, owner: str, sponsor: str) -> str:
    """Whom an alert is for: the owner, or the sponsor where there is none; finance as well where it is about cost."""
    if owner:
        return f"{owner} and finance" if rule == Rule.COST_OVERRUN else owner
    if sponsor:
        return f"{sponsor}, the sponsor, as it has no owner"
    return "the administrators, as it has neither owner nor sponsor"


def _below_hurdle(detail: Detail, chance: Decimal, threshold: Decimal, formats: Formats) -> Message:
    percent, days = formats.percent, HOLDS_FOR.opens_after_days
    what = f"{formats.chance(chance)} chance of clearing its hurdle"
    compared = (
        f"The hurdle is a return of {percent(detail['hurdle'])}; "
        f"opens below {percent(threshold)} on two looks at least {days} days apart, "
        f"clears when it holds {percent(CLEARS_FROM)} for {HOLDS_FOR.clears_after_days} days"
    )
    why = (*_unproven(detail, formats), *_swings(detail, formats))[:MOST_REASONS]
    return Message(what, compared, why, f"Prove more of its benefit, or {_cheaper(detail, formats)}.")


def _cheaper(detail: Detail, formats: Formats) -> str:
    left = detail["spend_left"]
    if not left or not Decimal(left):
        return "re-scope or stop it"
    return f"re-scope or stop it: {formats.money(Decimal(left), detail['spend_currency'])} is still to be spent"


def _unproven(detail: Detail, formats: Formats) -> Iterator[str]:
    if detail["unproven"]:
        claimed = Decimal(detail["unproven"])
        besides = f"; {formats.money(claimed, detail['currency'])} is only claimed" if claimed else ""
        yield f"No benefit is proven yet{besides}"


def _swings(detail: Detail, formats: Formats) -> Iterator[str]:
    for driver, low, high in loads(detail["drivers"]):
        ends = sorted((Decimal(low), Decimal(high)))
        span = " and ".join(formats.money(end, detail["currency"]) for end in ends)
        yield f"{driver_words(driver)}: net between {span}"


def _cost_overrun(detail: Detail, share: Decimal, threshold: Decimal, formats: Formats) -> Message:
    actual, plan, currency = Decimal(detail["actual"]), Decimal(detail["plan"]), detail["currency"]
    money = formats.money
    over = f"{money(actual - plan, currency)} ({formats.percent(share)}) over plan"
    through = formats.day(date.fromisoformat(detail["through"]))
    clears = f"clears below {formats.percent(CLEARS)}"
    if detail["basis"] == "forecast":
        what = f"on course to spend {over}"
        compared = (
            f"{money(actual, currency)} forecast in all against {money(plan, currency)} planned; "
            f"opens above {formats.percent(threshold)}, {clears}"
        )
    else:
        what = f"spent {over}"
        compared = (
            f"{money(actual, currency)} spent to {through} against {money(plan, currency)} planned; "
            f"opens above {formats.percent(threshold)} and {money(OPENS_AMOUNT, currency)}, {clears}"
        )
    why = tuple(f"{formats.month(month)}: {money(amount, currency)} over its plan" for month, amount in _worst(detail))
    return Message(what, compared, why, "Cut spending, or agree a new plan with finance.")


def _worst(detail: Detail) -> Iterator[tuple[date, Decimal]]:
    words = detail.get("worst", "").split()
    for month, over in zip(words[::2], words[1::2], strict=True):
        yield date.fromisoformat(month), Decimal(over)


def _stale_data(detail: Detail, today: date, formats: Formats) -> Message:
    name, allowed = detail["name"], detail["allowed_days"]
    compared = f"{allowed} days are allowed at its cadence; clears with the next reading"
    action = f"Record a reading of {name}."
    if not detail["last_reading"]:
        return Message(f"no reading of {name} yet", compared, ("It never had a reading.",), action)
    last = date.fromisoformat(detail["last_reading"])
    what = f"no reading of {name} for {(today - last).days} days"
    return Message(what, compared, (f"Its last reading is of {formats.day(last)}.",), action)
