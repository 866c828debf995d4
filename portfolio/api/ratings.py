"""Status ratings: what others say about the standing of an initiative."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from accounts.choices import Permission
from portfolio.access import initiative_or_404
from portfolio.api.base import listed, many
from portfolio.api.corrections import OneFact, correctable
from portfolio.api.facts import FactList
from portfolio.api.rows import RatingRow, RatingsRecorded, show
from portfolio.models import StatusRating
from portfolio.services.ratings import record_ratings
from web.api.fields import TextField
from web.api.schema import PAGE_PARAMETERS, page_of


class RatingChange(RatingRow):
    """The fields to correct, and why."""

    external_id = None  # type: ignore[assignment]
    source = None  # type: ignore[assignment]
    reason = TextField(max_length=400)


class Ratings(FactList):
    """The status ratings of an initiative."""

    row = RatingRow

    @extend_schema(
        operation_id="ratings_list",
        summary="List status ratings",
        parameters=PAGE_PARAMETERS,
        responses=page_of(RatingRow),
    )
    def get(self, request: Request, key: str) -> Response:
        """What others said about the initiative's standing, by date."""
        initiative = initiative_or_404(actor_of(request), key)
        return self.page(request, StatusRating.objects.live().filter(initiative=initiative))

    @extend_schema(
        operation_id="ratings_create",
        summary="Record status ratings",
        request=RatingRow(many=True),
        responses={201: RatingsRecorded},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Records ratings, all or none; a second one by the same rater and day replaces the first."""
        actor = actor_of(request)
        initiative = initiative_or_404(actor, key)
        done = record_ratings(actor=actor, initiative=initiative, now=timezone.now(), rows=many(RatingRow, request))
        return listed(done, show(RatingRow, done.live))


@correctable("ratings", "a status rating", RatingRow, RatingChange)
class OneRating(OneFact):
    """One status rating."""

    model = StatusRating
    row = RatingRow
    change = RatingChange
    permission = Permission.WRITE_RECORDS
