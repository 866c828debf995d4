"""Which figures rest on a setting: what a change of it would do, before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When
from django.http import QueryDict
from django.urls import reverse

from accounts.access import Actor
from metrics.contexts.figures import NOT_YET, Shown, figure_url, shown
from metrics.contexts.formulas import FORMULAS
from metrics.core.reasons import Reason
from metrics.models import CurrentSnapshot
from portfolio.choices import SettingName
from portfolio.contexts.pages import Pager, listed
from portfolio.models import DatedSetting, InitiativeHurdle
from portfolio.previews import Preview, Wanted
from web.formats import Form, Formats


@dataclass(frozen=True)
class Resting:
    """The figures that rest on a setting.

    Args:
        title: what the setting is called.
        column: where a snapshot keeps them: `figures` or `year`.
        names: their names.
        words: what they are, in words.
        example: the one that a list shows of each initiative.
        missing: the reason of figures that wait for the setting.
    """

    title: str
    column: str
    names: tuple[str, ...]
    words: str
    example: str
    missing: str = ""


RESTING: Mapping[str, Resting] = {
    SettingName.HURDLE: Resting(
        "Hurdle", "figures", ("hurdle", "chance_clears_hurdle"),
        "the hurdle that each is held against and its chance of clearing it; statuses follow the chance",
        "chance_clears_hurdle", Reason.NO_HURDLE,
    ),
    SettingName.DISCOUNT_RATE: Resting(
        "Discount rate", "figures",
        (
            "discount_rate", "npv", "npv_real", "npv_to_date", "mirr", "roi_discounted", "discounted_payback_month",
        ),
        "net present value, discounted return and payback, and the modified rate of return",
        "npv", Reason.NO_DISCOUNT_RATE,
    ),
    SettingName.INFLATION: Resting(
        "Expected inflation", "figures", ("net_real", "npv_real"), "net and net present value in today's prices",
        "net_real",
    ),
    "fiscal_year_start": Resting(
        "Start of the fiscal year", "year",
        (
            "cost_forecast", "cost_plan", "cost_plan_to_date", "cost_to_date", "benefit_forecast", "benefit_to_date",
            "net_forecast", "net_plan", "net_plan_to_date", "net_to_date", "gap_to_plan", "roi_forecast",
        ),
        "cost, benefit, net value, plan and return of the fiscal year",
        "net_forecast",
    ),
}  # fmt: skip
OF_THE_WORKSPACE = {
    "currency": "Totals of the portfolio, and the sums by which initiatives are compared, will be in the new currency. "
    "Figures of one initiative stay in its own.",
    "time_zone": "Days will begin and end elsewhere, and all figures are worked out again for the day there.",
}


@dataclass(frozen=True)
class Row:
    """An initiative with figures that rest on the setting."""

    name: str
    url: str
    unit: str
    count: str
    example: Shown


@dataclass(frozen=True)
class EffectPage:
    """Every initiative with figures that rest on a setting, and one of these figures as it is now."""

    title: str
    words: str
    figures: tuple[str, ...]
    example: str
    rows: tuple[Row, ...]
    pager: Pager
    others: str


def preview(actor: Actor, wanted: Wanted, today: date, formats: Formats) -> Preview:
    """What a change would do: how many figures rest on the setting, and the page that lists them."""
    resting = RESTING.get(wanted.setting)
    if resting is None:
        return Preview(OF_THE_WORKSPACE.get(wanted.setting, ""))
    said = _without_effect_today(actor, wanted, today, formats)
    words = said or _counted(actor, wanted.setting, resting, formats)
    query = urlencode({"on": wanted.on.isoformat()}) if wanted.on else ""
    return Preview(words, "" if said else reverse("setting_effect", args=[wanted.setting]) + (query and f"?{query}"))


def build(actor: Actor, setting: str, query: QueryDict, formats: Formats) -> EffectPage:
    """The page that lists which figures a change of the setting moves."""
    resting = RESTING[setting]
    rows = _held(actor, setting).annotate(resting=_count(resting)).filter(resting__gt=0)
    page = listed(
        rows.select_related("initiative__unit", "snapshot").order_by("initiative__name", "pk"),
        query, "page", "initiatives",
    )  # fmt: skip
    prefix = "year." if resting.column == "year" else ""
    return EffectPage(
        title=resting.title,
        words=_counted(actor, setting, resting, formats),
        figures=tuple(FORMULAS[name].label for name in resting.names if name in FORMULAS),
        example=FORMULAS[resting.example].label,
        rows=tuple(_row(row, resting, prefix, formats) for row in page.rows),
        pager=page.pager,
        others=_others(actor, setting),
    )


def _row(row: CurrentSnapshot, resting: Resting, prefix: str, formats: Formats) -> Row:
    stored = getattr(row.snapshot, resting.column).get(resting.example)
    url = figure_url(row.snapshot, f"{prefix}{resting.example}")
    count = getattr(row, "resting")  # noqa: B009
    return Row(
        name=row.initiative.name,
        url=reverse("initiative", args=[row.initiative.key]),
        unit=str(row.initiative.unit or ""),
        count=formats.number(count, digits=0),
        example=shown(stored, formats, form=Form.TABLE, url=url) if stored else NOT_YET,
    )


def _without_effect_today(actor: Actor, wanted: Wanted, today: date, formats: Formats) -> str:
    """Why no figure of today changes, in words; empty where some do."""
    if wanted.on is None:
        return ""
    if wanted.on > today:
        return f"No figure changes before {formats.day(wanted.on)}; from then on it holds."
    rows = DatedSetting.objects.live().filter(workspace=actor.workspace, name=wanted.setting, on__lte=today)
    held = rows.order_by("-on", "-pk").first()
    if held is not None and held.on > wanted.on:
        return f"No figure of today changes: since {formats.day(held.on)} another value holds."
    return "It is the value that holds already." if held is not None and held.value == wanted.value else ""


def _counted(actor: Actor, setting: str, resting: Resting, formats: Formats) -> str:
    found = _held(actor, setting).annotate(resting=_count(resting)).filter(resting__gt=0)
    figures = found.aggregate(sum=Sum("resting"))["sum"] or 0
    if not figures:
        return "No figure rests on it yet."
    initiatives = found.count()
    counted = [formats.number(each, digits=0) for each in (figures, initiatives)]
    words = f"{counted[0]} figure{'s' * (figures > 1)} of {counted[1]} initiative{'s' * (initiatives > 1)}"
    return f"{words} will change: {resting.words}. {_others(actor, setting)}".strip()


def _others(actor: Actor, setting: str) -> str:
    """Who keeps a value of their own, in words."""
    count = len(_with_own_hurdle(actor)) if setting == SettingName.HURDLE else 0
    if not count:
        return ""
    return f"{count} initiative{'s have' if count > 1 else ' has'} a hurdle of {'their' if count > 1 else 'its'} own."


def _held(actor: Actor, setting: str) -> QuerySet[CurrentSnapshot]:
    rows = CurrentSnapshot.objects.filter(workspace=actor.workspace, initiative__archived_at=None)
    return rows.exclude(pk__in=_with_own_hurdle(actor)) if setting == SettingName.HURDLE else rows


def _with_own_hurdle(actor: Actor) -> QuerySet[InitiativeHurdle, int]:
    own = InitiativeHurdle.objects.live().filter(workspace=actor.workspace, initiative__archived_at=None)
    return own.order_by().values_list("initiative_id", flat=True).distinct()


def _count(resting: Resting) -> Case:
    """How many of the figures an initiative has, or would have with the setting."""
    parts = [_is_resting(f"snapshot__{resting.column}__{name}", resting) for name in resting.names]
    return sum(parts[1:], start=parts[0])


def _is_resting(path: str, resting: Resting) -> Case:
    waits = Q(**{f"{path}__reason": resting.missing}) if resting.missing else Q(pk=None)
    unknown = Q(**{f"{path}__value": None}) & ~waits
    return Case(When(unknown, then=Value(0)), default=Value(1), output_field=IntegerField())
