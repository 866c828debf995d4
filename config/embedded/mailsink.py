"""A mail server that delivers nothing: every mail becomes one .eml file.

Started as `python -m config.embedded.mailsink DESCRIPTOR FOLDER`, on a socket that already listens.
"""

import asyncio
import secrets
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

SIZE_LIMIT = 30 * 1024 * 1024


class Keeper:
    """Writes what arrives into a folder, one file per mail, named after the time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keeps one mail."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}.eml"
        fresh = self.folder / f".{name}"
        fresh.touch(mode=0o600)
        fresh.write_bytes(envelope.original_content or b"")
        fresh.rename(self.folder / name)
        return "250 kept"


async def serve(listener: socket.socket, folder: Path) -> None:
    """Takes mail until the process ends."""
    loop = asyncio.get_running_loop()
    keeper = Keeper(folder)
    server = await loop.create_server(
        lambda: SMTP(keeper, data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, loop=loop), sock=listener
    )
    await server.serve_forever()


def main(arguments: list[str]) -> None:
    """Serves on the descriptor and into the folder named on the command line."""
    descriptor, folder = arguments
    asyncio.run(serve(socket.socket(fileno=int(descriptor)), Path(folder)))


if __name__ == "__main__":
    main(sys.argv[1:])
