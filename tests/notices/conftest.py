"""A real mail server on a free port, in a thread."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

ACCEPTED = "250 Message accepted"


@dataclass
class Inbox:
    """What a mail server took, and what it answers next."""

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keeps the mail when the answer accepts it, or when the connection breaks right after."""
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        if answer.startswith("250") or answer == "break":
            self.mails.append(self._parsed(envelope.content))
        if answer == "break":
            server.transport.abort()
        return answer

    def _parsed(self, content: Any) -> EmailMessage:
        mail = BytesParser(policy=default).parsebytes(content)
        assert isinstance(mail, EmailMessage)
        return mail


class FreePortController(Controller):
    """Listens on whichever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _serving(inbox: Inbox) -> Iterator[Inbox]:
    controller = FreePortController(inbox, hostname=inbox.host, port=0)
    controller.start()
    inbox.port = controller.port
    yield inbox
    controller.stop()


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Inbox]:
    """The mail server of EMAIL_HOST."""
    for found in _serving(Inbox()):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = found.host, found.port
        yield found


@pytest.fixture
def sink(settings: Settings) -> Iterator[Inbox]:
    """The local mail sink."""
    for found in _serving(Inbox()):
        settings.SAMPLE_SINK_PORT = found.port
        yield found
