"""Published failure rates, and the level that they give together.

Every rate answers a slightly different question; `definition` says which. They are pooled on the log-odds, each with
the same weight, and the spread between the sources is kept as the width of the prior: it is disagreement about what
failing means, not noise that a larger sample would remove.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from statistics import mean, stdev

Z_80 = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """One published share of pilots or prototypes that never reach production.

    `failed` is a share between 0 and 1; `sample` the number asked or counted, None where it was not published;
    `measured` is False for a figure that the source itself cites instead of measuring.
    """

    source: str
    year: int
    figure: str
    failed: float
    unit: str
    definition: str
    measured: bool
    sample: int | None


@dataclass(frozen=True, slots=True)
class Pool:
    """Level of failure on the log-odds: mean, and standard deviation between the sources."""

    mean: float
    spread: float
    sources: int

    @property
    def level(self) -> float:
        """The pooled share that fails."""
        return inverse_logit(self.mean)

    @property
    def pseudo_counts(self) -> tuple[float, float]:
        """Failures and successes of the beta distribution with this mean and spread of the log-odds.

        By the delta method: mean a/(a+b), variance of the log-odds 1/a + 1/b. Their sum is the number of closed
        initiatives of one's own that weigh as much as all the published rates.
        """
        variance = self.spread**2
        return (1 + exp(self.mean)) / variance, (1 + exp(-self.mean)) / variance


@lru_cache(maxsize=16)
def pool(rates: tuple[PublishedRate, ...]) -> Pool:
    """The pooled level of at least two rates."""
    logits = [logit(rate.failed) for rate in rates]
    return Pool(mean(logits), stdev(logits), len(logits))


def logit(share: float) -> float:
    """Log-odds of a share strictly between 0 and 1."""
    return log(share / (1 - share))


def inverse_logit(odds: float) -> float:
    """The share that has these log-odds."""
    return 1 / (1 + exp(-odds))


PUBLISHED_RATES = (
    PublishedRate(
        "RAND, RRA2680-1",
        2024,
        "more than 80 % of AI projects fail",
        0.80,
        "initiatives",
        "cited as 'by some estimates', not measured; the report's own data are 65 interviews",
        False,
        65,
    ),
    PublishedRate(
        "Gartner, survey of 2019",
        2020,
        "53 % from prototype to production",
        0.47,
        "initiatives",
        "mean of the respondents' own estimates",
        True,
        None,
    ),
    PublishedRate(
        "Gartner, survey of October to December 2021",
        2022,
        "54 % from pilot to production",
        0.46,
        "initiatives",
        "mean of the respondents' own estimates",
        True,
        699,
    ),
    PublishedRate(
        "Gartner, published May to July 2024",
        2024,
        "48 % reach production, after 8 months",
        0.52,
        "initiatives",
        "mean of the respondents' own estimates",
        True,
        None,
    ),
    PublishedRate(
        "S&P Global, March 2025",
        2025,
        "46 % of proofs of concept scrapped before production",
        0.46,
        "initiatives of the average organisation",
        "self-reported share",
        True,
        1006,
    ),
    PublishedRate(
        "IDC and Lenovo, CIO Playbook",
        2025,
        "4 of 33 proofs of concept reach wide production",
        0.88,
        "initiatives",
        "graduated so far: proofs of concept still running count as not graduated",
        True,
        2920,
    ),
    PublishedRate(
        "Deloitte, GenAI report of the third quarter",
        2024,
        "70 % of organisations moved at most 30 % of experiments to production",
        0.75,
        "respondents about their organisation",
        "share of experiments read from the classes of answers",
        True,
        2770,
    ),
    PublishedRate(
        "Rexer Analytics and Siegel",
        2023,
        "32 % of data scientists say that their models usually deploy",
        0.68,
        "respondents about their models",
        "all kinds of models; share read from the classes of answers",
        True,
        None,
    ),
)
