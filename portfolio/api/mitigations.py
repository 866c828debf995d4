"""Actions against causes of failure: list, agree, move, finish, drop, open again, withdraw."""

from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from accounts.choices import Permission
from portfolio.access import initiative_or_404
from portfolio.api.base import one
from portfolio.api.corrections import HeldFact
from portfolio.api.facts import FactList
from portfolio.api.rows import MitigationRow, show_mitigations
from portfolio.models import Mitigation
from portfolio.services.mitigations import change_mitigation, record_mitigation
from web.api.etags import shown
from web.api.paging import paginate
from web.api.schema import IF_MATCH, PAGE_PARAMETERS, REASON, page_of


class MitigationChange(MitigationRow):
    """What changes; `note` says why where an action is dropped."""

    on = None  # type: ignore[assignment]
    external_id = None  # type: ignore[assignment]
    source = None  # type: ignore[assignment]


class Mitigations(FactList):
    """The actions of an initiative."""

    row = MitigationRow

    @extend_schema(
        operation_id="mitigations_list",
        summary="List actions against causes",
        parameters=PAGE_PARAMETERS,
        responses=page_of(MitigationRow),
    )
    def get(self, request: Request, key: str) -> Response:
        """The initiative's actions with the due dates that each has had."""
        initiative = initiative_or_404(actor_of(request), key)
        rows = Mitigation.objects.live().filter(initiative=initiative).select_related("recorded_by")
        return Response(paginate(request, rows, lambda facts: show_mitigations(initiative, facts), "on"))

    @extend_schema(
        operation_id="mitigations_create",
        summary="Agree on an action against a cause",
        request=MitigationRow,
        responses={201: MitigationRow},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Records what is to be done against a cause, by whom and until when."""
        actor = actor_of(request)
        initiative = initiative_or_404(actor, key)
        row = one(MitigationRow, request)
        fact = record_mitigation(actor=actor, initiative=initiative, now=timezone.now(), row=row)
        return shown(request, show_mitigations(initiative, [fact])[0], 201)


@extend_schema_view(
    get=extend_schema(operation_id="mitigations_read", summary="Read an action", responses=MitigationRow),
    patch=extend_schema(
        operation_id="mitigations_change",
        summary="Move, finish, drop or open an action again",
        description="What it said before stays in the record; the answer has a new id and the same number.",
        parameters=[IF_MATCH],
        request=MitigationChange,
        responses=MitigationRow,
    ),
    delete=extend_schema(
        operation_id="mitigations_withdraw",
        summary="Withdraw an action",
        description="For one entered by mistake; one that is no longer wanted is dropped.",
        parameters=[IF_MATCH, REASON],
        responses={204: None},
    ),
)
class OneMitigation(HeldFact):
    """One action."""

    model = Mitigation
    permission: ClassVar = Permission.WRITE_RECORDS

    @transaction.atomic
    def patch(self, request: Request, pk: int) -> Response:
        """Puts the changed action in the place of the one that holds."""
        fact: Any = self._to_write(request, pk)
        changes = one(MitigationChange, request, partial=True)
        new = change_mitigation(actor=actor_of(request), mitigation=fact, now=timezone.now(), changes=changes)
        return shown(request, self.show(new))

    def show(self, fact: Any) -> dict[str, Any]:
        """The action with the due dates that it has had."""
        return show_mitigations(fact.initiative, [fact])[0]
