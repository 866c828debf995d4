"""The published rates as a table, and what switching some of them on or off does."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.access import Actor, may
from accounts.choices import Permission
from metrics.core.risk.forecasting import Chance
from metrics.core.risk.published import ALL_RATES
from metrics.core.risk.published_rate import Kind, PublishedRate, Unit
from metrics.core.risk.reference import Reference, reference_of
from metrics.core.risk.states import State
from metrics.inputs.published_rates import Choice, choices_of
from metrics.selectors import before_production
from portfolio.contexts.settings import figures_that_move
from web.formats import Formats

KINDS = {
    Kind.MEASUREMENT: "Measured",
    Kind.ESTIMATE: "Respondents' estimate",
    Kind.FORECAST: "Forecast",
    Kind.CITED: "Cited only",
    Kind.NO_STUDY: "No study",
}
UNITS = {Unit.INITIATIVE: "initiatives", Unit.COMPANY: "companies", Unit.RESPONDENT: "respondents' answers"}
STATES = {
    State.IDEA: "An idea never reaches production",
    State.PILOT: "A pilot never reaches production",
    State.BUILD: "An initiative in build never reaches production",
}
SECONDARY = "read in a secondary copy"
BY_CODE = {rate.code: rate for rate in ALL_RATES}


@dataclass(frozen=True)
class Row:
    """One published rate in words."""

    code: str
    source: str
    where: str
    figure: str
    definition: str
    unit: str
    counts: str
    kind: str
    is_measured: bool
    sample: str
    failed: str
    is_on: bool
    by_default: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One figure before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Effect:
    """What a choice would do: which rows it switches, what moves, how many figures follow."""

    codes: tuple[str, ...]
    switches: tuple[str, ...]
    changes: tuple[Change, ...]
    spread: str
    figures: str


@dataclass(frozen=True)
class PastChoice:
    """A choice that was made: when, by whom, why, and what it switched."""

    at: datetime
    who: str
    reason: str
    switches: tuple[str, ...]


@dataclass(frozen=True)
class PublishedRatesPage:
    """Everything that the page says."""

    level: str
    counted: str
    spread: str
    comparable: tuple[Row, ...]
    context: tuple[Row, ...]
    history: tuple[PastChoice, ...]
    may_choose: bool
    refusal: str
    effect: Effect | None


def build(
    actor: Actor, on: Collection[str], formats: Formats, chosen: Collection[str] | None = None, refusal: str = ""
) -> PublishedRatesPage:
    """The page with `on` counting; with `chosen`, also what these in their place would do, unless they are refused."""
    rows = [_row(rate, on if chosen is None else chosen, formats) for rate in ALL_RATES]
    now = reference_of(on)
    return PublishedRatesPage(
        level=_level(now, formats),
        counted=counted(on, formats),
        spread=_spread(now, formats),
        comparable=tuple(row for row in rows if BY_CODE[row.code].is_comparable),
        context=tuple(row for row in rows if not BY_CODE[row.code].is_comparable),
        history=tuple(_past(choice) for choice in choices_of(actor.workspace)),
        may_choose=may(actor, Permission.ADMINISTER),
        refusal=refusal,
        effect=None if chosen is None or refusal else _effect(actor, on, chosen, formats),
    )


@dataclass(frozen=True)
class Summary:
    """Which rows count, in short: for the page of methods."""

    level: str
    counted: str
    sources: tuple[str, ...]


def summary_of(on: Collection[str], formats: Formats) -> Summary:
    """The level, how many rows count and which."""
    return Summary(_level(reference_of(on), formats), counted(on, formats), names_of(on))


def names_of(codes: Collection[str]) -> tuple[str, ...]:
    """Each of these rows by its source, year and figure, in the order of the table."""
    return tuple(f"{_source(rate)}: {rate.figure}" for rate in ALL_RATES if rate.code in codes)


def counted(on: Collection[str], formats: Formats) -> str:
    """How many rows count, and how many of them are measurements."""
    measured = sum(BY_CODE[code].kind is Kind.MEASUREMENT for code in on)
    words = {0: "none of them is a measurement", 1: "one of them is a measurement"}
    return (
        f"{formats.number(len(on), digits=0)} rows count; "
        f"{words.get(measured, f'{formats.number(measured, digits=0)} of them are measurements')}."
    )


def _row(rate: PublishedRate, on: Collection[str], formats: Formats) -> Row:
    return Row(
        code=rate.code,
        source=_source(rate),
        where=f"{rate.where}; {SECONDARY}" if rate.secondary else rate.where,
        figure=_sentence(rate.figure),
        definition=_sentence(rate.definition),
        unit=_sentence(UNITS[rate.unit]),
        counts=f"{rate.numerator}, out of {rate.denominator}",
        kind=KINDS[rate.kind],
        is_measured=rate.kind is Kind.MEASUREMENT,
        sample=_sample(rate, formats),
        failed="" if rate.failed is None else formats.percent(rate.failed),
        is_on=rate.code in on,
        by_default=rate.by_default,
        remarks=_remarks(rate),
    )


def _source(rate: PublishedRate) -> str:
    return f"{rate.publisher}, {rate.year}"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _sample(rate: PublishedRate, formats: Formats) -> str:
    asked = "Not published" if rate.sample is None else formats.number(rate.sample, digits=0)
    if not rate.sample_note:
        return asked
    return _sentence(rate.sample_note) if rate.sample is None else f"{asked} {rate.sample_note}"


def _remarks(rate: PublishedRate) -> tuple[str, ...]:
    used = f"Used for {rate.used_for}; that does not follow the switch." if rate.used_for else ""
    return tuple(words for words in (rate.why_not, rate.caution, used) if words)


def _level(found: Reference, formats: Formats) -> str:
    return _chance(Chance(found.level, found.low, found.high), formats)


def _chance(found: Chance, formats: Formats) -> str:
    value, low, high = (formats.chance(each) for each in (found.value, found.low, found.high))
    return f"{value} ({low} to {high})"


def _spread(found: Reference, formats: Formats) -> str:
    between = formats.number(found.between)
    if found.between >= found.spread:
        return f"The rows that count lie {between} apart on the log-odds (standard deviation); the range rests on that."
    return (
        f"The rows that count lie {between} apart on the log-odds (standard deviation). The range rests on "
        f"{formats.number(found.spread)}, the spread between all rows that count by default: sources that agree do not "
        "make organisations alike."
    )


def _effect(actor: Actor, on: Collection[str], chosen: Collection[str], formats: Formats) -> Effect | None:
    before, after = frozenset(on), frozenset(chosen)
    if before == after:
        return None
    was, now = reference_of(before), reference_of(after)
    return Effect(
        codes=tuple(sorted(after)),
        switches=_switches(after - before, before - after),
        changes=tuple(_changes(was, now, formats)),
        spread=_spread(now, formats),
        figures=_figures(actor, formats),
    )


def _changes(was: Reference, now: Reference, formats: Formats) -> Sequence[Change]:
    worth = [f"{formats.number(each.worth, digits=1)} of your own closed initiatives" for each in (was, now)]
    return [
        Change("Level of the rows that count, with its 80 % range", _level(was, formats), _level(now, formats)),
        Change("All rows together weigh as much as", *worth),
        *(
            Change(label, _chance(was.never[state], formats), _chance(now.never[state], formats))
            for state, label in STATES.items()
        ),
    ]


def _figures(actor: Actor, formats: Formats) -> str:
    everything = figures_that_move(actor)
    if not everything:
        return "There is no initiative yet whose figures could change."
    moving, total = (
        f"{formats.number(count, digits=0)} initiative{'' if count == 1 else 's'}"
        for count in (before_production(actor.workspace), everything)
    )
    return f"The chances of {moving} before production change. The figures of {total} are worked out again."


def _past(choice: Choice) -> PastChoice:
    who = str(choice.who) if choice.who else "the product"
    return PastChoice(choice.at, who, choice.reason, _switches(choice.switched_on, choice.switched_off))


def _switches(on: Collection[str], off: Collection[str]) -> tuple[str, ...]:
    switched = [(word, codes) for word, codes in (("On", on), ("Off", off)) if codes]
    return tuple(f"{word}: {name}" for word, codes in switched for name in names_of(codes)) or ("Nothing switched",)
