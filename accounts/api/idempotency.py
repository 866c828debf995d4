"""`Idempotency-Key` on POST: the same call again is answered from what was kept."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from accounts.models import KeptAnswer
from accounts.services.answers import claim, keep_answer, kept_answer
from web.api.problems import Conflict, Unprocessable

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,255}\Z")
KEPT_HEADERS = ("ETag", "Location")

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Wraps a POST method: one effect per token and key; refused calls have none and are not kept."""

    @wraps(handler)
    def call(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(self, request, *args, **kwargs)
        if not KEY.match(key):
            raise ValidationError({HEADER: "Give 1 to 255 visible ASCII characters."})
        return _once(request, key, lambda: handler(self, request, *args, **kwargs))

    return call


def _once(request: Request, key: str, answer: Callable[[], Response]) -> Response:
    token_id, fingerprint, now = actor_of(request).token_id or 0, _fingerprint(request), timezone.now()
    with transaction.atomic():
        if not claim(token_id=token_id, key=key):
            raise Conflict("A call with this Idempotency-Key is being answered now. Try again in a moment.")
        kept = kept_answer(token_id=token_id, key=key, now=now)
        if kept is not None:
            return _replay(kept, fingerprint)
        response = answer()
        keep_answer(
            token_id=token_id,
            key=key,
            fingerprint=fingerprint,
            status=response.status_code,
            body=JSONRenderer().render(response.data).decode(),
            headers={name: response[name] for name in KEPT_HEADERS if name in response},
            now=now,
        )
    return response


def _replay(kept: KeptAnswer, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        raise Unprocessable("This Idempotency-Key was used for another call. Use a new one.")
    headers = {**kept.headers, "Idempotent-Replayed": "true"}
    return Response(json.loads(kept.body or "null"), status=kept.status, headers=headers)


def _fingerprint(request: Request) -> str:
    data = request.data
    content = dict(data.lists()) if hasattr(data, "lists") else data
    text = json.dumps([request.method, request.path, content], sort_keys=True, default=_stand_in)
    return hashlib.sha256(text.encode()).hexdigest()


def _stand_in(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [value.name, digest.hexdigest()]
