"""Records the sample workspace, as if it had been kept for three years."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.access import Actor
from accounts.models import BusinessUnit, Membership, User, Workspace
from accounts.services.people import add_person, create_workspace
from config.sample import decisions, definitions, facts
from config.sample.calendar import Calendar
from portfolio.models import BenefitLine, Fact, Initiative, Kpi
from portfolio.services.facts import record
from portfolio.services.initiatives import create_initiative
from portfolio.services.kpis import create_kpi
from portfolio.services.settings import set_dated
from portfolio.services.stages import follow_changes

People = Mapping[str, Actor]
MONTHS_IN_FIELDS = ("planned_go_live", "go_live")


def existing() -> Workspace | None:
    """The sample workspace, where it is loaded already."""
    return Workspace.objects.filter(slug=definitions.workspace()["slug"]).first()


def sign_in() -> str:
    """The mail address of the sample's administrator."""
    return next(str(row["email"]) for row in definitions.workspace()["people"] if row["role"] == "admin")


@transaction.atomic
def load(*, now: datetime, password: str) -> Workspace:
    """Makes the workspace with its people and records everything; `password` is that of all its people."""
    data = definitions.workspace()
    workspace = _workspace(data, now, password)
    people = _people(workspace, data, now)
    calendar = Calendar(now, workspace.time_zone)
    _settings(people["finance"], data, calendar)
    entries: list[tuple[Actor, facts.Entry]] = []
    first_month = 0
    for each in definitions.initiatives():
        initiative, kpis = _set_up(people, each, calendar)
        owner = _owner(people, initiative)
        for entry in facts.of_initiative(each, initiative, kpis, calendar):
            entries.append((people.get(entry.by, owner), entry))
        first_month = min(first_month, each.first_month)
    for rate in data["rates"]:
        entries += [(people["finance"], entry) for entry in facts.rates(rate, first_month, calendar)]
    entries += [(people["finance"], entry) for entry in facts.prices(data["prices"], calendar)]
    _record(entries)
    follow_changes(workspace.initiatives.values_list("pk", flat=True))
    _decide(workspace, people, data, calendar)
    return workspace


def _workspace(data: Mapping[str, Any], now: datetime, password: str) -> Workspace:
    names = ("slug", "name", "currency", "time_zone", "fiscal_year_start")
    fields = {name: data[name] for name in names}
    workspace = create_workspace(now=now, owner=sign_in(), password=password, **fields).membership.workspace
    workspace.is_sample, workspace.locale = True, data["locale"]
    workspace.save(update_fields=["is_sample", "locale"])
    units: dict[str, BusinessUnit] = {}
    for row in data["units"]:
        parent = units.get(row.get("parent", ""))
        units[row["name"]] = BusinessUnit.objects.create(workspace=workspace, name=row["name"], parent=parent)
    return workspace


def _people(workspace: Workspace, data: Mapping[str, Any], now: datetime) -> dict[str, Actor]:
    """Actors by name, and by role where one person has it; everybody has the administrator's password."""
    units = {unit.name: unit for unit in workspace.units.all()}
    secret = User.objects.get(email=sign_in()).password
    actors: dict[str, Actor] = {}
    for row in data["people"]:
        fields = {"name": row["name"], "time_zone": workspace.time_zone, "password": secret}
        User.objects.update_or_create(email=row["email"], defaults=fields)
        member = _member(workspace, row, now)
        member.unit = units[row["unit"]]
        member.save(update_fields=["unit"])
        actors[row["name"]] = actors[row["role"]] = Actor.of(member)
    return actors


def _member(workspace: Workspace, row: Mapping[str, str], now: datetime) -> Membership:
    known = Membership.objects.select_related("user", "workspace").filter(workspace=workspace, user__email=row["email"])
    return known.first() or add_person(now=now, workspace=workspace, email=row["email"], role=row["role"]).membership


def _settings(finance: Actor, data: Mapping[str, Any], calendar: Calendar) -> None:
    for name in ("hurdle", "discount_rate", "inflation"):
        for row in data[name]:
            day = calendar.first_day(row["month"])
            at = calendar.at(day, 12)
            set_dated(actor=finance, now=at, name=name, value=Decimal(row["value"]), on=day, recorded_at=at)


def _decide(workspace: Workspace, people: People, data: Mapping[str, Any], calendar: Calendar) -> None:
    """Decisions about what is recorded."""
    kpis = list(Kpi.objects.select_related("initiative").filter(workspace=workspace))
    initiatives = {row.key: row for row in Initiative.objects.filter(workspace=workspace)}
    decisions.freeze_designs(people["admin"], kpis, calendar)
    decisions.approve_baselines(people["finance"], kpis, calendar)
    decisions.approve_cases(people["finance"], initiatives, calendar)
    decisions.move_targets(Actor.system(workspace), kpis, calendar)


def _owner(people: People, initiative: Initiative) -> Actor:
    """The owner where they are a member, else the administrator, who records for them."""
    return people.get(initiative.owner, people["admin"])


def _set_up(people: People, data: definitions.Initiative, calendar: Calendar) -> tuple[Initiative, dict[str, Kpi]]:
    at = calendar.at(calendar.last_day(data.first_month), 12)
    fields = dict(data.fields)
    for name in MONTHS_IN_FIELDS:
        if name in fields:
            fields[name] = calendar.last_day(fields[name])
    system = Actor.system(people["admin"].workspace)
    initiative = create_initiative(actor=system, now=at, data={**fields, "source": facts.SOURCE})
    kpis = {
        each.key: create_kpi(actor=system, initiative=initiative, now=at, data=_kpi(each, initiative, calendar))
        for each in data.kpis
    }
    return initiative, kpis


def _kpi(data: definitions.Kpi, initiative: Initiative, calendar: Calendar) -> dict[str, Any]:
    names = (
        "key", "name", "unit", "direction", "primary", "guardrail", "owner", "cadence", "aggregation", "design",
        "benefit_class", "volume",
    )  # fmt: skip
    fields: dict[str, Any] = {name: getattr(data, name) for name in names}
    fields["realisation_share"] = Decimal(data.realisation_share)
    fields["targets"] = decisions.dated_targets(data.targets, calendar)
    if data.baseline:
        fields["baseline_from"] = calendar.first_day(data.baseline[0])
        fields["baseline_to"] = calendar.last_day(data.baseline[1])
    if data.value:
        amounts = {name: Decimal(amount) for name, amount in data.value.items()}
        fields["value_per_unit"] = {**amounts, "currency": initiative.currency}
    return fields


def _record(entries: Iterable[tuple[Actor, facts.Entry]]) -> None:
    """Records facts in the order in which they were learnt, one call for each model, person and instant."""
    batches: dict[tuple[datetime, str, int, str], list[Fact]] = defaultdict(list)
    actors: dict[int, Actor] = {}
    for actor, entry in entries:
        who = actor.user.pk if actor.user else 0
        actors[who] = actor
        if isinstance(entry.fact, BenefitLine) and entry.fact.confirmed_at:
            entry.fact.confirmed_by = actor.user
        batches[entry.at, type(entry.fact).__name__, who, entry.reason].append(entry.fact)
    for (at, _, who, reason), batch in sorted(batches.items(), key=lambda item: item[0]):
        record(actor=actors[who], now=at, facts=batch, recorded_at=at, reason=reason)
