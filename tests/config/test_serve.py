"""The web server of ./run."""

import socket
from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any

from waitress.server import create_server

from config.embedded.serve import without_body_for_head

REQUEST = "{} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers everything with the same page, as a framework does that leaves HEAD to its server."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return [b"page"]


def test_head_is_answered_with_the_headers_alone() -> None:
    server = create_server(without_body_for_head(application), host="127.0.0.1", port=0)
    Thread(target=server.run, daemon=True).start()
    answers = {method: _asked(server.effective_port, method) for method in ("HEAD", "GET")}
    server.close()
    assert answers["HEAD"].partition(b"\r\n\r\n")[2] == b""
    assert b"Content-Length: 4" in answers["HEAD"]
    assert answers["GET"].partition(b"\r\n\r\n")[2] == b"page"


def _asked(port: int, method: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(REQUEST.format(method).encode())
        return b"".join(iter(lambda: connection.recv(4096), b""))
