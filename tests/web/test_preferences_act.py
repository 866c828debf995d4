"""What a person prefers holds on the pages: notation, length of amounts, time zone, theme, shortcuts."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Membership
from web.formats import Form, Formats

pytestmark = pytest.mark.django_db
PREFERRED = {"name": "Olga", "time_zone": "", "locale": "", "theme": "", "has_full_amounts": "", "has_shortcuts": "on"}


@pytest.fixture
def reader(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def test_amounts_in_tables_are_written_out_where_the_reader_wants_it() -> None:
    short, full = Formats("en"), Formats("en", has_full_amounts=True)
    assert short.money("1609739.40", "USD", Form.TABLE) == "$1.61M"
    assert full.money("1609739.40", "USD", Form.TABLE) == "$1,609,739"
    assert full.money("1609739.40", "USD", Form.SHORT) == "$1.6M"


def test_small_amounts_keep_their_cents_however_they_are_written() -> None:
    assert Formats("en", has_full_amounts=True).money(Decimal("1.18"), "USD", Form.TABLE) == "$1.18"


def test_percentages_follow_the_locale() -> None:
    assert [Formats(name).percent("0.063") for name in ("en", "de", "fr")] == ["6.3%", "6,3\xa0%", "6,3\xa0%"]


def test_the_choice_of_written_out_amounts_is_kept(reader: Client, owner: Membership) -> None:
    answer = reader.post("/me/preferences/", {**PREFERRED, "has_full_amounts": "True"})
    owner.user.refresh_from_db()
    assert (answer.status_code, owner.user.has_full_amounts) == (302, True)
    assert reader.get("/initiatives/").context["formats"].has_full_amounts is True


def test_a_preferred_theme_holds_in_another_browser(reader: Client, owner: Membership) -> None:
    reader.post("/me/preferences/", {**PREFERRED, "theme": "dark"})
    elsewhere = Client()
    elsewhere.force_login(owner.user)
    assert '<html lang="en" data-theme="dark">' in elsewhere.get("/initiatives/").content.decode()


def test_the_menus_theme_wins_over_the_preferred_one_in_this_browser(reader: Client) -> None:
    reader.post("/me/preferences/", {**PREFERRED, "theme": "dark"})
    reader.post("/theme/", {"theme": "system"})
    assert "data-theme" not in reader.get("/initiatives/").content.decode()
