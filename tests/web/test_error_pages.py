"""Pages of errors say what happened and lead on."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import Membership

pytestmark = pytest.mark.django_db


def test_an_address_that_leads_nowhere_offers_find(client: Client, owner: Membership) -> None:
    client.force_login(owner.user)
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert 'href="/find"' in page.content.decode()


def test_a_stranger_without_sign_in_gets_the_same_words_without_find(client: Client) -> None:
    page = client.get("/nowhere/").content.decode()
    assert "There is nothing here" in page
    assert 'href="/find"' not in page


def test_a_refusal_names_the_role_that_is_not_enough(client: Client, owner: Membership) -> None:
    client.force_login(owner.user)
    page = client.get("/settings/people/")
    assert page.status_code == 403
    assert "Your role in Acme is manager" in page.content.decode()


def test_a_form_without_its_token_says_that_nothing_was_saved(owner: Membership) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner.user)
    page = strict.post("/me/preferences/", {"name": "Olga"})
    assert page.status_code == 403
    assert "Nothing was saved." in page.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_pages_that_know_nothing_of_the_request_stand_alone(name: str) -> None:
    page = render_to_string(name)
    assert 'href="/static/css/page.css"' in page
    assert 'href="/"' in page
