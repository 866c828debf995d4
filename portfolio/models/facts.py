"""What every recorded fact carries: when it happened, when we learnt it, and what replaced it."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import User, Workspace

LIVE = Q(superseded_at__isnull=True)


class FactQuerySet(models.QuerySet[Any]):
    """Reads facts by what is believed."""

    def live(self) -> Self:
        """Facts believed now."""
        return self.filter(LIVE)

    def same_as(self, facts: "Sequence[Fact]") -> "list[Any]":
        """The live facts that share an identity or a natural key with one of these, in at most two queries."""
        live = self.live().filter(workspace=facts[0].workspace)
        identities = {fact.identity for fact in facts if fact.identity}
        rows: dict[int, Any] = {}
        if identities:
            sources = {fact.source for fact in facts}
            rows |= {row.pk: row for row in live.filter(source__in=sources, identity__in=identities)}
        if facts[0].natural_key:
            wanted = {f"{name}__in": {getattr(fact, name) for fact in facts} for name in facts[0].natural_key}
            rows |= {row.pk: row for row in live.filter(**wanted)}
        return list(rows.values())


class Fact(models.Model):
    """A row that is never edited: a correction supersedes it and adds a new row.

    ``identity`` finds the same fact again: made from ``external_id`` or, by an import, from the row's content.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    on = models.DateField(db_column="happened_on")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    declared_history = models.BooleanField(default=False)
    source = models.CharField(max_length=80, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    identity = models.CharField(max_length=210, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    supersede_reason = models.CharField(max_length=400, blank=True)

    objects = FactQuerySet.as_manager()

    natural_key: ClassVar[tuple[str, ...]] = ()
    content: ClassVar[tuple[str, ...]] = ("on",)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                "workspace", "source", "identity", condition=LIVE & ~Q(identity=""), name="%(class)s_identity_unique"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="never_edited", exclude=["superseded_at", "superseded_by", "supersede_reason"])
        ]

    def found_by(self) -> list[tuple[Any, ...]]:
        """By what this fact is found again: its identity within its source, its natural key, or both."""
        keys: list[tuple[Any, ...]] = []
        if self.identity:
            keys.append(("identity", self.source, self.identity))
        if self.natural_key:
            keys.append(("natural", *(getattr(self, name) for name in self.natural_key)))
        return keys

    def says(self) -> tuple[Any, ...]:
        """The content: two facts that say the same are the same fact sent twice."""
        return tuple(getattr(self, name) for name in self.content)


def in_order_of_acts(name: str) -> list[models.Index]:
    """What the audit trail walks along where a table is long: when rows were recorded, when they were superseded."""
    return [
        models.Index("workspace", "recorded_at", "id", name=f"{name}_by_recording"),
        models.Index(
            "workspace", "superseded_at", "id", condition=Q(superseded_at__isnull=False), name=f"{name}_by_ending"
        ),
    ]


def live_unique(*fields: str, name: str) -> models.UniqueConstraint:
    """One live fact per natural key."""
    return models.UniqueConstraint(*fields, condition=LIVE, name=name)
