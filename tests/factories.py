"""Plain factories: rows made the way the product makes them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import BusinessUnit, Membership, User, Workspace
from portfolio.models import Initiative, Kpi
from portfolio.services.initiatives import create_initiative
from portfolio.services.kpis import create_kpi

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"


def make_workspace(slug: str = "acme", **fields: Any) -> Workspace:
    """A workspace in euros."""
    return Workspace.objects.create(slug=slug, **{"name": slug.title(), "currency": "EUR", **fields})


def make_member(workspace: Workspace, role: Role, email: str = "", unit: BusinessUnit | None = None) -> Membership:
    """A person with a role; the same person where the mail address is known already."""
    email = email or f"{role.value}@{workspace.slug}.example"
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, PASSWORD, name=email.split("@")[0]
    )
    return Membership.objects.create(workspace=workspace, user=user, role=role, unit=unit)


def actor(workspace: Workspace, role: Role = Role.ADMIN) -> Actor:
    """The member with this role at work, made where there is none."""
    member = Membership.objects.filter(workspace=workspace, role=role).select_related("user", "workspace").first()
    return Actor.of(member or make_member(workspace, role))


def make_initiative(workspace: Workspace, key: str = "claims", now: datetime = NOW, **data: Any) -> Initiative:
    """An initiative, recorded by the machine."""
    return create_initiative(actor=Actor.system(workspace), now=now, data={"key": key, "name": key.title(), **data})


def make_kpi(initiative: Initiative, now: datetime = NOW, **data: Any) -> Kpi:
    """A KPI of the initiative, recorded by the machine."""
    filled: Mapping[str, Any] = {"name": "Handle time", "direction": "down", "unit": "minutes", **data}
    return create_kpi(actor=Actor.system(initiative.workspace), initiative=initiative, now=now, data=filled)


def day(text: str) -> date:
    """A date from its ISO text."""
    return date.fromisoformat(text)
