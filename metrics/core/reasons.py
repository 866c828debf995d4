"""Why a figure has no value: one code and one plain sentence for each case.

Pages and the API use the same sentence. A sentence may hold `{detail}`, for instance the currency and month of a
missing exchange rate.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Code that takes the place of a value that cannot be known."""

    NO_COST = "NO_COST"
    NO_BENEFIT = "NO_BENEFIT"
    NO_BASELINE = "NO_BASELINE"
    NO_READINGS = "NO_READINGS"
    NO_RATE = "NO_RATE"
    SEVERAL_RATES = "SEVERAL_RATES"
    NOT_ANNUALISED = "NOT_ANNUALISED"
    NOT_SIMULATED = "NOT_SIMULATED"
    NO_EXCHANGE_RATE = "NO_EXCHANGE_RATE"
    NO_FORECAST = "NO_FORECAST"
    NOT_WITHIN_HORIZON = "NOT_WITHIN_HORIZON"
    ALREADY_IN_PRODUCTION = "ALREADY_IN_PRODUCTION"
    NO_PLAN = "NO_PLAN"
    CANNOT_TELL_YET = "CANNOT_TELL_YET"
    TOO_FEW_READINGS = "TOO_FEW_READINGS"
    NO_DISCOUNT_RATE = "NO_DISCOUNT_RATE"
    NO_HURDLE = "NO_HURDLE"
    NO_VALUE_PER_UNIT = "NO_VALUE_PER_UNIT"
    NOT_MONETARY = "NOT_MONETARY"
    NO_GO_LIVE = "NO_GO_LIVE"
    KPI_REDEFINED = "KPI_REDEFINED"
    ENDED = "ENDED"
    ZERO_BASELINE = "ZERO_BASELINE"
    PLACEBO_FAILED = "PLACEBO_FAILED"
    OTHER_ROLLOUT = "OTHER_ROLLOUT"
    CONTROLS_UNLIKE = "CONTROLS_UNLIKE"
    CONTROLS_ADOPTED = "CONTROLS_ADOPTED"
    UNUSABLE_READINGS = "UNUSABLE_READINGS"
    NO_TRIAL = "NO_TRIAL"
    NO_PRICE_INDEX = "NO_PRICE_INDEX"
    NO_OUTCOMES = "NO_OUTCOMES"


SENTENCES: dict[Reason, str] = {
    Reason.NO_COST: "No cost is recorded.",
    Reason.NO_BENEFIT: "No benefit is recorded.",
    Reason.NO_BASELINE: "The KPI has no baseline yet. Give the dates of its baseline.",
    Reason.NO_READINGS: "No readings are recorded.",
    Reason.NO_RATE: "No rate of return fits these cash flows: they {detail} at every rate.",
    Reason.SEVERAL_RATES: "Several rates of return fit these cash flows, so none is shown. Use net present value.",
    Reason.NOT_ANNUALISED: "The cash flows span less than 12 months, so a yearly rate would mislead.",
    Reason.NOT_SIMULATED: "The chance is not worked out yet: it needs the simulation.",
    Reason.NO_EXCHANGE_RATE: "There is no exchange rate for {detail}. Enter one under Settings.",
    Reason.NO_FORECAST: "No benefit is proven, forecast or planned, so what the months ahead bring is not known.",
    Reason.NOT_WITHIN_HORIZON: "The costs are not earned back within the horizon.",
    Reason.ALREADY_IN_PRODUCTION: "The initiative is already in production.",
    Reason.NO_PLAN: "No plan is recorded.",
    Reason.CANNOT_TELL_YET: "The data cannot tell yet. More readings are needed.",
    Reason.TOO_FEW_READINGS: "There are too few readings before or after the start. At least 3 of each are needed.",
    Reason.NO_DISCOUNT_RATE: "No discount rate is set. Finance can set one under Settings.",
    Reason.NO_HURDLE: "No hurdle is set. Finance can set one under Settings.",
    Reason.NO_VALUE_PER_UNIT: "The KPI has no value per unit, so its effect has no money yet.",
    Reason.NOT_MONETARY: "This KPI is tracked without money.",
    Reason.NO_GO_LIVE: "No use is recorded yet: neither adoption nor a go-live date.",
    Reason.KPI_REDEFINED: "The KPI was redefined near the start, so before and after cannot be compared.",
    Reason.ENDED: "The initiative has ended.",
    Reason.PLACEBO_FAILED: "The method sees an effect before the real start, so it cannot be trusted here.",
    Reason.OTHER_ROLLOUT: "Another initiative on this KPI began at nearly the same time, so they cannot be told apart.",
    Reason.CONTROLS_UNLIKE: "The controls moved unlike the KPI before the start.",
    Reason.CONTROLS_ADOPTED: "Every control has no match in time or uses the initiative itself.",
    Reason.UNUSABLE_READINGS: "The readings of the KPI cannot be modelled as they are.",
    Reason.NO_TRIAL: "No outcome of a randomised comparison is recorded.",
    Reason.NO_PRICE_INDEX: "There is no price index for {detail}. Enter one under Settings.",
    Reason.NO_OUTCOMES: "No outcome is counted yet, so there is no cost of one.",
    Reason.ZERO_BASELINE: "The baseline is zero, so the change has no percentage; see the change itself.",
}


UNSAID = {Reason.NO_RATE: "lose, or gain,"}


def sentence(reason: Reason, detail: str | None = None) -> str:
    """The plain sentence for `reason`; `detail` fills its gap where it has one."""
    return SENTENCES[reason].format(detail=detail or UNSAID.get(reason, "one of its currencies"))
