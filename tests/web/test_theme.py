"""The colour theme is a cookie that the server reads."""

import pytest
from django.test import Client


def test_choosing_a_theme_keeps_it_and_returns_to_the_page(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "/initiatives/"})
    assert (response.cookies["theme"].value, response["Location"]) == ("dark", "/initiatives/")


def test_choosing_the_systems_theme_is_a_choice_too(client: Client) -> None:
    client.cookies["theme"] = "dark"
    assert client.post("/theme/", {"theme": "system"}).cookies["theme"].value == "system"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_way_back_never_leaves_the_site(client: Client, target: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"


def test_the_theme_is_only_changed_by_a_post(client: Client) -> None:
    assert client.get("/theme/").status_code == 405
