"""What each initiative adds to a total, each with the way to its own figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from metrics.contexts.formulas import YEAR, Formula
from metrics.contexts.ties import Tie, tie_of
from metrics.models import PortfolioSnapshot
from metrics.selectors import shares_of
from web.formats import Form, Formats

SHOWN_MEMBERS = 50
NO_TIE = Tie()
NO_SUM = "The net of each initiative that it rests on; it is no plain sum of them."


@dataclass(frozen=True)
class MemberLine:
    """One initiative's share of a total, in the workspace's currency."""

    name: str
    url: str
    amount: str


@dataclass(frozen=True)
class Members:
    """The largest shares, what the others add up to, the sum, and whether that is the total."""

    lines: tuple[MemberLine, ...] = ()
    others: str = ""
    others_sum: str = ""
    total: str = ""
    tie: Tie = NO_TIE


def members_of_figure(
    totals: PortfolioSnapshot, name: str, formula: Formula, figure: Mapping[str, Any], formats: Formats
) -> Members:
    """The shares of a figure of totals; nothing for one that rests on no money or is not known."""
    if not formula.sides or figure["value"] is None:
        return Members()
    year = (totals.fiscal_year_from, totals.fiscal_year_to) if name.startswith(YEAR) else None
    shares = shares_of(totals, formula.sides, year)
    own = name if formula.sums else f"{YEAR}net_forecast" if year else "net"
    total = sum((share.amount for share in shares), Decimal(0))
    rest = shares[SHOWN_MEMBERS:]

    def written(amount: Decimal) -> str:
        return formats.money(amount, totals.currency, Form.EXACT)

    return Members(
        lines=tuple(
            MemberLine(share.name, reverse("figure", args=[f"{share.snapshot}-{own}"]), written(share.amount))
            for share in shares[:SHOWN_MEMBERS]
        ),
        others=f"{formats.number(len(rest), digits=0)} others" if rest else "",
        others_sum=written(sum((share.amount for share in rest), Decimal(0))) if rest else "",
        total=written(total),
        tie=tie_of(Decimal(figure["value"]), total, "initiatives", totals.currency, formats)
        if formula.sums
        else Tie(NO_SUM),
    )
