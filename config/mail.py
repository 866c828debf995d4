"""Reading the mails that the embedded sink kept: for administrators, in a browser, and nothing can be changed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace

SHOWN = 100
NAME = re.compile(r"(\d{8}T\d{6})\.\d{6}-[0-9a-f]{8}\.eml")
PAGE_OF_A_MAIL = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups"

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Mail:
    """One kept mail, as its page shows it."""

    name: str
    kept_at: datetime
    headers: list[tuple[str, str]]
    subject: str
    to: str
    text: str
    html: str
    attachments: list[str]


def may_read(actor: Actor | None) -> bool:
    """Mails hold invitations and password links, so only who administers every workspace may read them.

    The sample counts only while there is no other workspace.
    """
    if actor is None or actor.user is None:
        return False
    real = Workspace.objects.filter(is_sample=False)
    mine = Membership.objects.filter(user=actor.user, role=Role.ADMIN, is_active=True)
    if not real.exists():
        return mine.exists()
    return not real.exclude(id__in=mine.values("workspace")).exists()


def only_for_administrators(view: View) -> View:
    """404 for everyone else, and for everyone when mail goes to a real server."""

    @require_safe
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if not settings.SAMPLE_SINK_PORT or not may_read(getattr(request, "actor", None)):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_for_administrators
def mail_list(request: HttpRequest) -> HttpResponse:
    """The latest mails, newest first."""
    names = sorted((path.name for path in _folder().glob("*.eml") if NAME.fullmatch(path.name)), reverse=True)
    mails = [read(_folder() / name) for name in names[:SHOWN]]
    return render(request, "config/mail_list.html", {"mails": mails, "older": max(0, len(names) - SHOWN)})


@only_for_administrators
def mail_message(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its main headers and its text."""
    return render(request, "config/mail.html", {"mail": _mail(name)})


@only_for_administrators
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of one mail as a mail program shows it: no scripts, no forms, nothing from elsewhere."""
    mail = _mail(name)
    if not mail.html:
        raise Http404
    return HttpResponse(mail.html, headers={"Content-Security-Policy": PAGE_OF_A_MAIL})


def read(path: Path) -> Mail:
    """A mail from its file."""
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    return Mail(
        name=path.name,
        kept_at=datetime.strptime(path.name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC),
        headers=[(name, str(value)) for name, value in message.items()],
        subject=str(message["subject"] or "(no subject)"),
        to=str(message["to"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        attachments=[part.get_filename() or part.get_content_type() for part in message.iter_attachments()],
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if isinstance(part, EmailMessage) else ""


def _mail(name: str) -> Mail:
    path = _folder() / name
    if not NAME.fullmatch(name) or not path.is_file():
        raise Http404
    return read(path)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "mail"
