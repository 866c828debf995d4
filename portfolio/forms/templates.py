"""Starting points for common kinds of initiative: what to call them and the KPIs that usually show whether they pay."""

from dataclasses import dataclass

from portfolio.choices import BenefitClass, Cadence, Direction


@dataclass(frozen=True)
class KpiIdea:
    """A KPI to start from; every field can be changed."""

    slug: str
    name: str
    unit: str
    direction: Direction
    benefit_class: BenefitClass
    cadence: Cadence = Cadence.MONTHLY


@dataclass(frozen=True)
class Template:
    """A kind of initiative with six KPI ideas."""

    slug: str
    kind: str
    summary: str
    ideas: tuple[KpiIdea, ...]


UP, DOWN = Direction.UP, Direction.DOWN
CASH, AVOIDED = BenefitClass.CASH, BenefitClass.COST_AVOIDED
CAPACITY, REVENUE, NONE = BenefitClass.CAPACITY, BenefitClass.REVENUE, BenefitClass.NONE

TEMPLATES = (
    Template(
        "copilot",
        "Copilot or assistant",
        "Helps people with a task they do today. Used by: … Replaces or speeds up: …",
        (
            KpiIdea("time-per-task", "Time per task", "minutes", DOWN, CAPACITY),
            KpiIdea("tasks-per-person", "Tasks per person and week", "tasks", UP, CAPACITY, Cadence.WEEKLY),
            KpiIdea("first-contact", "Solved at first contact", "%", UP, AVOIDED),
            KpiIdea("rework", "Work done again", "%", DOWN, AVOIDED),
            KpiIdea("external-spend", "Spend on outside help", "per month", DOWN, CASH),
            KpiIdea("satisfaction", "Satisfaction of the people who use it", "score 1 to 5", UP, NONE),
        ),
    ),
    Template(
        "forecasting",
        "Forecasting",
        "Predicts … for … ahead, used to decide …",
        (
            KpiIdea("forecast-error", "Forecast error", "%", DOWN, NONE),
            KpiIdea("stock", "Stock held", "days", DOWN, CASH),
            KpiIdea("stock-outs", "Stock-outs", "per month", DOWN, REVENUE),
            KpiIdea("waste", "Written off", "per month", DOWN, CASH),
            KpiIdea("planning-hours", "Hours spent on planning", "hours", DOWN, CAPACITY),
            KpiIdea("on-time", "Delivered on time", "%", UP, REVENUE),
        ),
    ),
    Template(
        "documents",
        "Document processing",
        "Reads … and hands … on to … without retyping.",
        (
            KpiIdea("handling-time", "Handling time per document", "minutes", DOWN, CAPACITY),
            KpiIdea("straight-through", "Processed without a person", "%", UP, CAPACITY),
            KpiIdea("errors", "Errors found later", "per 1,000", DOWN, AVOIDED),
            KpiIdea("turnaround", "Time from receipt to answer", "days", DOWN, NONE),
            KpiIdea("overtime", "Overtime and agency hours", "hours", DOWN, CASH),
            KpiIdea("late-fees", "Late fees and penalties", "per month", DOWN, CASH),
        ),
    ),
)
GENERAL = Template("", "", "", (TEMPLATES[0].ideas[0], *TEMPLATES[1].ideas[4:], *TEMPLATES[2].ideas[1:4]))


def template(slug: str) -> Template:
    """The template with this name, or the general one."""
    return next((found for found in TEMPLATES if found.slug == slug), GENERAL)


def template_of(kind: str) -> Template:
    """The template that an initiative of this kind fits, or the general one."""
    return next((found for found in TEMPLATES if found.kind == kind), GENERAL)


def idea(slug: str) -> KpiIdea | None:
    """The KPI idea with this name."""
    return next((found for one in TEMPLATES for found in one.ideas if found.slug == slug), None)
