"""Evidence on pages: sent, listed, and given when a benefit is confirmed."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import BenefitLine, EvidenceFile, Initiative
from portfolio.services.evidence import MOST_BYTES
from portfolio.services.money import record_benefits
from tests.factories import NOW, make_initiative, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 invoice\n%%EOF\n"
FILES = "/initiatives/claims/evidence/"


@pytest.fixture
def initiative(workspace: Workspace, tmp_path: Path, settings: object) -> Initiative:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return make_initiative(workspace)


@pytest.fixture
def finance(colleague: Membership, initiative: Initiative) -> Client:
    return signed_in(colleague)


@pytest.fixture
def confirm(initiative: Initiative) -> str:
    rows = [{"on": date(2026, 5, 4), "amount": Decimal(900), "benefit_class": "cash", "basis": "actual"}]
    done = record_benefits(actor=Actor.system(initiative.workspace), initiative=initiative, now=NOW, rows=rows)
    return f"/initiatives/claims/benefits/{done.created[0].pk}/confirm/"


def invoice(content: bytes = PDF, name: str = "invoice.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_is_sent_and_listed(finance: Client) -> None:
    assert "No file yet" in finance.get(FILES).content.decode()
    finance.post(FILES, {"file": invoice()})
    page = finance.get(FILES).content.decode()
    assert f'href="{FILES}{EvidenceFile.objects.get().pk}/">invoice.pdf</a>' in page
    assert "no benefit yet" in page


def test_a_benefit_is_confirmed_by_a_new_file_alone(finance: Client, confirm: str) -> None:
    assert 'enctype="multipart/form-data"' in finance.get(confirm).content.decode()
    finance.post(confirm, {"evidence": "", "file": invoice()})
    line = BenefitLine.objects.live().get()
    assert line.confirmed_at is not None
    assert line.evidence_file == EvidenceFile.objects.get()
    address = f"{FILES}{line.evidence_file_id}/"
    assert address in finance.get("/initiatives/claims/costs/?year=2026").content.decode()
    assert "€900.00, May 4, 2026" in finance.get(FILES).content.decode()


def test_a_benefit_is_confirmed_by_a_file_that_a_manager_sent(
    workspace: Workspace, finance: Client, confirm: str
) -> None:
    signed_in(make_member(workspace, Role.ADMIN)).post(FILES, {"file": invoice()})
    file = EvidenceFile.objects.get()
    assert "invoice.pdf" in finance.get(confirm).content.decode()
    finance.post(confirm, {"evidence": "GL 4711", "kept": str(file.pk)})
    line = BenefitLine.objects.live().get()
    assert (line.evidence, line.evidence_file) == ("GL 4711", file)


def test_a_file_of_another_initiative_is_not_offered(workspace: Workspace, finance: Client, confirm: str) -> None:
    make_initiative(workspace, "other")
    finance.post("/initiatives/other/evidence/", {"file": invoice()})
    response = finance.post(confirm, {"evidence": "", "kept": str(EvidenceFile.objects.get().pk)})
    assert response.status_code == 400


def test_a_file_that_is_too_large_is_told_the_limit(finance: Client, confirm: str) -> None:
    for address in (FILES, confirm):
        response = finance.post(address, {"file": invoice(PDF + b"x" * MOST_BYTES)})
        assert response.status_code == 400
        assert "larger than 20 MB" in response.content.decode()
    assert not EvidenceFile.objects.exists()


@pytest.mark.parametrize("content", [b"", b"not a pdf"])
def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(finance: Client, content: bytes) -> None:
    response = finance.post(FILES, {"file": invoice(content)})
    assert response.status_code == 400
    assert 'id="id_file_error"' in response.content.decode()


def test_everybody_reads_the_list_and_only_writers_of_money_send(workspace: Workspace, finance: Client) -> None:
    executive = signed_in(make_member(workspace, Role.EXECUTIVE))
    assert 'type="file"' not in executive.get(FILES).content.decode()
    assert executive.post(FILES, {"file": invoice()}).status_code == 403
    assert not EvidenceFile.objects.exists()
