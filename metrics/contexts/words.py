"""The words of stages, money classes, causes and signals, as people read them."""

from datetime import datetime

from portfolio.choices import STAGE_GROUPS, BenefitClass, CostCategory, Stage
from portfolio.rubric import RUBRIC
from web.formats import Formats

STAGE_WORDS = {stage: stage.value.capitalize() for stage in Stage} | {Stage.ROLLOUT: "Roll-out"}
GROUP_WORDS = {"ideas": "Idea", "pilot": "Pilot", "build": "Build", "run": "Run"}
STRIP = tuple((label, STAGE_GROUPS[name]) for name, label in GROUP_WORDS.items())
STAGES_OF_GROUP = {
    name: " or ".join((STAGE_WORDS[stages[0]], *(STAGE_WORDS[stage].lower() for stage in stages[1:])))
    for name, stages in STAGE_GROUPS.items()
    if len(stages) > 1
}
CAUSE_WORDS = {cause: scale.label for cause, scale in RUBRIC.items()}
CLASS_WORDS = {
    BenefitClass.CASH: "Cash",
    BenefitClass.COST_AVOIDED: "Cost avoided",
    BenefitClass.CAPACITY: "Capacity",
    BenefitClass.REVENUE: "Revenue",
    BenefitClass.NONE: "Without money",
}
SAVED_TIME_WORDS = {
    "cash_out": "Left as cash",
    "redeployed": "Redeployed",
    "absorbed": "Absorbed",
    "unknown": "Not known",
}
CATEGORY_WORDS = {category: category.value.replace("_", " ").capitalize() for category in CostCategory}
DRIVER_WORDS = {
    "cost": "Costs still to come",
    "benefit": "Benefits that come true",
    "delay": "Delay of the go-live",
    "abandonment": "Being given up on the way",
    "adoption": "Share of users",
    "ramp": "Months until full use",
    "decay": "Benefit lost per year",
}
KINDS = {"effect: ": "Effect on", "value: ": "Value per unit of"}


def driver_words(name: str) -> str:
    """A driver of the simulation as people read it; an effect and its value bear the name of their KPI."""
    kind = next((start for start in KINDS if name.startswith(start)), None)
    return DRIVER_WORDS.get(name, name) if kind is None else f"{KINDS[kind]} {name.removeprefix(kind)}"


def recorded_words(at: datetime, who: object, source: str, formats: Formats) -> str:
    """When something was recorded, by whom and from what source, as far as that is known."""
    by = f" by {who}" if who else ""
    return f"{formats.moment(at)}{by}{f', {source}' if source else ''}"
