"""Figures as people read them. Expected texts follow CLDR's English, British, German and French patterns."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from web.formats import Form, Formats
from web.times import ago_html

ENGLISH = Formats("en", "UTC")


@pytest.mark.parametrize(
    ("amount", "form", "text"),
    [
        ("1609739.40", Form.SHORT, "$1.6M"),
        ("1609739.40", Form.TABLE, "$1.61M"),
        ("1609739.40", Form.FULL, "$1,609,739"),
        ("1609739.40", Form.EXACT, "$1,609,739.40"),
        ("247100", Form.SHORT, "$247K"),
        ("999600", Form.SHORT, "$1M"),
        ("-54300", Form.SHORT, "−$54K"),
        ("1.18", Form.SHORT, "$1.18"),
        ("0", Form.SHORT, "$0"),
    ],
)
def test_money_is_as_long_as_its_form_asks(amount: str, form: Form, text: str) -> None:
    assert ENGLISH.money(amount, "USD", form) == text


def test_money_follows_the_locale() -> None:
    assert Formats("de").money("1609739.4", "EUR") == "1,6\xa0Mio.\xa0€"


def test_thousands_without_a_short_word_are_written_out() -> None:
    assert Formats("de").money("247100", "EUR") == "247.100\xa0€"


def test_a_currency_without_a_minor_unit_shows_none() -> None:
    assert ENGLISH.money("1234", "JPY", Form.EXACT) == "¥1,234"


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert ENGLISH.number("-0.04", digits=1, signed=True) == "0"


def test_signed_money_shows_its_plus() -> None:
    assert ENGLISH.money("171000", "USD", signed=True) == "+$171K"


@pytest.mark.parametrize(("chance", "text"), [("0", "<1%"), ("0.004", "<1%"), ("1", ">99%"), ("0.634", "63%")])
def test_a_chance_is_never_nothing_and_never_certain(chance: str, text: str) -> None:
    assert ENGLISH.chance(chance) == text


@pytest.mark.parametrize(("ratio", "text"), [("0.3734", "37%"), ("0.0634", "6.3%"), ("-0.5", "−50%")])
def test_small_percentages_keep_one_decimal(ratio: str, text: str) -> None:
    assert ENGLISH.percent(ratio) == text


def test_differences_of_percentages_are_points() -> None:
    assert ENGLISH.points(Decimal("0.031")) == "+3.1 pts"


def test_dates_follow_the_locale() -> None:
    assert [Formats(locale).day(date(2026, 11, 22)) for locale in ("en", "en-GB")] == ["Nov 22, 2026", "22 Nov 2026"]


def test_an_instant_is_shown_in_the_readers_zone() -> None:
    at_night = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert Formats("en-GB", "Europe/Berlin").moment(at_night) == "22 Nov 2026, 00:30 CET"


def test_unknown_names_fall_back_to_english_and_utc() -> None:
    assert Formats("xx-nowhere", "Mars/Base").moment(datetime(2026, 1, 1, tzinfo=UTC)).endswith("UTC")


def test_iso_days_in_a_stored_sentence_are_written_as_the_reader_does() -> None:
    said = "Compares readings from 2025-01-31 to 2025-10-31, version 2025-99-99."
    assert Formats("de").days_in(said) == "Compares readings from 31.01.2025 to 31.10.2025, version 2025-99-99."


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=3), "3 minutes ago"),
        (timedelta(days=2), "2 days ago"),
        (-timedelta(minutes=5), "just now"),
    ],
)
def test_an_age_is_told_in_the_words_of_the_pages(earlier: timedelta, text: str) -> None:
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    assert Formats("de").ago(now - earlier, now) == text


def test_an_instant_in_a_page_is_read_by_machines_too() -> None:
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    assert ago_html(now - timedelta(hours=1), now, Formats("en-GB", "Europe/Berlin")) == (
        '<time datetime="2026-11-28T11:00:00+00:00" title="28 Nov 2026, 12:00 CET">1 hour ago</time>'
    )
