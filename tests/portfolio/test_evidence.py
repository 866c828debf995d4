"""Evidence files are judged by their content, kept outside the web root, and given to members alone."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import BenefitLine, EvidenceFile, Initiative
from portfolio.services import evidence_kinds
from portfolio.services.evidence import path_of, store_evidence
from portfolio.services.money import record_benefits
from tests.calls import api_of
from tests.factories import NOW, actor, make_initiative

PDF = b"%PDF-1.7 invoice"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def initiative(workspace: Workspace, tmp_path: Path, settings: object) -> Initiative:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return make_initiative(workspace, "one")


def keep(initiative: Initiative, name: str = "invoice.pdf", content: bytes = PDF) -> EvidenceFile:
    return store_evidence(actor=actor(initiative.workspace), initiative=initiative, now=NOW, name=name, content=content)


def test_a_file_is_kept_under_its_fingerprint_and_once(initiative: Initiative) -> None:
    first, again = keep(initiative), keep(initiative, "copy.pdf")
    assert first == again
    assert path_of(first.sha256).read_bytes() == PDF
    assert path_of(first.sha256).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("page.txt", b"<html>"),
        ("run.exe", b"MZ\x90\x00"),
        ("invoice.pdf", b"not a pdf"),
        ("picture.png", PDF),
        ("empty.pdf", b""),
        ("../../etc/passwd", b"root"),
        ("nul.txt", b"a\0b"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(initiative: Initiative, name: str, content: bytes) -> None:
    with pytest.raises(ValidationError):
        keep(initiative, name, content)


def packed(**parts: bytes) -> bytes:
    """A zip of these parts; `types` is the list of contents."""
    names = {"types": "[Content_Types].xml", "main": "word/document.xml"}
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(names.get(name, name), content)
    return kept.getvalue()


def types(part: str, kind: str) -> bytes:
    """The list of contents of an office package."""
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    said = f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    return f'<Types xmlns="{space}"><Override PartName="/{part}" ContentType="{said}"/></Types>'.encode()


WORD = types("word/document.xml", "wordprocessingml.document")
SHEET = types("xl/workbook.xml", "spreadsheetml.sheet")
BILLION_LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><Types>&c;</Types>'


def workbook() -> bytes:
    """What a spreadsheet program saves."""
    kept = io.BytesIO()
    openpyxl.Workbook().save(kept)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("letter.docx", packed(types=WORD, main=b"<document/>"), "wordprocessingml.document"),
        ("sheet.xlsx", workbook(), "spreadsheetml.sheet"),
        ("old.doc", OLE + "WordDocument\0".encode("utf-16-le"), "msword"),
        ("ledger.csv", "Büro;1,5\n".encode("cp1252"), "text/plain"),
        ("ledger.txt", "\ufeffBüro".encode("utf-16"), "text/plain"),
        ("picture.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
    ],
)
def test_a_file_is_known_by_what_it_holds(initiative: Initiative, name: str, content: bytes, kind: str) -> None:
    assert keep(initiative, name, content).content_type.endswith(kind)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.docx", packed(main=b"<document/>")),
        ("letter.docx", packed(readme=b"just a zip")),
        ("letter.docx", packed(types=WORD)),
        ("letter.docx", workbook()),
        ("letter.docx", packed(types=SHEET, main=b"<document/>")),
        ("letter.docx", packed(types=BILLION_LAUGHS, main=b"<document/>")),
        ("letter.docx", packed(types=b" " * 1_100_000 + WORD, main=b"<document/>")),
        ("letter.docx", packed(types=WORD, main=b"<document/>")[:90]),
        ("letter.zip", packed(types=WORD, main=b"<document/>")),
        ("letter.xls", OLE + "WordDocument\0".encode("utf-16-le")),
        ("ledger.csv", b"\x01\x02\x03"),
        ("ledger.csv", PDF),
    ],
)
def test_a_file_that_holds_something_else_is_refused(initiative: Initiative, name: str, content: bytes) -> None:
    with pytest.raises(ValidationError):
        keep(initiative, name, content)
    assert not EvidenceFile.objects.exists()


def test_an_office_document_that_unpacks_to_too_much_is_refused(
    initiative: Initiative, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_kinds, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(ValidationError, match="Unpacked"):
        keep(initiative, "letter.docx", packed(types=WORD, main=b"0" * 1_000_001))


def test_a_file_that_is_too_large_is_refused(initiative: Initiative) -> None:
    with pytest.raises(ValidationError, match="larger"):
        keep(initiative, content=PDF + b"x" * (20 * 1024 * 1024))


def test_members_download_it_and_strangers_do_not(
    client: Client, initiative: Initiative, owner: Membership, stranger: Membership
) -> None:
    path = f"/initiatives/one/evidence/{keep(initiative).pk}/"
    assert client.get(path).status_code == 302
    client.force_login(owner.user)
    answer = client.get(path)
    assert answer.content == PDF
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    client.force_login(stranger.user)
    assert client.get(path).status_code == 404


def test_the_api_keeps_a_file_and_a_confirmation_names_it(initiative: Initiative) -> None:
    finance = api_of(initiative.workspace, Role.FINANCE)
    answer = finance.client.post(
        "/api/v1/initiatives/one/evidence/",
        {"file": SimpleUploadedFile("invoice.pdf", PDF)},
        headers={"authorization": f"Bearer {finance.secret}"},
    )
    assert answer.status_code == 201
    rows = [{"on": date(2026, 3, 1), "amount": Decimal(5), "benefit_class": "cash"}]
    line = record_benefits(actor=actor(initiative.workspace), initiative=initiative, now=NOW, rows=rows).live[0]
    confirmed = finance.post(f"benefits/{line.pk}/confirm/", {"evidence_file": answer.json()["id"]})
    assert confirmed.status_code == 200
    assert BenefitLine.objects.live().get().evidence_file_id == answer.json()["id"]


def test_a_file_of_another_initiative_proves_nothing_here(initiative: Initiative) -> None:
    finance = api_of(initiative.workspace, Role.FINANCE)
    other = keep(make_initiative(initiative.workspace, "two"))
    rows = [{"on": date(2026, 3, 1), "amount": Decimal(5), "benefit_class": "cash"}]
    line = record_benefits(actor=actor(initiative.workspace), initiative=initiative, now=NOW, rows=rows).live[0]
    assert finance.post(f"benefits/{line.pk}/confirm/", {"evidence_file": other.pk}).status_code == 400
