"""The pages that show what the embedded mail sink kept."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.choices import Role
from accounts.models import Membership, Workspace
from tests.factories import make_member, make_workspace

NAME = "20260615T120000.000001-0a1b2c3d.eml"


@pytest.fixture
def kept(tmp_path: Path, settings: Settings) -> Path:
    """A sink with one mail in it."""
    settings.DATA_DIR, settings.SAMPLE_SINK_PORT = tmp_path, 2525
    message = EmailMessage()
    message["To"], message["Subject"] = "someone@acme.example", "Your weekly digest"
    message.set_content("Plain words\n")
    message.add_alternative("<p>Rich words</p>", subtype="html")
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / NAME).write_bytes(message.as_bytes())
    return tmp_path


@pytest.fixture
def administrator(workspace: Workspace) -> Client:
    """A browser of the only workspace's administrator."""
    return signed_in(make_member(workspace, Role.ADMIN))


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_list_shows_subject_and_reader(kept: Path, administrator: Client) -> None:
    page = administrator.get("/mail/").content.decode()
    assert "Your weekly digest" in page
    assert "someone@acme.example" in page


def test_message_shows_its_text(kept: Path, administrator: Client) -> None:
    assert "Plain words" in administrator.get(f"/mail/{NAME}/").content.decode()


def test_html_of_a_mail_may_run_no_script(kept: Path, administrator: Client) -> None:
    answer = administrator.get(f"/mail/{NAME}/html/")
    assert "<p>Rich words</p>" in answer.content.decode()
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "allow-scripts" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["..%2Fsecrets%2Fkey", ".hidden.eml", "20260615T120000.000002-0a1b2c3d.eml"])
def test_only_kept_mails_can_be_read(kept: Path, administrator: Client, name: str) -> None:
    assert administrator.get(f"/mail/{name}/").status_code == 404


def test_nobody_reads_mails_that_go_to_a_real_server(kept: Path, administrator: Client, settings: Settings) -> None:
    settings.SAMPLE_SINK_PORT = 0
    assert administrator.get("/mail/").status_code == 404


def test_others_read_no_mail_that_is_not_theirs(kept: Path, owner: Membership) -> None:
    client = signed_in(owner)
    assert "Your weekly digest" not in client.get("/mail/").content.decode()
    assert client.get(f"/mail/{NAME}/").status_code == 404


def test_everyone_reads_their_own_mail(kept: Path, workspace: Workspace) -> None:
    client = signed_in(make_member(workspace, Role.EXECUTIVE, "someone@acme.example"))
    assert "Your weekly digest" in client.get("/mail/").content.decode()
    assert client.get(f"/mail/{NAME}/").status_code == 200


def test_administrator_of_one_of_two_workspaces_reads_no_mail_of_others(
    kept: Path, stranger: Membership, workspace: Workspace
) -> None:
    assert signed_in(stranger).get(f"/mail/{NAME}/").status_code == 404


def test_sample_administrator_may_read_only_while_there_is_nothing_else(kept: Path, db: None) -> None:
    client = signed_in(make_member(make_workspace("sample", is_sample=True), Role.ADMIN))
    before = client.get(f"/mail/{NAME}/").status_code
    make_workspace("acme")
    assert (before, client.get(f"/mail/{NAME}/").status_code) == (200, 404)


def test_visitor_is_asked_to_sign_in(kept: Path, db: None) -> None:
    assert Client().get("/mail/").status_code == 302
