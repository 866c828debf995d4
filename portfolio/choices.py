"""The words of the portfolio: stages, directions, classes, causes. No framework here."""

from enum import StrEnum


class Stage(StrEnum):
    """Where an initiative stands, in order; the last two are ends."""

    IDEA = "idea"
    DISCOVERY = "discovery"
    PILOT = "pilot"
    DEVELOPMENT = "development"
    ROLLOUT = "rollout"
    PRODUCTION = "production"
    SCALED = "scaled"
    RETIRED = "retired"
    ABANDONED = "abandoned"


LIVE_STAGES = frozenset({Stage.PRODUCTION, Stage.SCALED})
END_STAGES = frozenset({Stage.RETIRED, Stage.ABANDONED})
STAGE_GROUPS = {
    "ideas": (Stage.IDEA, Stage.DISCOVERY),
    "pilot": (Stage.PILOT,),
    "build": (Stage.DEVELOPMENT, Stage.ROLLOUT),
    "run": (Stage.PRODUCTION, Stage.SCALED),
    "ended": (Stage.RETIRED, Stage.ABANDONED),
}


class Direction(StrEnum):
    """Which way a KPI should move."""

    UP = "up"
    DOWN = "down"


class Design(StrEnum):
    """How the effect of an initiative on a KPI is to be shown."""

    RANDOMISED = "randomised"
    CONTROLLED = "controlled"
    SERIES = "series"
    BEFORE_AFTER = "before_after"
    CLAIM = "claim"


class BenefitClass(StrEnum):
    """What kind of money a benefit is; none has no money at all."""

    CASH = "cash"
    COST_AVOIDED = "cost_avoided"
    CAPACITY = "capacity"
    REVENUE = "revenue"
    NONE = "none"


class Cadence(StrEnum):
    """How often a KPI is read."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class Aggregation(StrEnum):
    """How readings of a shorter period make one of a longer period."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"
    RATIO = "ratio"


class Family(StrEnum):
    """The statistical family of a KPI's readings."""

    NORMAL = "normal"
    COUNT = "count"
    RATE = "rate"
    LOG = "log"


class Basis(StrEnum):
    """Whether money was booked, agreed or expected."""

    ACTUAL = "actual"
    PLAN = "plan"
    FORECAST = "forecast"


class CostCategory(StrEnum):
    """What a cost was for."""

    PEOPLE = "people"
    COMPUTE = "compute"
    LICENCES = "licences"
    DATA = "data"
    INTEGRATION = "integration"
    CHANGE = "change"
    GOVERNANCE = "governance"
    OPERATIONS = "operations"
    PLATFORM_SHARE = "platform_share"
    OTHER = "other"


class Cause(StrEnum):
    """The eight causes of failure that an assessment scores from -1 to +1, + being worse."""

    INTEGRATION = "integration"
    SCALABILITY = "scalability"
    ROI_JUSTIFICATION = "roi_justification"
    WORKFORCE = "workforce"
    DATA_GOVERNANCE = "data_governance"
    RESPONSIBLE_AI = "responsible_ai"
    HUMAN_FACTORS = "human_factors"
    DATA_LICENSING = "data_licensing"


class MitigationState(StrEnum):
    """How an action against a cause stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class EventKind(StrEnum):
    """Other changes at the same time."""

    INCIDENT = "incident"
    ROLLBACK = "rollback"
    MARKET = "market"
    POLICY = "policy"
    OTHER = "other"


class Rating(StrEnum):
    """A status rating, best first; the half steps exist on the scale of five only."""

    GREEN = "green"
    AMBER_GREEN = "amber_green"
    AMBER = "amber"
    AMBER_RED = "amber_red"
    RED = "red"


class RatingScale(StrEnum):
    """How many words the rater had to choose from."""

    FIVE = "five"
    THREE = "three"


HALF_STEPS = frozenset({Rating.AMBER_GREEN, Rating.AMBER_RED})


class SettingName(StrEnum):
    """Dated settings that change figures."""

    HURDLE = "hurdle"
    DISCOUNT_RATE = "discount_rate"
    INFLATION = "inflation"


class DriverName(StrEnum):
    """An uncertain quantity of a business case that people may give a range for.

    Factors on what is planned or forecast (cost, benefit), the final share of intended users (adoption), months of
    delay, months until full use (ramp), and the share of the benefit lost per year (decay).
    """

    COST = "cost"
    BENEFIT = "benefit"
    ADOPTION = "adoption"
    DELAY = "delay"
    RAMP = "ramp"
    DECAY = "decay"


class Spread(StrEnum):
    """What a trial's standard deviation and count are over."""

    UNITS = "units"
    CLUSTERS = "clusters"
