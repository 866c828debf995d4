"""Importing a file through the API: send it, then ask how far it is."""

from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from portfolio.access import import_or_404, imports
from portfolio.api.base import RecordEndpoint
from portfolio.importing.parse.profile import load_profile, shipped_profiles
from portfolio.importing.parse.schema import Kind
from portfolio.models import ImportJob, ImportStep, WorkState
from portfolio.services.import_jobs import submit_import
from portfolio.tasks import ring_for_import
from web.api.fields import StrictSerializer
from web.api.paging import PAGING, paginate
from web.api.schema import PAGE_PARAMETERS, page_of

COUNTS = ("rows", "created", "updated", "unchanged", "rejected", "skipped")
STATES = [state.value for state in WorkState]
KINDS = [kind.value for kind in Kind]
PROFILES = [profile.name for profile in shipped_profiles()]


@extend_schema_field(OpenApiTypes.BINARY)
class UploadField(serializers.FileField):
    """A file of a multipart form."""


class ImportRequest(StrictSerializer):
    """A file to import. Only a shipped profile can be named; a profile file of your own works with the command."""

    kind = serializers.ChoiceField(KINDS)
    file = UploadField(max_length=200)
    profile = serializers.ChoiceField(
        [profile.name for profile in shipped_profiles()], required=False, allow_blank=True
    )
    dry_run = serializers.BooleanField(required=False, default=False)


class RejectedRow(serializers.Serializer[Any]):
    """A refused row of the file, and why."""

    line = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)
    reason = serializers.CharField()


class ImportShown(serializers.Serializer[Any]):
    """An import: how far it is, what it did or would do, and what was refused."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS)
    profile = serializers.CharField(allow_blank=True)
    filename = serializers.CharField()
    dry_run = serializers.BooleanField()
    state = serializers.ChoiceField(STATES)
    progress = serializers.IntegerField(help_text="Per cent of the work that is done")
    applied = serializers.BooleanField()
    rows = serializers.IntegerField(allow_null=True)
    valid = serializers.IntegerField(allow_null=True)
    created = serializers.IntegerField(allow_null=True)
    updated = serializers.IntegerField(allow_null=True)
    unchanged = serializers.IntegerField(allow_null=True)
    rejected = serializers.IntegerField(allow_null=True)
    skipped = serializers.IntegerField(allow_null=True)
    rejections = RejectedRow(many=True)
    error = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class Imports(RecordEndpoint):
    """The imports of the workspace."""

    query: ClassVar = {"GET": PAGING}
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="imports_list", summary="List imports", parameters=PAGE_PARAMETERS, responses=page_of(ImportShown)
    )
    def get(self, request: Request) -> Response:
        """Imports in the order they were sent."""
        return Response(paginate(request, imports(actor_of(request)), show_imports, "created_at"))

    @extend_schema(
        operation_id="imports_create",
        summary="Import a file",
        request={"multipart/form-data": ImportRequest},
        responses={202: ImportShown},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Takes a file, all of it or nothing; a worker loads it. With `dry_run` it only tells what would happen."""
        read = ImportRequest(data=request.data)
        read.is_valid(raise_exception=True)
        sent = read.validated_data
        with transaction.atomic():
            job = submit_import(
                actor=actor_of(request),
                now=timezone.now(),
                kind=Kind(sent["kind"]),
                filename=sent["file"].name,
                data=sent["file"].read(),
                profile=load_profile(sent.get("profile", "")),
                apply=not sent["dry_run"],
            )
            ring_for_import(job.pk)
        return Response(show_imports([job])[0], status=202, headers={"Location": f"{request.path}{job.pk}/"})


class OneImport(RecordEndpoint):
    """One import."""

    @extend_schema(operation_id="imports_read", summary="Read an import", responses=ImportShown)
    def get(self, request: Request, pk: int) -> Response:
        """Its state, counts and refused rows."""
        return Response(show_imports([import_or_404(actor_of(request), pk)])[0])


def show_imports(jobs: list[ImportJob]) -> list[dict[str, Any]]:
    """Imports as the API shows them."""
    return list(ImportShown([_as_mapping(job) for job in jobs], many=True).data)


def _as_mapping(job: ImportJob) -> dict[str, Any]:
    report = job.report
    counts = {name: report.get(name) for name in COUNTS}
    return {
        **{name: getattr(job, name) for name in ("id", "kind", "profile", "filename", "state", "error")},
        **counts,
        "valid": report["rows"] - report["rejected"] if report else None,
        "dry_run": job.step == ImportStep.CHECK,
        "progress": 100 if job.state in {WorkState.DONE, WorkState.FAILED} else 0,
        "applied": job.applied_at is not None,
        "rejections": report.get("rejections", []),
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }
