"""The words of the risk pages: what the model may claim, the causes in short, the signals by their code."""

from decimal import Decimal
from functools import lru_cache

from web.formats import Formats

REFERENCE_CLASS, BASE_RATE_ONLY = "reference_class", "base_rate_only"
STATUS_WORDS = {
    REFERENCE_CLASS: "Estimate from published rates, not yet tested on your portfolio.",
    "learning": "Published rates, moved by what became of your own initiatives; not proven yet.",
    "calibrated": "Tested on your own initiatives: these chances came true about as often as they said.",
    BASE_RATE_ONLY: "The causes have not helped to tell failures from successes on this portfolio, so every "
    "initiative shows its usual failure rate alone.",
}
STATUS_SHORT = "Estimate from published rates."
STATUS_NAMES = {
    REFERENCE_CLASS: "Published rates",
    "learning": "Learning",
    "calibrated": "Calibrated",
    BASE_RATE_ONLY: "Usual failure rate only",
}
SIGNAL_LABELS = {
    "OVERSPEND": "Spent over plan",
    "COMPUTE_SPIKE": "Compute spike",
    "FALLING_ADOPTION": "Falling use",
    "GO_LIVE_OVERDUE": "Go-live overdue",
    "MITIGATION_OVERDUE": "Action overdue",
    "STUCK_STAGE": "Stuck in its stage",
    "TARGET_MOVED": "Target moved",
    "DORMANT": "Nothing recorded",
    "NO_ACTUALS": "No actual costs",
    "STALE_KPI": "KPI without readings",
    "ASSESSMENT_OLD": "Causes not scored lately",
}
STEPS = ("h1", "h2", "h3", "h4", "h5")
POINTS = 100


def signal_label(code: str) -> str:
    """A signal's name; a code that is not known here reads as words."""
    return SIGNAL_LABELS.get(code, code.replace("_", " ").capitalize())


def step_of(score: Decimal) -> str:
    """The shade of a score from -1 to +1: one of five, the worst last."""
    return STEPS[min(max(int((score + 1) * 2 + Decimal("0.5")), 0), len(STEPS) - 1)]


@lru_cache(maxsize=2_000)
def score_words(score: Decimal, formats: Formats) -> str:
    """A score with its sign; a heat map writes the same few over and over."""
    return formats.number(score, digits=2, signed=True)


def counted(count: int, one: str, many: str = "") -> str:
    """`1 initiative`, `3 initiatives`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
