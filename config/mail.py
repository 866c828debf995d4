"""Reading the mails that the embedded sink kept, in a browser: one's own, or all of them for who administers all."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from functools import wraps
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Actor, PageRequest
from accounts.choices import Role
from accounts.models import Membership, User, Workspace

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


def may_read_all(actor: Actor) -> bool:
    """Mails hold invitations and password links, so only who administers every workspace may read those of others.

    The sample counts only while there is no other workspace.
    """
    real = Workspace.objects.filter(is_sample=False)
    mine = Membership.objects.filter(user=actor.user, role=Role.ADMIN, is_active=True)
    if not real.exists():
        return mine.exists()
    return not real.exclude(id__in=mine.values("workspace")).exists()


def only_for_members(view: View) -> View:
    """404 for everyone else, and for everyone when mail goes to a real server."""

    @require_safe
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if not settings.SAMPLE_SINK_PORT or getattr(request, "actor", None) is None:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_for_members
def mail_list(request: PageRequest) -> HttpResponse:
    """The latest mails that the reader may see, newest first."""
    names = sorted((path.name for path in _folder().glob("*.eml") if NAME.fullmatch(path.name)), reverse=True)
    sees_all = may_read_all(request.actor)
    mails = (read(_folder() / name) for name in names)
    visible = islice((mail for mail in mails if sees_all or _is_to(mail, request.user)), SHOWN)
    return render(request, "config/mail_list.html", {"mails": list(visible), "most": SHOWN})


@only_for_members
def mail_message(request: PageRequest, name: str) -> HttpResponse:
    """One mail: its main headers and its text."""
    return render(request, "config/mail.html", {"mail": _mail(request, name)})


@only_for_members
def mail_html(request: PageRequest, name: str) -> HttpResponse:
    """The HTML of one mail as a mail program shows it: no scripts, no forms, nothing from elsewhere."""
    mail = _mail(request, name)
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


def _mail(request: PageRequest, name: str) -> Mail:
    path = _folder() / name
    if not NAME.fullmatch(name) or not path.is_file():
        raise Http404
    mail = read(path)
    if not (_is_to(mail, request.user) or may_read_all(request.actor)):
        raise Http404
    return mail


def _is_to(mail: Mail, user: User) -> bool:
    return user.email in {address.lower() for _, address in getaddresses([mail.to])}


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "mail"
