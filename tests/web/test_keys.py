"""The page of the keys: for everybody, and as a bare table for the dialog."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_keys_are_a_page_that_needs_no_script(client: Client) -> None:
    page = client.get("/help/keys/").content.decode()
    assert "<h1>Keyboard</h1>" in page
    assert "<kbd>j</kbd>" in page


def test_a_script_gets_the_bare_table(client: Client) -> None:
    answer = client.get("/help/keys/", headers={"x-fragment": "1"})
    assert answer.content.decode().startswith("<table>")
    assert "X-Fragment" in answer.headers["Vary"]


def test_the_keys_are_only_read(client: Client) -> None:
    assert client.post("/help/keys/").status_code == 405
