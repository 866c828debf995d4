"""Evidence files are judged by their content, kept outside the web root, and given to members alone."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import BenefitLine, EvidenceFile, Initiative
from portfolio.services.evidence import path_of, store_evidence
from portfolio.services.money import record_benefits
from tests.calls import api_of
from tests.factories import NOW, actor, make_initiative

PDF = b"%PDF-1.7 invoice"


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
