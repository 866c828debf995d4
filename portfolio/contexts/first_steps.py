"""The five steps from a new initiative to its first return, each saved by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.urls import reverse

from portfolio.models import Initiative, Kpi
from portfolio.models.kpis import TREATED

ENOUGH_READINGS = 3
COUNT = 5


@dataclass(frozen=True)
class Step:
    """One step.

    Args:
        why: what it is for, or why it cannot start yet.
        tone: the colour and shape of its state; `word` says the same.
        url: where it is done; empty while it cannot start.
    """

    number: int
    label: str
    why: str
    tone: str
    word: str
    url: str

    @property
    def is_open(self) -> bool:
        """Whether it can be done now."""
        return self.tone == "warn"


@dataclass(frozen=True)
class FirstSteps:
    """All steps of an initiative."""

    initiative: Initiative
    steps: Sequence[Step]

    @property
    def next(self) -> Step | None:
        """The first step that can be done now."""
        return next((step for step in self.steps if step.is_open), None)

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(1 for step in self.steps if step.tone == "good")


def first_steps(initiative: Initiative) -> FirstSteps:
    """The steps with their states; three queries."""
    kpi = _furthest(initiative)
    has_cost = initiative.costs.filter(superseded_at=None).exists()
    is_placed = bool(initiative.unit_id or initiative.sponsor) and bool(
        initiative.planned_go_live or initiative.go_live
    )
    page = {name: reverse(name, args=[initiative.key]) for name in ("initiative_edit", "kpi_new", "cost_month")}
    steps = (
        _step(1, "What it is", "Name, kind and summary.", page["initiative_edit"], is_done=True),
        _step(
            2,
            "Whose it is, and when",
            "Unit or sponsor, and the day of going live.",
            page["initiative_edit"],
            is_placed,
        ),
        _kpi_step(initiative, kpi, page["kpi_new"]),
        _baseline_step(initiative, kpi),
        _step(5, "What it costs", "Without a cost there is no return.", page["cost_month"], has_cost),
    )
    return FirstSteps(initiative, steps)


def _furthest(initiative: Initiative) -> Kpi | None:
    """The KPI that is nearest to a first return, with its `targets_set` and the readings `before`."""
    window = Q(readings__on__gte=F("baseline_from"), readings__on__lte=F("baseline_to"))
    live = window & Q(readings__series=TREATED, readings__superseded_at=None)
    kpis = initiative.kpis.filter(archived_at=None).annotate(
        targets_set=Count("targets", distinct=True), before=Count("readings", filter=live, distinct=True)
    )
    found: Kpi | None = kpis.order_by("-before", "-targets_set", "-primary", "id").first()
    return found


def _kpi_step(initiative: Initiative, kpi: Kpi | None, new: str) -> Step:
    label, why = "What it should change", "A KPI, what it should become, and by when."
    if kpi is None:
        return _step(3, label, why, new, is_done=False)
    edit = reverse("kpi_edit", args=[initiative.key, kpi.pk])
    has_target = bool(getattr(kpi, "targets_set", 0))
    return _step(3, label, why if has_target else f"{kpi.name} has no target yet.", edit, has_target)


def _baseline_step(initiative: Initiative, kpi: Kpi | None) -> Step:
    label = "What it was before"
    if kpi is None:
        return Step(
            4, label, "Add a KPI first: its readings before the start are the baseline.", "mut", "Cannot start yet", ""
        )
    if kpi.baseline_from is None or kpi.baseline_to is None:
        edit = reverse("kpi_edit", args=[initiative.key, kpi.pk])
        return _step(4, label, f"Say for {kpi.name} from when to when the baseline lasts.", edit, is_done=False)
    before = int(getattr(kpi, "before", 0))
    readings = reverse("kpi_readings", args=[initiative.key, kpi.pk])
    why = f"{before} of at least {ENOUGH_READINGS} readings of {kpi.name} in the baseline."
    return _step(4, label, why, readings, before >= ENOUGH_READINGS)


def _step(number: int, label: str, why: str, url: str, is_done: bool) -> Step:
    tone, word = ("good", "Done") if is_done else ("warn", "To do")
    return Step(number, label, why, tone, word, f"{url}?step={number}")
