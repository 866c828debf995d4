"""What kind of file some bytes are, judged by what they hold; the name must end as that kind does."""

import io
import zipfile
from pathlib import PurePath

from defusedxml.ElementTree import fromstring
from django.core.exceptions import ValidationError

from portfolio.importing.parse.encoding import decode
from portfolio.importing.parse.errors import FileRefused
from portfolio.importing.parse.workbook import BROKEN, refuse_bomb

MOST_UNPACKED = 200_000_000
LONGEST_CONTENTS = 1_000_000
CONTENTS = "[Content_Types].xml"
PLAIN_TEXT = "text/plain"
SIGNATURES = {
    b"%PDF-": ("application/pdf", {".pdf"}),
    b"\x89PNG\r\n\x1a\n": ("image/png", {".png"}),
    b"\xff\xd8\xff": ("image/jpeg", {".jpg", ".jpeg"}),
}
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE = "application/vnd.openxmlformats-officedocument"
PACKAGES = {
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
    ".pptx": f"{OFFICE}.presentationml.presentation",
}
STREAMS = {
    ".doc": ("application/msword", ("WordDocument",)),
    ".xls": ("application/vnd.ms-excel", ("Workbook", "Book")),
    ".msg": ("application/vnd.ms-outlook", ("__properties_version1.0",)),
}
TEXTS = {".txt", ".csv", ".eml", ".md"}
ALLOWED = "a PDF, a picture (PNG, JPEG), an office document, a mail or a text file"


def kind_of(name: str, content: bytes) -> str:
    """The media type of a file.

    Raises:
        ValidationError: its kind is not taken, its name ends as another kind does, or it unpacks to too much.
    """
    ending = PurePath(name).suffix.lower()
    for start, (kind, endings) in SIGNATURES.items():
        if content.startswith(start):
            return kind if ending in endings else _refuse()
    if content.startswith(ZIP):
        return _package(ending, content)
    if content.startswith(OLE):
        kind, streams = STREAMS.get(ending, ("", ()))
        return kind if any(_holds_stream(content, stream) for stream in streams) else _refuse()
    return PLAIN_TEXT if ending in TEXTS and _is_text(content) else _refuse()


def _refuse(words: str = "") -> str:
    raise ValidationError({"file": words or f"Send {ALLOWED}; the name must end as its kind does."})


def _package(ending: str, content: bytes) -> str:
    """An office package lists its parts and their types; the main part of the right type must be there."""
    kind = PACKAGES.get(ending) or _refuse()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            refuse_bomb(archive, MOST_UNPACKED)
            parts, listed = set(archive.namelist()), _listed(archive)
    except FileRefused as refusal:
        return _refuse(refusal.issue.reason)
    except BROKEN:
        return _refuse("The office document cannot be read. Save it again.")
    mains = {part.lstrip("/") for part, said in listed.items() if said == f"{kind}.main+xml"}
    return kind if mains & parts else _refuse()


def _listed(archive: zipfile.ZipFile) -> dict[str, str]:
    """The types of the parts that the package names one by one."""
    with archive.open(CONTENTS) as part:
        told = part.read(LONGEST_CONTENTS + 1)
    if len(told) > LONGEST_CONTENTS:
        raise FileRefused("The office document lists too many parts.")
    rows = [row for row in fromstring(told, forbid_dtd=True) if row.tag.endswith("}Override")]
    return {row.get("PartName", ""): row.get("ContentType", "") for row in rows}


def _holds_stream(content: bytes, stream: str) -> bool:
    return f"{stream}\0".encode("utf-16-le") in content


def _is_text(content: bytes) -> bool:
    try:
        text, _ = decode(content)
    except FileRefused:
        return False
    return not text.lstrip().startswith("<")
