"""How each figure is made: read from formulas.toml beside this module."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from metrics.selectors import EFFECT

YEAR = "year."
RISK = "risk."


@dataclass(frozen=True)
class Formula:
    """What the page of a figure says about it.

    Args:
        label: its name.
        words: the formula.
        document: the page of the method, which names the figure.
        terms: names of figures of the same snapshot that it is made of.
        column: the monthly column whose sum it is; empty where it is no sum.
        numbers: the formula with figures by name in braces; `self` is the figure.
        sums: the sides of the entries that it adds up, costs taken off benefits.
        rests_on: the sides of the entries that it is made from in another way.
    """

    label: str
    words: str
    document: str
    terms: tuple[str, ...] = ()
    column: str = ""
    numbers: str = ""
    sums: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides of all entries behind it."""
        return self.sums or self.rests_on


FORMULAS = {
    name: Formula(**{**stored, **{key: tuple(stored.get(key, ())) for key in ("terms", "sums", "rests_on")}})
    for name, stored in tomllib.loads((Path(__file__).parent / "formulas.toml").read_text()).items()
}


def formula_of(name: str) -> Formula | None:
    """The formula of a figure by its name: `npv`, `year.net_forecast`, `risk.abandoned_12m`."""
    if name.startswith(EFFECT):
        return FORMULAS["effect"]
    if not name.startswith(YEAR):
        return FORMULAS.get(name.removeprefix(RISK))
    found = FORMULAS.get(name.removeprefix(YEAR))
    if found is None:
        return None
    terms = tuple(f"{YEAR}{term}" for term in found.terms)
    label = found.label if "of the year" in found.label else f"{found.label}, this fiscal year"
    return replace(found, label=label, terms=terms, column="")
