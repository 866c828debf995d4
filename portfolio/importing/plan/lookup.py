"""What rows refer to by name: initiatives, KPIs, units, programmes and people, read once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from accounts.access import Actor
from accounts.choices import Permission
from accounts.models import BusinessUnit, Membership, User, Workspace
from portfolio.access import may_write
from portfolio.importing.parse.errors import ValueRefused, shown
from portfolio.models import Initiative, InitiativeAlias, Kpi, Programme


@dataclass(slots=True)
class Lookup:
    """Rows of one workspace by the names that files use. Units and programmes that are missing are made, unsaved."""

    actor: Actor
    initiatives: dict[str, Initiative]
    kpis: dict[tuple[int, str], Kpi]
    kpis_by_key: dict[str, Kpi]
    units: dict[str, BusinessUnit]
    programmes: dict[str, Programme]
    people: dict[str, User | None]
    new_units: list[BusinessUnit] = field(default_factory=list)
    new_programmes: list[Programme] = field(default_factory=list)

    @classmethod
    def load(cls, actor: Actor, keys: Iterable[str], *, kpis: Q | None = None) -> "Lookup":
        """Read the initiatives with these keys, the KPIs that match, and all units, programmes and people."""
        workspace = actor.workspace
        initiatives = Initiative.objects.filter(workspace=workspace, key__in=set(keys)).select_related(
            "unit", "programme", "owner_user", "sponsor_user"
        )
        found = (
            list(Kpi.objects.filter(kpis, workspace=workspace).select_related("initiative")) if kpis is not None else []
        )
        return cls(
            actor=actor,
            initiatives={row.key: row for row in initiatives},
            kpis={(kpi.initiative_id, kpi.name.casefold()): kpi for kpi in found if kpi.archived_at is None},
            kpis_by_key={kpi.key: kpi for kpi in found},
            units={unit.name: unit for unit in BusinessUnit.objects.filter(workspace=workspace)},
            programmes={row.name: row for row in Programme.objects.filter(workspace=workspace)},
            people=_people(workspace),
        )

    def initiative(self, key: str, permission: Permission) -> Initiative:
        """The initiative with this key. Raises ValueRefused where there is none or the actor may not write it."""
        found = self.initiatives.get(key)
        if found is None:
            raise ValueRefused(f"there is no initiative with the key {shown(key)}")
        if found.archived_at is not None:
            raise ValueRefused(f"the initiative {shown(key)} is archived; restore it first")
        if not may_write(self.actor, found, permission):
            raise ValueRefused(f"you may not change the initiative {shown(key)}")
        return found

    def kpi(self, initiative: Initiative, name_or_key: str) -> Kpi:
        """A KPI of the initiative by its key or its name. Raises ValueRefused."""
        found = self.kpis_by_key.get(name_or_key) or self.kpis.get((initiative.pk, name_or_key.casefold()))
        if found is None or found.archived_at is not None or found.initiative_id != initiative.pk:
            raise ValueRefused(f"the initiative “{initiative.key}” has no KPI {shown(name_or_key)}")
        return found

    def unit(self, name: str) -> BusinessUnit:
        """The unit with this name; a new one is kept for the plan."""
        if name not in self.units:
            self.units[name] = BusinessUnit(workspace=self.actor.workspace, name=name)
            self.new_units.append(self.units[name])
        return self.units[name]

    def programme(self, name: str) -> Programme:
        """The programme with this name; a new one is kept for the plan."""
        if name not in self.programmes:
            self.programmes[name] = Programme(workspace=self.actor.workspace, name=name)
            self.new_programmes.append(self.programmes[name])
        return self.programmes[name]

    def person(self, text: str) -> User | None:
        """The member whose name or mail address this is, where exactly one matches."""
        return self.people.get(text.strip().casefold())


def known_keys(workspace: Workspace, source: str) -> dict[str, str]:
    """The key of the initiative that each key of a source led to before, by the key in small letters."""
    aliases = InitiativeAlias.objects.filter(workspace=workspace, source=source).values_list("key", "initiative__key")
    own = Initiative.objects.filter(workspace=workspace).values_list("key", flat=True)
    return dict(aliases) | {key.casefold(): key for key in own}


def _people(workspace: Workspace) -> dict[str, User | None]:
    people: dict[str, User | None] = {}
    for membership in Membership.objects.filter(workspace=workspace, is_active=True).select_related("user"):
        user = membership.user
        for text in {user.email.casefold(), user.name.casefold()} - {""}:
            people[text] = None if text in people else user
    return people
