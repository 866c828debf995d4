"""Addresses in a typed text become links, nothing else does."""

import pytest

from web.links import linked


def test_an_address_becomes_a_link_without_the_mark_behind_it() -> None:
    shown = linked("See https://wiki.example/a?b=1&c=2, page 3.")
    address = "https://wiki.example/a?b=1&amp;c=2"
    assert shown == f'See <a href="{address}" rel="noopener noreferrer">{address}</a>, page 3.'


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "ftp://host/file", "//host/x", "mailto:a@b.example"]
)
def test_other_schemes_stay_text(text: str) -> None:
    assert "<a" not in linked(text)


@pytest.mark.parametrize(
    "text", ['<script>x</script> https://a.example/"><script>y', "https://a.example/'><img src=x>"]
)
def test_what_people_typed_is_escaped(text: str) -> None:
    shown = linked(text)
    assert "<script" not in shown
    assert "<img" not in shown
