"""The sentences of a digest, in the reader's locale."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.contexts.signals import stuck_words
from metrics.core.reasons import Reason, sentence
from metrics.core.rollup.initiative import Verdict, judged
from metrics.models import PortfolioSnapshot
from notices.digests.letter import Bar, Item
from notices.selectors.decisions import Choice, Decision
from web.formats import Form, Formats

ACTUAL_MONTHS = 4
MONTHS_SHOWN = 6
WIDEST = 90
LONGEST_SUBJECT = 65
LONGEST_PREHEADER = 90
Figure = Mapping[str, Any]


def subject(prefix: str, parts: list[str]) -> str:
    """The news within 65 characters: parts from the end are left out until it fits."""
    kept = list(parts)
    while len(kept) > 1 and len(f"{prefix}{', '.join(kept)}") > LONGEST_SUBJECT:
        kept.pop()
    return f"{prefix}{', '.join(kept)}"[:LONGEST_SUBJECT]


def preheader(words: str) -> str:
    """At most 90 characters, cut at a word."""
    if len(words) <= LONGEST_PREHEADER:
        return words
    return words[: LONGEST_PREHEADER - 1].rsplit(" ", 1)[0] + "…"


def headline(totals: PortfolioSnapshot, formats: Formats) -> str:
    """The net value of the fiscal year, or why it is not known."""
    figure = totals.year["net_forecast"]
    if figure["value"] is None:
        return f"Net value this year is not known yet. {reason(figure).removesuffix('.')}"
    return f"{formats.money(figure['value'], figure['unit'])} net value forecast this year"


def gap(totals: PortfolioSnapshot, formats: Formats) -> tuple[str, bool]:
    """How far the forecast lies from the plan of the year, and whether that is bad; empty without a plan."""
    figure = totals.year["gap_to_plan"]
    if figure["value"] is None:
        return "", False
    value = Decimal(figure["value"])
    amount = formats.money(abs(value), figure["unit"])
    return (f"{amount} under plan", True) if value < 0 else (f"{amount} over plan" if value else "on plan", False)


def verdict(totals: PortfolioSnapshot, before: PortfolioSnapshot | None, formats: Formats) -> str:
    """Money back so far, and the forecast return over the horizon against the hurdle and what it was before."""
    return " ".join(part for part in (_money_back(totals, formats), _return(totals, before, formats)) if part)


def _money_back(totals: PortfolioSnapshot, formats: Formats) -> str:
    figure = totals.figures["roi_to_date"]
    if figure["value"] is None:
        return "" if figure["reason"] == totals.year["net_forecast"]["reason"] else reason(figure)
    back, one = (
        formats.money(Decimal(figure["value"]) + 1, totals.currency),
        formats.money(1, totals.currency, Form.FULL),
    )
    return f"{back} back for each {one} spent so far, counting proven benefits only."


def _return(totals: PortfolioSnapshot, before: PortfolioSnapshot | None, formats: Formats) -> str:
    figure, hurdle = totals.figures["roi_forecast"], totals.figures["hurdle"]
    if figure["value"] is None:
        return ""
    value = Decimal(figure["value"])
    words = f"Forecast return over the whole horizon: {formats.percent(value)}{_was(value, before, formats)}"
    if hurdle["value"] is None:
        return f"{words}."
    return f"{words}; {_likely(totals, formats)} the {formats.percent(hurdle['value'])} hurdle."


def _likely(totals: PortfolioSnapshot, formats: Formats) -> str:
    """How likely the portfolio is to clear its hurdle, in a word and as a chance."""
    chance = totals.figures["chance_clears_hurdle"]["value"]
    if chance is None:
        return "no chance is known yet of clearing"
    word, told = judged(Decimal(chance)), formats.chance(chance)
    return f"uncertain to clear ({told} chance)" if word is Verdict.UNCERTAIN else f"{word} ({told} chance) to clear"


def _was(value: Decimal, before: PortfolioSnapshot | None, formats: Formats) -> str:
    earlier = before.figures["roi_forecast"]["value"] if before else None
    if earlier is None:
        return ""
    was, now = formats.percent(earlier), formats.percent(value)
    return ", unchanged" if was == now else f" (was {was})"


def reason(figure: Figure) -> str:
    """The sentence in place of a value that is not known."""
    return sentence(Reason(figure["reason"]), figure.get("detail"))


def item(decision: Decision, url: str, formats: Formats) -> Item:
    """A decision in words: what, why, and what is at stake."""
    amount = None if decision.amount is None else formats.money(decision.amount, decision.currency)
    detail = decision.detail
    match decision.choice:
        case Choice.STOP:
            until = f" by {formats.month(decision.on)}" if decision.on else ""
            loss = f"Forecast to lose money: return over its horizon {formats.percent(detail['roi'])}."
            title = f"Stop or re-scope {decision.name}"
            return Item(title, f"{loss}{_stuck(detail, formats)}", f"Frees up to {amount}{until}", url)
        case Choice.REPLAN:
            title = f"Cap the spending of {decision.name}, or agree a new plan"
            return Item(title, _overspent(decision, formats), f"{amount} over plan", url)
        case Choice.MOVE_ON:
            title = f"Move {decision.name} on, or stop it"
            spent = f"{amount} spent so far" if amount else "No cost is recorded"
            spend = f"{amount} still to be spent by {formats.month(decision.on)}" if decision.on else ""
            return Item(title, _stuck(detail, formats).strip(), spend or spent, url)


def _overspent(decision: Decision, formats: Formats) -> str:
    actual, plan = (formats.money(decision.detail[name], decision.currency) for name in ("actual", "plan"))
    share = formats.percent(decision.detail["share"])
    if decision.detail["basis"] == "forecast":
        return f"On course to spend {actual} in all against {plan} planned, {share} over."
    through = formats.day(date.fromisoformat(decision.detail["through"]))
    return f"{actual} spent to {through} against {plan} planned, {share} over."


def _stuck(detail: Mapping[str, str], formats: Formats) -> str:
    return f" {stuck_words(detail, int(detail['days']), formats)}." if "days" in detail else ""


def bars(totals: PortfolioSnapshot, formats: Formats) -> tuple[Bar, ...]:
    """Six months around today: up to four actual ones, then forecasts; bars share one scale."""
    known = [row for row in totals.months if row["net"] is not None]
    actual = [row for row in known if row["kind"] == "actual"][-ACTUAL_MONTHS:]
    ahead = [row for row in known if row["kind"] != "actual"][: MONTHS_SHOWN - len(actual)]
    rows = [*actual, *ahead]
    largest = max((abs(Decimal(row[name] or 0)) for row in rows for name in ("net", "plan_net")), default=Decimal(0))
    return tuple(_bar(row, largest, totals.currency, formats) for row in rows) if largest else ()


def _bar(row: Figure, largest: Decimal, currency: str, formats: Formats) -> Bar:
    net = Decimal(row["net"])
    plan = None if row["plan_net"] is None else Decimal(row["plan_net"])
    filled = int(abs(net) / largest * WIDEST)
    rest = int(plan / largest * WIDEST) - filled if plan is not None and plan > net >= 0 else 0
    return Bar(
        label=formats.month(date.fromisoformat(f"{row['month']}-01"), short=True),
        kind=row["kind"],
        value=formats.money(net, currency),
        plan="" if plan is None else formats.money(plan, currency),
        filled=filled,
        rest=rest,
        tone="loss" if net < 0 else row["kind"],
    )
