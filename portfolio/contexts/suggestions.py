"""Words that a form offers while people type."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from accounts.models import BusinessUnit, Membership, Workspace
from portfolio.forms.templates import TEMPLATES
from portfolio.models import Initiative, Programme

COMMON_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "CNY", "INR", "CAD", "AUD", "SEK")


@dataclass(frozen=True)
class Suggestions:
    """What the workspace knows already."""

    people: list[str]
    units: list[str]
    programmes: list[str]
    kinds: list[str]
    currencies: list[str]

    def lists(self) -> Iterable[tuple[str, list[str]]]:
        """The id of each list that a field may name, and its words."""
        return ((field.name, getattr(self, field.name)) for field in fields(self))


def of_workspace(workspace: Workspace) -> Suggestions:
    """The workspace's people, units, programmes and currencies."""
    return Suggestions(
        people=people(workspace),
        units=list(BusinessUnit.objects.filter(workspace=workspace).values_list("name", flat=True)),
        programmes=list(Programme.objects.filter(workspace=workspace).values_list("name", flat=True)),
        kinds=[template.kind for template in TEMPLATES],
        currencies=currencies(workspace),
    )


def people(workspace: Workspace) -> list[str]:
    """The names of its people."""
    members = Membership.objects.filter(workspace=workspace, is_active=True).select_related("user")
    return sorted({str(member.user) for member in members})


def of_money(workspace: Workspace) -> dict[str, list[str]]:
    """The currencies alone."""
    return {"currencies": currencies(workspace)}


def currencies(workspace: Workspace) -> list[str]:
    """The currencies in use first, then common ones."""
    used = set(Initiative.objects.filter(workspace=workspace).values_list("currency", flat=True).distinct())
    return list(dict.fromkeys([workspace.currency, *sorted(used), *COMMON_CURRENCIES]))
