"""Files that prove a benefit."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from portfolio.access import initiative_or_404
from portfolio.api.base import RecordEndpoint
from portfolio.api.imports import UploadField
from portfolio.models import EvidenceFile
from portfolio.services.evidence import store_evidence
from web.api.etags import shown
from web.api.fields import StrictSerializer
from web.api.paging import PAGING, paginate
from web.api.schema import PAGE_PARAMETERS, page_of

COLUMNS = ("id", "name", "content_type", "size", "sha256", "uploaded_at")


class EvidenceRequest(StrictSerializer):
    """A file of up to 20 MB: a PDF, a picture, an office document, a mail or a text file."""

    file = UploadField(max_length=200)


class EvidenceShown(serializers.Serializer[Any]):
    """A file that was kept, with its fingerprint."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_at = serializers.DateTimeField()


class Evidence(RecordEndpoint):
    """The evidence files of an initiative."""

    query: ClassVar = {"GET": PAGING}
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="evidence_list",
        summary="List evidence files",
        parameters=PAGE_PARAMETERS,
        responses=page_of(EvidenceShown),
    )
    def get(self, request: Request, key: str) -> Response:
        """The files by the time of their upload."""
        rows = EvidenceFile.objects.filter(initiative=initiative_or_404(actor_of(request), key))
        return Response(paginate(request, rows, _shown, "id"))

    @extend_schema(
        operation_id="evidence_create",
        summary="Keep an evidence file",
        request={"multipart/form-data": EvidenceRequest},
        responses={201: EvidenceShown},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Keeps a file; name it when a benefit is confirmed."""
        actor = actor_of(request)
        initiative = initiative_or_404(actor, key)
        read = EvidenceRequest(data=request.data)
        read.is_valid(raise_exception=True)
        file = read.validated_data["file"]
        kept = store_evidence(
            actor=actor, initiative=initiative, now=timezone.now(), name=file.name, content=file.read()
        )
        return shown(request, _shown([kept])[0], 201)


def _shown(rows: list[EvidenceFile]) -> list[dict[str, Any]]:
    return list(EvidenceShown([{name: getattr(row, name) for name in COLUMNS} for row in rows], many=True).data)
