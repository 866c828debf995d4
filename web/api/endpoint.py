"""What every endpoint has in common."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from web.api.paging import refuse_unknown


class Endpoint(APIView):
    """One URL of the API: a method takes only the query parameters that `query` names for it."""

    query: ClassVar[dict[str, Sequence[str]]] = {}
    metadata_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Runs after authentication and before the method."""
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if hasattr(self, method.lower()):
            refuse_unknown(request, self.query.get(method, ()))

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Answers are for this caller alone."""
        response.setdefault("Cache-Control", "private, no-cache")
        return super().finalize_response(request, response, *args, **kwargs)
