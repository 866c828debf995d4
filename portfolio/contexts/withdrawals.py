"""The page that asks before a fact is withdrawn, whatever its kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.choices import Permission
from portfolio.choices import Rating
from portfolio.forms.ratings import RATING_WORDS
from portfolio.models import (
    AdoptionReading,
    Assessment,
    BenefitLine,
    ControlDose,
    CostLine,
    Destination,
    Driver,
    Event,
    ExchangeRate,
    Fact,
    InitiativeHurdle,
    Mitigation,
    Preregistration,
    PriceIndex,
    Reading,
    StageChange,
    StatusRating,
    Trial,
)
from portfolio.rubric import RUBRIC
from portfolio.services.proof import first_use
from web.formats import Form, Formats

RATE_DIGITS = 6


@dataclass(frozen=True)
class Noun:
    """A kind of fact that can be withdrawn.

    Args:
        name: what people call it.
        permission: what recording it needs.
        back: the URL name of the page that lists it, and that page's words.
        told: which one it is, in words.
        hint: what to do instead of withdrawing, where there is something.
        warns: what withdrawing this one costs, in words; empty where it costs nothing.
    """

    name: str
    model: type[Fact]
    permission: Permission
    back: tuple[str, str]
    told: Callable[[Any, Formats], str]
    hint: str = ""
    warns: Callable[[Any], str] = lambda _: ""


def _money(what: str, line: CostLine | BenefitLine, formats: Formats) -> str:
    return f"{formats.money(line.amount, line.currency, Form.EXACT)}, {what}, {formats.day(line.on)}"


def _cost(line: CostLine, formats: Formats) -> str:
    return _money(line.get_category_display().lower(), line, formats)


def _benefit(line: BenefitLine, formats: Formats) -> str:
    what = line.get_benefit_class_display().lower()
    return _money(what, line, formats) + (", confirmed by finance" if line.confirmed_at else "")


def _reading(row: Reading, formats: Formats) -> str:
    return f"{row.kpi.name}: {formats.number(row.value, digits=RATE_DIGITS)} on {formats.day(row.on)}"


def _stage(change: StageChange, formats: Formats) -> str:
    return f"{change.get_to_display()} from {formats.day(change.on)}"


def _assessment(row: Assessment, formats: Formats) -> str:
    scored = ", ".join(scale.label.lower() for cause, scale in RUBRIC.items() if cause in row.scores)
    return f"{formats.day(row.on)}, of {scored}"


def _event(row: Event, formats: Formats) -> str:
    return f"{row.get_kind_display()}, {formats.day(row.on)}"


def _rating(row: StatusRating, formats: Formats) -> str:
    return f"{RATING_WORDS[Rating(row.rating)]} by {row.rated_by}, {formats.day(row.on)}"


def _mitigation(row: Mitigation, formats: Formats) -> str:
    return f"{row.what}, until {formats.day(row.due)}"


def _adoption(row: AdoptionReading, formats: Formats) -> str:
    return f"{formats.percent(row.share)} of the intended users on {formats.day(row.on)}"


def _rate(row: ExchangeRate, formats: Formats) -> str:
    return f"1 {row.base} costs {formats.number(row.rate, digits=RATE_DIGITS)} {row.quote} on {formats.day(row.on)}"


def _preregistration(row: Preregistration, formats: Formats) -> str:
    return f"{row.kpi.name}: design “{row.frozen['design']}”, frozen on {formats.day(row.on)}"


def _loses_a_grade(row: Preregistration) -> str:
    start = first_use(row.kpi.initiative)
    if start is None:
        return ""
    return f"It is in use since {start}, so no design can be frozen any more: the grade of this KPI is one step lower."


def _trial(row: Trial, formats: Formats) -> str:
    return f"{row.kpi.name}: comparison of {row.randomised}, {formats.day(row.on)}"


def _control_dose(row: ControlDose, formats: Formats) -> str:
    return f"{row.kpi.name}: {formats.percent(row.share)} of {row.series} on {formats.day(row.on)}"


def _destination(row: Destination, formats: Formats) -> str:
    return f"{row.kpi.name}: {formats.percent(row.cash_out)} left as cash, from {formats.day(row.on)}"


def _driver(row: Driver, formats: Formats) -> str:
    points = ", ".join(formats.number(point, digits=4) for point in (row.p10, row.p50, row.p90))
    return f"{row.get_name_display()}: {points}, {formats.day(row.on)}"


def _hurdle(row: InitiativeHurdle, formats: Formats) -> str:
    return f"{formats.percent(row.value)} from {formats.day(row.on)}"


def _price(row: PriceIndex, formats: Formats) -> str:
    return f"{formats.number(row.value, digits=RATE_DIGITS)} in {formats.month(row.on)}"


_RECORDS, _MONEY = Permission.WRITE_RECORDS, Permission.WRITE_MONEY
_MONEY_PAGE = ("costs", "Costs and benefits")
_SAME_DAY = "To change its value, enter another one for the same day."

COST = Noun("cost", CostLine, _MONEY, _MONEY_PAGE, _cost)
BENEFIT = Noun("benefit", BenefitLine, _MONEY, _MONEY_PAGE, _benefit)
READING = Noun("reading", Reading, _RECORDS, ("kpi_readings", "Readings"), _reading, _SAME_DAY)
STAGE = Noun(
    "stage change", StageChange, _RECORDS, ("stage", "Stage"), _stage, "The stage becomes that of the change before it."
)
ASSESSMENT = Noun("assessment", Assessment, _RECORDS, ("assessment", "Assessment"), _assessment)
EVENT = Noun("event", Event, _RECORDS, ("events", "Events"), _event)
RATING = Noun("rating", StatusRating, _RECORDS, ("ratings", "Ratings"), _rating, _SAME_DAY)
MITIGATION = Noun(
    "action",
    Mitigation,
    _RECORDS,
    ("mitigations", "Actions"),
    _mitigation,
    "That is for one entered by mistake. One that is no longer wanted is dropped instead, and stays in the list.",
)
ADOPTION = Noun("share of users", AdoptionReading, _RECORDS, ("kpis", "KPIs"), _adoption, _SAME_DAY)
RATE = Noun("exchange rate", ExchangeRate, Permission.CONFIRM, ("exchange_rates", "Exchange rates"), _rate, _SAME_DAY)
_PROOF = ("kpi_proof", "Proof")
_CONTROLS = ("kpi_control_doses", "Use by controls")
_TIME = ("kpi_destinations", "Saved time")
PREREGISTRATION = Noun("preregistration", Preregistration, _RECORDS, _PROOF, _preregistration, warns=_loses_a_grade)
TRIAL = Noun("comparison", Trial, _RECORDS, ("kpi_trials", "Comparisons"), _trial, _SAME_DAY)
CONTROL_DOSE = Noun("use by a control", ControlDose, _RECORDS, _CONTROLS, _control_dose, _SAME_DAY)
DESTINATION = Noun("destination of saved time", Destination, _RECORDS, _TIME, _destination, _SAME_DAY)
DRIVER = Noun("driver", Driver, _MONEY, ("drivers", "Drivers"), _driver, "A published spread takes its place, or none.")
HURDLE = Noun(
    "hurdle",
    InitiativeHurdle,
    Permission.CONFIRM,
    ("initiative_hurdle", "Hurdle"),
    _hurdle,
    "The one before it holds again, else the workspace's.",
)
PRICE = Noun("price level", PriceIndex, Permission.CONFIRM, ("price_index", "Prices"), _price, _SAME_DAY)


@dataclass(frozen=True)
class Withdrawal:
    """What the page says.

    Args:
        warning: what withdrawing it costs.
        back: the address of the list that the fact stands in.
        told: which fact it is, in words.
    """

    noun: Noun
    back: str
    told: str
    warning: str = ""
