"""One fact: read it, correct it, withdraw it, confirm it. The earlier row stays in the record."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from accounts.choices import Permission
from portfolio.access import fact_or_404, require_change
from portfolio.api.base import Reason, RecordEndpoint, lock, one, refuse
from portfolio.api.rows import BenefitRow, ConfirmRow, CostRow, ReadingRow, show, show_benefits
from portfolio.models import BenefitLine, CostLine, EvidenceFile, Fact, Initiative, Reading
from portfolio.selectors import kpis_moved_by
from portfolio.services.facts import correct
from portfolio.services.money import NO_SUCH_KPI, confirm_benefit
from portfolio.services.withdrawals import withdraw
from web.api.etags import require_match, shown
from web.api.fields import StrictSerializer, TextField
from web.api.schema import IF_MATCH, REASON

CLAIM_AGAIN = "A corrected line is a claim again until finance confirms it."
SEEN = "The corrected fact has a new id; the earlier one stays in the record."


class ReadingChange(ReadingRow):
    """The fields to correct, and why."""

    external_id = None  # type: ignore[assignment]
    source = None  # type: ignore[assignment]
    reason = TextField(max_length=400)


class CostChange(CostRow):
    """The fields to correct, and why."""

    external_id = None  # type: ignore[assignment]
    source = None  # type: ignore[assignment]
    reason = TextField(max_length=400)


class BenefitChange(BenefitRow):
    """The fields to correct, and why."""

    external_id = None  # type: ignore[assignment]
    source = None  # type: ignore[assignment]
    confirmed = None  # type: ignore[assignment]
    reason = TextField(max_length=400)


class HeldFact(RecordEndpoint):
    """One live fact, which can be withdrawn."""

    query: ClassVar = {"DELETE": ("reason",)}
    model: ClassVar[type[Fact]]
    row: ClassVar[type[StrictSerializer]]
    permission: ClassVar[Permission]

    def get(self, request: Request, pk: int) -> Response:
        """The fact with its ETag."""
        return shown(request, self.show(fact_or_404(actor_of(request), self.model, pk)))

    @transaction.atomic
    def delete(self, request: Request, pk: int) -> Response:
        """Withdraws the fact: it no longer counts and stays in the record."""
        fact = self._to_write(request, pk)
        given = request.query_params.get("reason")
        reason = given if given is not None else one(Reason, request)["reason"]
        withdraw(actor=actor_of(request), fact=fact, now=timezone.now(), reason=reason)
        return Response(status=204)

    def show(self, fact: Any) -> dict[str, Any]:
        """The fact as the API shows it."""
        return show(self.row, [fact])[0]

    def initiative(self, fact: Any) -> Initiative | None:
        """The initiative that the fact belongs to; None for a fact of the workspace."""
        found: Initiative = fact.initiative
        return found

    def _to_write(self, request: Request, pk: int) -> Fact:
        actor = actor_of(request)
        fact = fact_or_404(actor, self.model, pk)
        require_change(actor, fact, self.initiative(fact), self.permission)
        require_match(request, self.show(lock(fact)))
        return fact


class OneFact(HeldFact):
    """One live fact, which can be corrected as well."""

    change: ClassVar[type[StrictSerializer]]

    @transaction.atomic
    def patch(self, request: Request, pk: int) -> Response:
        """Replaces the fact by a corrected one, which is answered with its new id."""
        fact = self._to_write(request, pk)
        changes = one(self.change, request, partial=True)
        reason = str(changes.pop("reason", ""))
        values = self.values(fact, changes)
        now = timezone.now()
        return shown(
            request,
            self.show(correct(actor=actor_of(request), fact=fact, now=now, changes=values, reason=reason)),
        )

    def values(self, fact: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The changes as the fact's columns."""
        return dict(changes)


def correctable(
    nouns: str, one_of_them: str, row: type[StrictSerializer], change: type[StrictSerializer], more: str = ""
) -> Callable[[type[OneFact]], type[OneFact]]:
    """Documents what an endpoint of one fact takes and answers; `more` is said about a correction."""
    return extend_schema_view(
        get=extend_schema(operation_id=f"{nouns}_read", summary=f"Read {one_of_them}", responses=row),
        patch=extend_schema(
            operation_id=f"{nouns}_correct",
            summary=f"Correct {one_of_them}",
            description=f"{SEEN} {more}".strip(),
            parameters=[IF_MATCH],
            request=change,
            responses=row,
        ),
        delete=extend_schema(
            operation_id=f"{nouns}_withdraw",
            summary=f"Withdraw {one_of_them}",
            parameters=[IF_MATCH, REASON],
            responses={204: None},
        ),
    )


@correctable("readings", "a reading", ReadingRow, ReadingChange)
class OneReading(OneFact):
    """One reading."""

    model = Reading
    row = ReadingRow
    change = ReadingChange
    permission = Permission.WRITE_RECORDS

    def initiative(self, fact: Any) -> Initiative:
        """The initiative of its KPI."""
        found: Initiative = fact.kpi.initiative
        return found


@correctable("costs", "a cost line", CostRow, CostChange)
class OneCost(OneFact):
    """One cost line."""

    model = CostLine
    row = CostRow
    change = CostChange
    permission = Permission.WRITE_MONEY


@correctable(
    "benefits",
    "a benefit line",
    BenefitRow,
    BenefitChange,
    more=CLAIM_AGAIN,
)
class OneBenefit(OneFact):
    """One benefit line."""

    model = BenefitLine
    change = BenefitChange
    permission = Permission.WRITE_MONEY

    def show(self, fact: Any) -> dict[str, Any]:
        """The benefit line as the API shows it."""
        return show_benefits([fact])[0]

    def values(self, fact: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The changes as columns, the KPI by its id."""
        values = dict(changes)
        if "kpi" in values:
            values["kpi_id"] = _kpi_id(fact.initiative, values.pop("kpi"))
        return values


class Confirm(RecordEndpoint):
    """Finance's confirmation of a benefit line."""

    @extend_schema(
        operation_id="benefits_confirm",
        summary="Confirm a benefit",
        description="Finance only. The confirmed line has grade L and a new id.",
        request=ConfirmRow,
        responses={200: BenefitRow},
    )
    @idempotent
    @transaction.atomic
    def post(self, request: Request, pk: int) -> Response:
        """Confirms that an actual benefit is booked in the ledger."""
        actor = actor_of(request)
        benefit = lock(fact_or_404(actor, BenefitLine, pk))
        require(actor, Permission.CONFIRM)
        given = one(ConfirmRow, request)
        file = EvidenceFile.objects.filter(
            initiative_id=benefit.initiative_id, pk=given.get("evidence_file", 0)
        ).first()
        if file is None and "evidence_file" in given:
            refuse("evidence_file", "There is no such file of this initiative.")
        done = confirm_benefit(
            actor=actor,
            benefit=benefit,
            now=timezone.now(),
            evidence=given.get("evidence", ""),
            evidence_file=file,
        )
        return shown(request, show_benefits([done])[0])


def _kpi_id(initiative: Initiative, key: str | None) -> int | None:
    if not key:
        return None
    found = kpis_moved_by(initiative).filter(key=key).first()
    if found is None:
        refuse("kpi", NO_SUCH_KPI.format(key=key))
    return found.pk
