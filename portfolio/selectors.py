"""What more than one page or service reads, each by one definition; one query each however many rows there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Avg, CharField, F, Func, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import BusinessUnit, User, Workspace
from portfolio.models import (
    AdoptionReading,
    Fact,
    Initiative,
    Kpi,
    KpiShare,
    KpiTarget,
    Mitigation,
    PeriodLock,
    Reading,
)
from portfolio.models.kpis import TREATED


@dataclass(frozen=True)
class Targets:
    """The target that holds on a day and the one that comes next."""

    now: KpiTarget | None
    ahead: KpiTarget | None

    @property
    def level(self) -> Decimal | None:
        """What the KPI should be now, else what it should become."""
        target = self.now or self.ahead
        return target.value if target else None


def baselines_of(kpis: Sequence[Kpi]) -> Mapping[int, Decimal]:
    """The mean of the readings in the baseline window, by KPI; those since the first use do not count.

    The first use is the first adoption above zero, else the go-live; the effect is measured against the same mean.
    """
    used = AdoptionReading.objects.filter(superseded_at=None, share__gt=0, initiative=OuterRef("kpi__initiative"))
    first_use = Coalesce(Subquery(used.order_by("on").values("on")[:1]), F("kpi__initiative__go_live"))
    rows = Reading.objects.filter(kpi__in=kpis, series=TREATED, superseded_at=None)
    rows = rows.filter(on__gte=F("kpi__baseline_from"), on__lte=F("kpi__baseline_to")).alias(first_use=first_use)
    before = rows.filter(Q(first_use=None) | Q(on__lt=F("first_use")))
    return dict(before.values_list("kpi_id").annotate(mean=Avg("value")))


def targets_on(kpi: Kpi, day: date) -> Targets:
    """The targets of a KPI as they stand on `day`; prefetch `targets` for a list."""
    targets = list(kpi.targets.all())
    due = [target for target in targets if target.on <= day]
    ahead = [target for target in targets if target.on > day]
    return Targets(due[-1] if due else None, ahead[0] if ahead else None)


def best_by_words(rows: "QuerySet[Initiative]", phrase: str, words: Sequence[str], most: int) -> list[Initiative]:
    """The first rows that the words name: by the whole key, then by how the key or the name begins, then those of which
    key, name, owner, tags or unit hold every word in any case, names before the others.

    Three queries, each in the order of an index: a rank worked out for every row that holds a common word took twice as
    long. The first two look for the usual spellings only, since PostgreSQL folds the case of a whole table slowly; the
    third finds the others.

    Args:
        phrase: the words as typed.
        words: each in small letters; without any, the first rows by name.
    """
    rows = rows.select_related("unit", "owner_user").order_by("name", "id")
    spellings = sorted({phrase, phrase.lower(), phrase.upper(), phrase.capitalize(), phrase.title()})
    begun = Q()
    for spelling in spellings:
        begun |= Q(key__startswith=spelling) | Q(name__startswith=spelling)
    holding = sorted(_holding(rows, words)[: 4 * most], key=lambda row: phrase.lower() not in row.name.lower())
    parts = (rows.filter(key__in=spellings)[:most], rows.filter(begun)[:most], holding)
    found = {row.pk: row for part in parts for row in part}
    return list(found.values())[:most]


def _holding(rows: "QuerySet[Initiative]", words: Sequence[str]) -> "QuerySet[Initiative]":
    tags = Func(F("tags"), Value(" "), function="array_to_string")
    text = Func(Value(" "), "key", "name", "owner", tags, function="concat_ws", output_field=CharField())
    rows = rows.alias(text=text)
    for word in words:
        units, people = BusinessUnit.objects.filter(name__icontains=word), User.objects.filter(name__icontains=word)
        rows = rows.filter(Q(text__icontains=word) | Q(unit__in=units) | Q(owner_user__in=people))
    return rows


def shared_kpis(initiative: Initiative) -> list[Kpi]:
    """KPIs of other initiatives that this one claims to move; their readings and their money belong there."""
    rows = Kpi.objects.filter(kpishare__initiative=initiative, archived_at=None, initiative__archived_at=None)
    return list(rows.select_related("initiative"))


def kpis_moved_by(initiative: Initiative) -> "QuerySet[Kpi]":
    """Live KPIs that the initiative owns or shares: those that its benefits may be about."""
    shared = KpiShare.objects.filter(initiative=initiative).values("kpi_id")
    return Kpi.objects.filter(Q(initiative=initiative) | Q(pk__in=shared), archived_at=None)


def due_dates_of(initiatives: Iterable[Initiative]) -> Mapping[tuple[int, int], Sequence[date]]:
    """The due dates that each action against a cause has had, oldest first, by its initiative and number; the last one
    holds."""
    rows = Mitigation.objects.filter(initiative__in=initiatives).order_by("pk")
    found: dict[tuple[int, int], list[date]] = defaultdict(list)
    for initiative, number, due in rows.values_list("initiative_id", "number", "due"):
        dates = found[initiative, number]
        if not dates or dates[-1] != due:
            dates.append(due)
    return found


@dataclass(frozen=True)
class Locks:
    """The live locks of a workspace."""

    rows: Sequence[PeriodLock]

    def words(self, fact: Fact) -> str:
        """Why this fact is refused, naming who closed the period; empty where it is not."""
        if isinstance(fact, PeriodLock):
            return ""
        return self.words_of_day(fact.on)

    def words_of_day(self, day: date) -> str:
        """Why a fact of this day is refused; empty where it is not."""
        lock = next((row for row in self.rows if row.on <= day <= row.through), None)
        if lock is None:
            return ""
        who = lock.recorded_by or "the importer"
        return f"{day} lies in a closed period: {who} closed {lock.on} to {lock.through}. Ask finance to reopen it."


def closed_through(workspace: Workspace) -> date | None:
    """The last day that finance has closed; None where nothing is closed."""
    found: date | None = PeriodLock.objects.live().filter(workspace=workspace).aggregate(Max("through"))["through__max"]
    return found


def locks_of(workspace: Workspace) -> Locks:
    """The periods that are closed now."""
    rows = PeriodLock.objects.live().filter(workspace=workspace).select_related("recorded_by").order_by("on", "pk")
    return Locks(list(rows))
