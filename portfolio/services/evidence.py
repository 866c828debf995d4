"""Files that prove a benefit: checked by their content, kept outside the web root under their fingerprint."""

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path, PurePath

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.access import Actor
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.models import EvidenceFile, Initiative
from portfolio.services.evidence_kinds import kind_of

MOST_BYTES = 20 * 1024 * 1024


def store_evidence(*, actor: Actor, initiative: Initiative, now: datetime, name: str, content: bytes) -> EvidenceFile:
    """Keeps a file for an initiative; the same content again is the same file.

    Raises:
        ValidationError: it is empty, too large, or of a kind that is not taken; what counts is its content.
        Forbidden: the actor may not write this initiative's money.
    """
    require_write(actor, initiative, Permission.WRITE_MONEY)
    _refuse_size(content)
    kind = kind_of(name, content)
    digest = hashlib.sha256(content).hexdigest()
    _write(digest, content)
    row, _ = EvidenceFile.objects.get_or_create(
        initiative=initiative,
        sha256=digest,
        defaults={
            "workspace": initiative.workspace,
            "name": PurePath(name).name[:200],
            "content_type": kind,
            "size": len(content),
            "uploaded_at": now,
            "uploaded_by": actor.user,
        },
    )
    return row


def path_of(digest: str) -> Path:
    """Where the content with this fingerprint lies."""
    return Path(settings.MEDIA_ROOT) / "evidence" / digest[:2] / digest


def _refuse_size(content: bytes) -> None:
    if not content:
        raise ValidationError({"file": "The file is empty."})
    if len(content) > MOST_BYTES:
        raise ValidationError({"file": f"The file is larger than {MOST_BYTES // 1024 // 1024} MB."})


def _write(digest: str, content: bytes) -> None:
    """Writes beside and renames, so that a name never stands for half a file."""
    target = path_of(digest)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, beside = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(beside, target)
