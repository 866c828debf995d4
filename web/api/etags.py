"""Versions of objects: the ETag is a digest of what the caller was shown."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from web.api.problems import PreconditionFailed, PreconditionRequired


def etag(shown: Mapping[str, Any]) -> str:
    """The strong ETag of an object as it is shown."""
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), default=str)
    return f'"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def shown(request: Request, content: Mapping[str, Any], status: int = 200) -> Response:
    """One object with its ETag; 304 when the caller has it already."""
    tag = etag(content)
    if request.method == "GET" and tag in _tags(request.headers.get("If-None-Match", "")):
        return Response(status=304, headers={"ETag": tag})
    return Response(content, status=status, headers={"ETag": tag})


def require_match(request: Request, content: Mapping[str, Any]) -> None:
    """Raises unless the caller read this version: PreconditionRequired without If-Match, PreconditionFailed if stale.

    Call it inside the writing transaction, with the row locked.
    """
    given = request.headers.get("If-Match")
    if given is None:
        raise PreconditionRequired
    if etag(content) not in _tags(given) and given.strip() != "*":
        raise PreconditionFailed


def _tags(header: str) -> set[str]:
    return {tag.strip() for tag in header.split(",")}
