"""The shapes of figures in the OpenAPI document."""

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from metrics.core.rollup.causes import Code
from metrics.core.types import SavedTime

AS_OF = OpenApiParameter(
    "as_of", date, description="What was believed at the end of that day (YYYY-MM-DD). Default: now."
)
RESTATED = OpenApiParameter(
    "restated", bool, description="With `as_of`: what is known now about the time up to that day. Default: false."
)
RISK_STATUSES = ["reference_class", "learning", "calibrated", "base_rate_only"]
MONTH_KINDS = ["actual", "forecast"]
ROI_FIGURES = (
    "cost_to_date", "benefit_to_date", "benefit_claimed", "net_to_date", "roi_to_date", "npv_to_date", "irr_to_date",
    "npv", "irr", "mirr", "irr_roots", "payback_month", "discounted_payback_month", "tco", "roi_forecast",
    "chance_roi_positive", "chance_clears_hurdle", "realisation_ratio", "net", "expected_shortfall", "roi_discounted",
    "net_real", "npv_real", "variance_total", "variance_delay", "variance_volume", "variance_value", "variance_cost",
    "variance_rest", "benefit_indicative", "benefit_claimed_only", "discount_rate", "hurdle", "payback_first_month",
)  # fmt: skip
TOTALS = (
    "cost_to_date", "benefit_to_date", "benefit_claimed", "net_to_date", "roi_to_date", "npv", "tco", "roi_forecast",
    "chance_roi_positive", "chance_clears_hurdle", "benefit_indicative", "benefit_claimed_only", "discount_rate",
    "expected_shortfall", "hurdle", "net", "roi_plan",
)  # fmt: skip
YEAR = (
    "cost_to_date", "benefit_to_date", "net_to_date", "net_forecast", "net_plan", "gap_to_plan", "benefit_forecast",
    "cost_forecast", "cost_plan", "cost_plan_to_date", "net_plan_to_date", "roi_forecast", "roi_plan",
)  # fmt: skip


class FigureShown(serializers.Serializer[Any]):
    """A value, or the reason why there is none; `message` is that reason in words."""

    value = serializers.CharField(allow_null=True)
    unit = serializers.CharField()
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    level = serializers.FloatField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    message = serializers.CharField(allow_null=True)
    grade = serializers.CharField(allow_null=True)
    id = serializers.CharField()


class WorkedOut(serializers.Serializer[Any]):
    """When figures were worked out, from what, and whether a later change is not in them yet."""

    as_of = serializers.DateField()
    computed_at = serializers.DateTimeField()
    settings_version = serializers.IntegerField()
    method_version = serializers.CharField()
    currency = serializers.CharField()
    behind = serializers.BooleanField()


class EffectShown(serializers.Serializer[Any]):
    """What moved one KPI, with its grade, or why that cannot be told."""

    kpi = serializers.CharField()
    grade = serializers.CharField(allow_null=True)
    effect = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    design = serializers.CharField()
    assumption = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_null=True)
    judged = serializers.CharField(allow_null=True, help_text="The grade that the data alone would earn.")
    method = serializers.CharField(allow_blank=True)
    low95 = serializers.CharField(allow_null=True)
    high95 = serializers.CharField(allow_null=True)
    help = serializers.CharField(allow_blank=True, help_text="What would raise the grade or allow an answer.")
    months_needed = serializers.IntegerField(allow_null=True)
    controls = serializers.ListField(child=serializers.CharField())
    share = serializers.CharField(help_text="This initiative's part of the joint effect.")


class SensitivityShown(serializers.Serializer[Any]):
    """How far one driver moves net over the horizon: net at its own 10 % point (low) and 90 % point (high)."""

    driver = serializers.CharField()
    low = serializers.CharField()
    high = serializers.CharField()


class SaidShown(serializers.Serializer[Any]):
    """What a snapshot said of a figure: a value, or a reason in code and words."""

    value = serializers.CharField(allow_null=True)
    unit = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    message = serializers.CharField(allow_null=True)
    grade = serializers.CharField(allow_null=True)


class ChangeShown(serializers.Serializer[Any]):
    """A figure that reads differently than before; `effect.` and a KPI's key name the effect on that KPI."""

    figure = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    was = SaidShown()
    now = SaidShown()


class BecauseShown(serializers.Serializer[Any]):
    """Something that was recorded between two snapshots, or that simply happened; `words` say it in a sentence."""

    code = serializers.ChoiceField([str(code) for code in Code])
    restates = serializers.BooleanField(help_text="A changed past, and not the ordinary course.")
    count = serializers.IntegerField()
    words = serializers.CharField()
    noun = serializers.CharField(allow_null=True)
    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    kpi = serializers.CharField(allow_null=True)
    initiative = serializers.CharField(allow_null=True, help_text="Whose KPI or use it is, where another's.")
    on = serializers.DateField(allow_null=True)
    through = serializers.DateField(allow_null=True)
    was = serializers.CharField(allow_null=True)
    now = serializers.CharField(allow_null=True)
    unit = serializers.CharField(allow_null=True)
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class PreviousShown(serializers.Serializer[Any]):
    """The snapshot that counted before."""

    snapshot = serializers.CharField()
    as_of = serializers.DateField()
    computed_at = serializers.DateTimeField()


class RestatementShown(serializers.Serializer[Any]):
    """What a snapshot changed against the one before it, and why."""

    is_restatement = serializers.BooleanField(help_text="A figure moved and the past was changed in between.")
    previous = PreviousShown()
    changes = ChangeShown(many=True)
    because = BecauseShown(many=True)
    more = serializers.IntegerField(help_text="Causes that are not listed.")


class SnapshotShown(WorkedOut):
    """Figures that counted once, and what they changed."""

    snapshot = serializers.CharField()
    is_current = serializers.BooleanField()
    inputs_version = serializers.IntegerField()
    verdict = serializers.CharField()
    figures = serializers.DictField(child=FigureShown())
    restatement = RestatementShown(allow_null=True)


class SavedTimeShown(serializers.Serializer[Any]):
    """What saved time is worth by where it went: proven, indicative, claimed and ahead; only `cash_out` is cash."""

    def get_fields(self) -> dict[str, Any]:
        """One group for each destination that anything went to."""
        return {str(went): serializers.DictField(child=serializers.CharField(), required=False) for went in SavedTime}


class RoiShown(WorkedOut):
    """The figures of an initiative, in its own currency."""

    snapshot = serializers.CharField()
    restatement = RestatementShown(allow_null=True)
    inputs_version = serializers.IntegerField()
    horizon_months = serializers.IntegerField()
    verdict = serializers.CharField()
    sensitivity = SensitivityShown(many=True)
    variance_shares = serializers.DictField(child=serializers.FloatField())
    effects = EffectShown(many=True)
    saved_time = SavedTimeShown()

    def get_fields(self) -> dict[str, Any]:
        """The figures beside the rest."""
        return {**super().get_fields(), **{name: FigureShown() for name in ROI_FIGURES}}


class ContributionShown(serializers.Serializer[Any]):
    """How many points a cause adds to the risk."""

    cause = serializers.CharField()
    points = serializers.CharField()
    low = serializers.CharField()
    high = serializers.CharField()
    from_own_data = serializers.BooleanField()
    own_share = serializers.CharField(help_text="How much of the effect is known from own data, 0 to 1.")


class RaiseShown(serializers.Serializer[Any]):
    """A cause that counts for more than was scored, since incidents and roll-backs of the last 180 days add to it."""

    cause = serializers.CharField()
    scored = serializers.CharField(allow_null=True, help_text="null where nobody scored it: it starts from 0")
    effective = serializers.CharField()
    incidents = serializers.IntegerField()
    rollbacks = serializers.IntegerField()
    since = serializers.DateField()
    last = serializers.DateField()


class SignalShown(serializers.Serializer[Any]):
    """Something in the behaviour of the initiative that asks for a look, and what cures it."""

    code = serializers.CharField()
    since = serializers.DateField()
    cure = serializers.CharField()


class CountedShown(serializers.Serializer[Any]):
    """A number of forecasts, and of the initiatives that they are about."""

    forecasts = serializers.IntegerField()
    initiatives = serializers.IntegerField()


class SkillShown(serializers.Serializer[Any]):
    """How much better the chances did than the workspace's own usual failure rate: 1 is perfect, 0 no better."""

    value = serializers.CharField()
    low = serializers.CharField()
    high = serializers.CharField()


class TrackRecordShown(serializers.Serializer[Any]):
    """What the forecasts that came due were worth; `why` says what the status rests on."""

    through = serializers.DateField()
    resolved = CountedShown()
    failures = CountedShown()
    censored = CountedShown()
    rebuilt = serializers.IntegerField(help_text="Forecasts rebuilt from history, not stored at the time.")
    live = serializers.IntegerField()
    skill = SkillShown(allow_null=True)
    status = serializers.ChoiceField(RISK_STATUSES)
    why = serializers.CharField()


class ForecastShown(serializers.Serializer[Any]):
    """The chance to be abandoned within 12 months as it was told on a day; never edited."""

    made_on = serializers.DateField()
    resolves_on = serializers.DateField()
    value = serializers.CharField()
    low = serializers.CharField()
    high = serializers.CharField()
    base_rate = serializers.CharField(
        help_text="The workspace's own usual failure rate of that day: what statistics calls the base rate."
    )
    outcome = serializers.ChoiceField(["failed", "held", "censored"], allow_null=True)
    inferred = serializers.BooleanField(help_text="Whether 12 months of silence say so.")


class RiskShown(WorkedOut):
    """The chances of failure of an initiative."""

    inputs_version = serializers.IntegerField()
    model_version = serializers.CharField()
    never_in_production = FigureShown()
    abandoned_12m = FigureShown()
    misses_roi = FigureShown()
    base_rate = FigureShown()
    benefit_ahead = FigureShown(help_text="Benefit of the months ahead; a reason once it has reached production.")
    spend_ahead = FigureShown(help_text="Cost of the months ahead.")
    value_at_risk = FigureShown(help_text="Chance of never reaching production × benefit of the months ahead.")
    contributions = ContributionShown(many=True)
    raises = RaiseShown(many=True)
    status = serializers.ChoiceField(RISK_STATUSES)
    closed_cases = serializers.IntegerField()
    inferred_cases = serializers.IntegerField(help_text="Closed cases that 12 months of silence say were abandoned.")
    signals = SignalShown(many=True)
    record = TrackRecordShown(allow_null=True)
    forecasts = ForecastShown(many=True)


class MonthShown(serializers.Serializer[Any]):
    """One month: actual up to the last closed one, forecast after it."""

    month = serializers.CharField()
    kind = serializers.ChoiceField(MONTH_KINDS)
    cost = serializers.CharField(allow_null=True)
    benefit = serializers.CharField(allow_null=True)
    net = serializers.CharField(allow_null=True)
    low = serializers.CharField(required=False, help_text="Lower end of net's 80 % range: months ahead of this year.")
    high = serializers.CharField(required=False, help_text="Upper end of it.")
    plan_net = serializers.CharField(allow_null=True)
    cost_actual = serializers.CharField(allow_null=True)
    plan_cost = serializers.CharField(allow_null=True)
    plan_benefit = serializers.CharField(allow_null=True)
    proven = serializers.CharField(allow_null=True)
    indicative = serializers.CharField(allow_null=True)
    claimed = serializers.CharField(allow_null=True)


class YearShown(serializers.Serializer[Any]):
    """The fiscal year: to date, forecast and plan."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()

    def get_fields(self) -> dict[str, Any]:
        """The figures beside the rest."""
        return {**super().get_fields(), **{name: FigureShown() for name in YEAR}}


class LackingShown(serializers.Serializer[Any]):
    """An initiative without a forecast return, and why."""

    initiative = serializers.CharField()
    reason = serializers.CharField()


class CoverageShown(serializers.Serializer[Any]):
    """How many initiatives the totals cover, and which they leave out."""

    with_figure = serializers.IntegerField()
    of = serializers.IntegerField()
    words = serializers.CharField()
    without = LackingShown(many=True)


class WaitingShown(serializers.Serializer[Any]):
    """The totals of that day are being worked out; ask again after `Retry-After` seconds."""

    as_of = serializers.DateField()
    state = serializers.ChoiceField(["waiting"])


class TogetherShown(serializers.Serializer[Any]):
    """The outlook at one assumed correlation between initiatives; that of the headline figures comes first."""

    correlation = serializers.CharField()
    covered = serializers.IntegerField(help_text="Initiatives that could be simulated.")
    net = serializers.ListField(child=serializers.CharField(), help_text="Ends of the 80 % range.")
    year_net = serializers.ListField(child=serializers.CharField(), help_text="The same for the fiscal year.")
    chance_roi_positive = serializers.CharField()
    chance_clears_hurdle = serializers.CharField(allow_null=True)
    expected_shortfall = serializers.CharField(help_text="Mean net of the worst tenth of outcomes.")


class PortfolioShown(WorkedOut):
    """Totals of the workspace in its currency; they are the sums of the initiatives' figures."""

    behind_by = serializers.IntegerField()
    fiscal_year = YearShown()
    months = MonthShown(many=True)
    by_grade = serializers.DictField(child=serializers.CharField())
    by_benefit_class = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))
    by_cost_category = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))
    saved_time = SavedTimeShown()
    stages = serializers.DictField(child=serializers.IntegerField())
    verdicts = serializers.DictField(child=serializers.IntegerField())
    coverage = CoverageShown()
    together = TogetherShown(many=True)

    def get_fields(self) -> dict[str, Any]:
        """The figures beside the rest."""
        return {**super().get_fields(), **{name: FigureShown() for name in TOTALS}}
