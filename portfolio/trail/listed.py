"""Entries of the audit trail in words: when, who, from where, what, from what to what, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from accounts.access import Actor
from accounts.models import Membership, User
from portfolio.access import initiatives_ever
from portfolio.models import Fact, ImportJob, Initiative, Kpi
from portfolio.trail import reading
from portfolio.trail.filters import Filters
from portfolio.trail.kinds import ACTS, kind_of
from portfolio.trail.reading import Entry, Narrowed, Place
from portfolio.trail.sources import owner_of, sources
from portfolio.trail.words import Change, Names, changes_of, related
from web.formats import Formats, known_zone

AT_ONCE = 500
NOBODY = "Hurdle itself"


@dataclass(frozen=True)
class Act:
    """One row of the audit trail.

    Args:
        at: when, with the zone of the reader.
        who: a person's name, or that it was the machine.
        origin: page, API, import or job.
        act: what was done, in a word.
        kind: the kind of record, and its word in an address.
        initiative: what it is about; None for what belongs to the workspace.
        record: the KPI or the record itself, in words.
        is_archived: whether the initiative has no page any more.
    """

    at: datetime
    who: str
    who_id: int | None
    origin: str
    act: str
    act_word: str
    kind: str
    kind_word: str
    initiative: Initiative | None
    record: str
    changes: list[Change]
    reason: str


@dataclass(frozen=True)
class Choices:
    """By what the list can be narrowed: people of the workspace by id, kinds by their words."""

    people: Mapping[int, str]
    kinds: Mapping[str, str]


def choices(actor: Actor) -> Choices:
    """What the filters offer."""
    rows = Membership.objects.filter(workspace=actor.workspace).select_related("user").order_by("user__name")
    kinds = {source.kind: kind_of(source.model).label for source in sources()}
    return Choices({row.user_id: str(row.user) for row in rows}, dict(sorted(kinds.items(), key=lambda item: item[1])))


def narrowed(actor: Actor, filters: Filters, formats: Formats) -> Narrowed | None:
    """What to read; None where the filters name an initiative that is not there, so that nothing is left."""
    initiative = None
    if filters.initiative:
        row = initiatives_ever(actor).filter(key=filters.initiative).only("pk").first()
        if row is None:
            return None
        initiative = row.pk
    begin, end = filters.span(known_zone(formats.time_zone))
    return Narrowed(
        workspace=actor.workspace.pk,
        person=filters.person,
        kind=filters.kind,
        initiative=initiative,
        begin=begin,
        end=end,
        reason=filters.reason,
    )


def every(wanted: Narrowed, formats: Formats) -> Iterator[Act]:
    """All acts, newest first, read page by page."""
    place: Place | None = None
    while True:
        page = reading.read(wanted, place, AT_ONCE)
        yield from told(wanted.workspace, page.entries, formats)
        if page.older is None:
            return
        place = page.older


def told(workspace: int, entries: Sequence[Entry], formats: Formats) -> list[Act]:
    """Entries in words; a fixed number of queries however many there are."""
    kpis = {row.pk: row for row in Kpi.objects.filter(workspace=workspace, pk__in=_kpis(entries))}
    initiatives = _initiatives(workspace, entries, kpis)
    names = _names(entries, kpis, initiatives)
    imports = _imports(workspace, entries)
    return [_told(entry, kpis, initiatives, names, imports, formats) for entry in entries]


def _told(
    entry: Entry,
    kpis: Mapping[int, Kpi],
    initiatives: Mapping[int, Initiative],
    names: Names,
    imports: Mapping[datetime, str],
    formats: Formats,
) -> Act:
    kind = kind_of(entry.source.model)
    return Act(
        at=formats.local(entry.place.at),
        who=names.get((User, entry.by), "removed since") if entry.by is not None else NOBODY,
        who_id=entry.by,
        origin=_origin(entry, imports),
        act=entry.act,
        act_word=ACTS[entry.act],
        kind=kind.code,
        kind_word=kind.label,
        initiative=initiatives.get(_initiative_of(entry, kpis) or 0),
        record=_record(entry, kpis, names),
        changes=changes_of(entry, names, formats),
        reason=entry.reason,
    )


def _origin(entry: Entry, imports: Mapping[datetime, str]) -> str:
    if issubclass(entry.source.model, Fact) and entry.place.at in imports:
        return f"import of {imports[entry.place.at]}"
    if entry.by is None and not entry.url:
        return "job"
    if not entry.url:
        return "page or API"
    return "import" if entry.url == "import" else "API" if entry.url.startswith("/api/") else "page"


def _imports(workspace: int, entries: Iterable[Entry]) -> dict[datetime, str]:
    """The imports that wrote at these instants, by the instant."""
    instants = {entry.place.at for entry in entries if issubclass(entry.source.model, Fact)}
    rows = ImportJob.objects.filter(workspace=workspace, applied_at__in=instants)
    return {row.applied_at: row.filename for row in rows.only("applied_at", "filename") if row.applied_at}


def _record(entry: Entry, kpis: Mapping[int, Kpi], names: Names) -> str:
    """The KPI, person or document that the entry is about, where the initiative alone does not say it."""
    _, kpi = owner_of(entry.source)
    if kpi:
        found = kpis.get(entry.row.get(kpi) or 0)
        return found.name if found else ""
    if "user_id" in entry.row:
        return names.get((User, entry.row["user_id"]), "removed since")
    return str(entry.row.get("name") or "") if entry.source.model is not Initiative else ""


def _initiative_of(entry: Entry, kpis: Mapping[int, Kpi]) -> int | None:
    own, kpi = owner_of(entry.source)
    if own:
        return entry.row.get(own)
    found = kpis.get(entry.row.get(kpi) or 0) if kpi else None
    return found.initiative_id if found else None


def _kpis(entries: Iterable[Entry]) -> set[int]:
    columns = ((entry, owner_of(entry.source)[1]) for entry in entries)
    about = {entry.row[column] for entry, column in columns if column and entry.row.get(column)}
    return about | related(entries).get(Kpi, set())


def _initiatives(workspace: int, entries: Iterable[Entry], kpis: Mapping[int, Kpi]) -> dict[int, Initiative]:
    wanted = {found for entry in entries if (found := _initiative_of(entry, kpis))}
    wanted |= related(entries).get(Initiative, set())
    rows = Initiative.objects.filter(workspace=workspace, pk__in=wanted).only("key", "name", "archived_at")
    return {row.pk: row for row in rows}


def _names(
    entries: Sequence[Entry], kpis: Mapping[int, Kpi], initiatives: Mapping[int, Initiative]
) -> dict[tuple[type[Model], int], str]:
    """The names of all rows that the entries point to; one query for each model."""
    found: dict[tuple[type[Model], int], str] = {(Kpi, pk): str(row) for pk, row in kpis.items()}
    found |= {(Initiative, pk): str(row) for pk, row in initiatives.items()}
    for model, ids in related(entries).items():
        if model not in (Kpi, Initiative):
            rows: Mapping[int, Any] = model._default_manager.in_bulk(ids)
            found |= {(model, pk): str(row) for pk, row in rows.items()}
    return found
