"""The web server of ./run: waitress, on a socket that already listens.

Started as `python -m config.embedded.serve DESCRIPTOR`.
"""

import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from waitress.server import create_server

from config.env import integer
from config.wsgi import application

THREADS = 8
CONNECTIONS = 1000
HEADER_BYTES = 32 * 1024
BODY_BYTES = 64 * 1024 * 1024


def leave(signal_number: int, frame: FrameType | None) -> None:
    """Lets waitress finish the requests in flight."""
    raise SystemExit(0)


def without_body_for_head(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The application, of which HEAD gets the headers alone: waitress leaves that to it, Django to the server.

    With a body a browser takes its bytes for the beginning of the next answer.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body
        if hasattr(body, "close"):
            body.close()
        return []

    return answer


def main(descriptor: int) -> None:
    """Serves until SIGTERM."""
    signal.signal(signal.SIGTERM, leave)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    hops = integer("TRUSTED_PROXIES", 0, least=0, most=10)
    proxy = {
        "trusted_proxy": "127.0.0.1",
        "trusted_proxy_count": hops,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
    }
    server = create_server(
        without_body_for_head(application),
        sockets=[socket.socket(fileno=descriptor)],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        max_request_header_size=HEADER_BYTES,
        max_request_body_size=BODY_BYTES,
        clear_untrusted_proxy_headers=True,
        ident=None,
        **(proxy if hops else {}),
    )
    try:
        server.run()
    finally:
        server.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
