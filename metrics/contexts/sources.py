"""The pages of the records that a figure of an initiative rests on."""

from collections.abc import Iterable

from django.urls import reverse

from metrics.contexts.formulas import RISK
from metrics.models import PortfolioSnapshot, Snapshot

MONEY = (
    ("costs", "Costs"),
    ("kpis", "KPIs and readings"),
    ("evidence_files", "Evidence"),
    ("business_cases", "Business case"),
    ("drivers", "Drivers"),
)
OF_RISK = (
    ("assessment", "Scores of the causes"),
    ("mitigations", "Actions"),
    ("stage", "Stages"),
    ("events", "Events"),
)
SETTINGS = {"hurdle": "initiative_hurdle"}


def sources_of(snapshot: Snapshot | PortfolioSnapshot, name: str) -> tuple[tuple[str, str], ...]:
    """Label and address of each page; those of a total are its initiatives' own."""
    if isinstance(snapshot, PortfolioSnapshot):
        return (("Settings", reverse("settings")),) if name in {"hurdle", "discount_rate"} else ()
    if name == "discount_rate":
        return (("Settings", reverse("settings")),)
    pages: Iterable[tuple[str, str]] = MONEY
    if name == "hurdle":
        pages = (("initiative_hurdle", "Hurdle"),)
    elif name.startswith(RISK) and not name.endswith(("_ahead", "misses_roi")):
        pages = OF_RISK
    return tuple((label, reverse(page, args=[snapshot.initiative.key])) for page, label in pages)
