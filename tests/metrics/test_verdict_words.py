"""Status word, chance, range and sentence never contradict each other."""

from decimal import Decimal
from typing import Any

import pytest

from metrics.contexts.sentences import of_initiative
from metrics.contexts.verdicts import status_of
from metrics.core.rollup.initiative import Verdict, judged
from web.formats import Formats

FORMATS = Formats()
BACK = " for each $1 spent so far."


def figure(value: str | None, unit: str, low: str | None = None, high: str | None = None) -> dict[str, Any]:
    return {
        "value": value, "unit": unit, "low": low, "high": high, "level": low and "0.8",
        "reason": None if value else "NO_HURDLE", "grade": None, "detail": None,
    }  # fmt: skip


def told(roi: str, chance: str, *, net: str = "550000", hurdle: str | None = "0.25") -> str:
    """The sentence of an initiative that has this forecast return and this chance."""
    figures = {
        "cost_to_date": figure("1000000", "USD"),
        "roi_to_date": figure("0", "ratio"),
        "net": figure(net, "USD", "-1500000", "1900000"),
        "roi_forecast": figure(roi, "ratio", "-1", "1.2"),
        "hurdle": figure(hurdle, "ratio"),
        "chance_clears_hurdle": figure(chance if hurdle else None, "probability"),
        "chance_roi_positive": figure(chance, "probability"),
    }
    parts = of_initiative(figures, judged(Decimal(chance)), "USD", 36, FORMATS)
    return "".join(part.text for part in parts).split(BACK)[1].strip()


def test_an_uncertain_return_leads_with_its_range_and_has_no_point() -> None:
    assert told("0.36", "0.33") == (
        "Whether it clears the 25% hurdle is uncertain (33% chance): over its 36 months 8 of 10 outcomes net between "
        "−$1.5M and $1.9M."
    )


def test_a_likely_return_leads_with_its_point() -> None:
    assert told("0.36", "0.92") == (
        "Over its 36 months it is on course for $550K net, a return of 36%, and likely to clear the 25% hurdle "
        "(92% chance)."
    )


def test_an_unlikely_return_below_the_hurdle_leads_with_its_point() -> None:
    assert told("-0.4", "0.04", net="-600000").endswith(
        "on course for −$600K net, a return of −40%, and unlikely to clear the 25% hurdle (4% chance)."
    )


@pytest.mark.parametrize(
    ("roi", "chance", "word"),
    [
        pytest.param("0.36", "0.2", "unlikely", id="the entries clear it, the outcomes do not"),
        pytest.param("0.1", "0.8", "likely", id="the outcomes clear it, the entries do not"),
    ],
)
def test_a_point_on_the_other_side_of_the_hurdle_gives_way_to_the_range(roi: str, chance: str, word: str) -> None:
    said = told(roi, chance)
    assert said.startswith(f"It is {word} to clear the 25% hurdle")
    assert "between −$1.5M and $1.9M" in said


def test_without_a_hurdle_the_word_is_about_paying_back() -> None:
    assert told("0.36", "0.5", hurdle=None).startswith("Whether it pays back is uncertain (50% chance):")


@pytest.mark.parametrize(("verdict", "tone"), [("likely", "good"), ("uncertain", "warn"), ("unlikely", "crit")])
def test_the_status_word_is_the_verdict(verdict: str, tone: str) -> None:
    status = status_of(verdict)
    assert (status.word, status.tone) == (verdict.capitalize(), tone)


def test_a_verdict_of_an_earlier_method_shows_that_it_cannot_tell() -> None:
    assert status_of("clears").word == "Cannot tell"


def test_a_chance_that_is_not_known_gives_no_word() -> None:
    assert judged(None) is Verdict.UNKNOWN
