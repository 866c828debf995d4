"""How initiatives, KPIs, targets and the workspace were changed after a moment, from the history that triggers keep."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Workspace
from metrics.core.rollup.causes import Cause, Code
from metrics.inputs.versions import DELETED
from metrics.inputs.watched import Watched, WatchedKpi
from portfolio.models import Initiative, Kpi, KpiTarget

INITIATIVE = {name: (name,) for name in ("currency", "planned_go_live", "go_live", "horizon_months", "archived_at")}
KPI = {
    "baseline": ("baseline_from", "baseline_to"),
    "value_per_unit": ("value_amount", "value_currency"),
    "value_range": ("value_low", "value_high"),
    **{
        name: (name,)
        for name in (
            "direction", "cadence", "aggregation", "family", "design", "benefit_class", "realisation_share",
            "redefined_on", "primary", "volume_id", "unit_currency", "archived_at",
        )
    },
}  # fmt: skip
WORKSPACE = {name: (name,) for name in ("currency", "time_zone", "fiscal_year_start")}
AHEAD = frozenset({"planned_go_live", "primary"})
Events = dict[int, list[Any]]


def redefined(watched: Watched, initiative_ids: Sequence[int], since: Mapping[int, datetime]) -> dict[int, list[Cause]]:
    """Changes of definitions by initiative of the batch, those after its own moment in `since`; at most six queries."""
    cut = min(since.values())
    found: dict[int, list[Cause]] = defaultdict(list)
    for pk, events in _events(Initiative, initiative_ids, cut).items():
        found[pk] += _changes(events, since[pk], INITIATIVE, "initiative", None, "")
    kpis, targets = _events(Kpi, list(watched.kpis), cut), _targets(list(watched.kpis), cut)
    for pk, kpi in watched.kpis.items():
        for watcher in kpi.watchers:
            of = watched.names.get(kpi.owner, "") if kpi.owner != watcher else ""
            found[watcher] += _changes(kpis.get(pk, ()), since[watcher], KPI, "kpi", kpi, of)
            found[watcher] += _retargeted(targets.get(pk, {}), since[watcher], kpi, of)
    return found


def workspace_redefined(workspace: Workspace, since: datetime) -> list[Cause]:
    """Changes of the workspace's own currency, time zone and fiscal year."""
    events = _events(Workspace, [workspace.pk], since).get(workspace.pk, ())
    return _changes(events, since, WORKSPACE, "workspace", None, "")


def _events(model: Any, ids: Sequence[int], cut: datetime) -> Events:
    """The whole history, oldest first, of the objects that changed after `cut`."""
    history = model.pgh_event_model.objects
    changed = history.filter(pgh_obj_id__in=ids, pgh_created_at__gt=cut).order_by().values("pgh_obj_id")
    rows = history.filter(pgh_obj_id__in=changed).select_related("pgh_context").order_by("pgh_id")
    found: Events = defaultdict(list)
    for row in rows:
        found[row.pgh_obj_id].append(row)
    return found


def _changes(
    events: Iterable[Any],
    since: datetime,
    fields: Mapping[str, tuple[str, ...]],
    noun: str,
    kpi: WatchedKpi | None,
    of: str,
) -> list[Cause]:
    """What differs between the last state before `since` and the last of all; one that is new since is added."""
    history = list(events)
    later = [event for event in history if event.pgh_created_at > since]
    if not later:
        return []
    last = later[-1]
    about = {"noun": noun, "kpi": kpi.name if kpi else "", "of": of, "who": _person(last), "at": last.pgh_created_at}
    if later[0].pgh_label == "insert":
        return [Cause(Code.ADDED, **about)] if kpi and later[0].created_at > since else []
    earlier = next((event for event in reversed(history) if event.pgh_created_at <= since), None)
    if earlier is None:
        return []
    return [
        Cause(
            Code.CHANGED,
            label=name,
            was=_value(earlier, columns),
            now=_value(last, columns),
            restates=name == "archived_at" or (name not in AHEAD and _value(earlier, columns) is not None),
            **about,
        )
        for name, columns in fields.items()
        if _value(earlier, columns) != _value(last, columns)
    ]


def _targets(kpi_ids: Sequence[int], cut: datetime) -> dict[int, dict[datetime, set[tuple[date, Decimal]]]]:
    """The targets of each KPI that were set after `cut`, and those before, as sets by the moment of setting."""
    history: Any = KpiTarget.pgh_event_model.objects  # type: ignore[attr-defined]
    changed = history.filter(kpi_id__in=kpi_ids, pgh_created_at__gt=cut).order_by().values("kpi_id")
    found: dict[int, dict[datetime, set[tuple[date, Decimal]]]] = defaultdict(lambda: defaultdict(set))
    rows = history.filter(kpi_id__in=changed).exclude(pgh_label=DELETED)
    for kpi, at, day, value in rows.values_list("kpi_id", "pgh_created_at", "on", "value"):
        found[kpi][at].add((day, value))
    return found


def _retargeted(
    batches: Mapping[datetime, set[tuple[date, Decimal]]], since: datetime, kpi: WatchedKpi, of: str
) -> list[Cause]:
    before = max((at for at in batches if at <= since), default=None)
    after = max((at for at in batches if at > since), default=None)
    if after is None or before is None or batches[before] == batches[after]:
        return []
    return [Cause(Code.CHANGED, "target", kpi=kpi.name, of=of, at=after)]


def _value(event: Any, columns: Sequence[str]) -> str | None:
    """The columns as one text; None where the first is not set."""
    values = [getattr(event, column) for column in columns]
    if values[0] in (None, ""):
        return None
    return "/".join(_text(value) for value in values)


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _person(event: Any) -> int | None:
    """Who was signed in; nobody where a program wrote it."""
    return event.pgh_context.metadata.get("user") if event.pgh_context else None
