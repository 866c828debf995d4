"""How honest the ranges are: planted effects in made-up series, read by the product's own way through its gates.

Run: python benchmarks/truth.py [--series N] [--seed S] [--quick]
For every setting: how often the 95 % and 80 % ranges hold the planted effect, its bias in noise deviations, how often
an effect is claimed where none was planted, and how often an answer is refused. Ends with one JSON document.
"""

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from metrics.core.attribution.effects import Effect
from metrics.core.attribution.estimates import Question, answer
from metrics.core.money import PriceTable
from metrics.core.periods import add_months, month_end
from metrics.core.types import Dated, Dose, Kpi, Preregistration, Reading

Array = np.ndarray[Any, np.dtype[np.float64]]
LEVEL = 50.0
AS_OF = date(2040, 1, 1)
FAMILIES = {
    "104+52 weeks": (104, 52, "weekly"),
    "36+12 months": (36, 12, "monthly"),
    "24+12 months": (24, 12, "monthly"),
    "12+6 months": (12, 6, "monthly"),
    "8+4 months": (8, 4, "monthly"),
}
NOISES = ("iid", "ar6", "walk")
EFFECTS = (0.0, 1.0, 2.0)
ADDED = ("heavy tails", "level shift before", "changing season", "ramp", "ramp read as a step", "missing months",
         "market shock", "market shock, controls", "controls", "ten controls", "counts", "few cases",
         "few cases, clustered", "skewed")  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """A family of made-up series with one planted effect, in noise deviations."""

    name: str
    before: int
    after: int
    cadence: str
    noise: str
    effect: float
    twist: str = ""


def settings(quick: bool) -> Iterator[Setting]:
    """All families, then the added ones at 36 + 12 months."""
    for name, (before, after, cadence) in FAMILIES.items():
        for noise in NOISES:
            for effect in EFFECTS if not quick else (0.0, 2.0):
                yield Setting(f"{name}, {noise}", before, after, cadence, noise, effect)
    for twist in ADDED:
        for effect in (0.0, 2.0):
            yield Setting(f"36+12 months, ar6, {twist}", 36, 12, "monthly", "ar6", effect, twist)


def noise_of(kind: str, count: int, rng: np.random.Generator) -> Array:
    """Noise of unit deviation (a walk: of unit deviation in its steps, scaled to the length's order)."""
    shocks = rng.normal(size=count)
    if kind == "walk":
        return shocks * 0.7 + np.cumsum(rng.normal(size=count)) * 0.25
    if kind == "iid":
        return shocks
    values = np.empty(count)
    values[0] = shocks[0]
    for place in range(1, count):
        values[place] = 0.6 * values[place - 1] + 0.8 * shocks[place]
    return values


def made(setting: Setting, rng: np.random.Generator) -> tuple[Kpi, float]:
    """A KPI with readings, and the mean change that was planted since the first use."""
    count, year = setting.before + setting.after, 52.18 if setting.cadence == "weekly" else 12.0
    times = np.arange(count)
    use = np.zeros(count)
    use[setting.before :] = 1.0
    if setting.twist.startswith("ramp"):
        use[setting.before : setting.before + 6] = np.arange(1, 7) / 6
    noise = noise_of(setting.noise, count, rng)
    if setting.twist == "heavy tails":
        noise = rng.standard_t(3, size=count) / math.sqrt(3)
    season = 1.0 * np.sin(2 * np.pi * times / year + rng.uniform(0, 2 * np.pi))
    if setting.twist == "changing season":
        season *= np.linspace(0.5, 2.0, count)
    market = np.zeros(count)
    if setting.twist.startswith("market shock"):
        market[setting.before - 3 :] += 1.5
    if setting.twist == "level shift before":
        market[setting.before - 10 :] += 2.0
    plain = LEVEL + season + 0.01 * times + market + noise
    values = plain + setting.effect * use
    controls = {}
    if "controls" in setting.twist:
        controls = {
            f"c{n}": LEVEL + season + 0.01 * times + market + noise_of(setting.noise, count, rng)
            for n in range(10 if "ten" in setting.twist else 3)
        }
    kept = np.ones(count, dtype=bool)
    if setting.twist == "missing months":
        kept = rng.random(count) > 0.2
        kept[[0, setting.before - 1, setting.before, count - 1]] = True
    family, truth, exposure = "normal", setting.effect * use, None
    if setting.twist == "counts":
        family = "count"
        mean = np.exp(4 + noise * 0.05)
        drawn = rng.poisson(mean * np.exp(-0.1 * setting.effect * use)).astype(float)
        values, truth = drawn, drawn * -np.expm1(0.1 * setting.effect * use)
    if setting.twist.startswith("few cases"):
        family, exposure = "count", rng.uniform(0.5, 1.5, size=count)
        rate = 3 * np.exp(noise * 0.05)
        changed = rate * np.exp(-0.2 * setting.effect * use)
        frailty = rng.gamma(3.0, 1 / 3.0, size=count) if setting.twist.endswith("clustered") else 1.0
        values, truth = rng.poisson(changed * exposure * frailty) / exposure, changed - rate
    if setting.twist == "skewed":
        family = "log"
        base = np.exp(3 + 0.2 * noise)
        values, truth = base * np.exp(0.2 * setting.effect * use), base * np.expm1(0.2 * setting.effect * use)
    kpi = kpi_of(setting, values, controls, use, kept, family)
    if exposure is not None:
        kpi = replace(kpi, readings=tuple(map(with_cases, kpi.readings, exposure.tolist())))
    return kpi, float(truth[setting.before :][kept[setting.before :]].mean())


def with_cases(reading: Reading, exposure: float) -> Reading:
    """A rate of cases with the cases and the exposure that it came from."""
    return replace(
        reading,
        numerator=Decimal(round(float(reading.value) * exposure)),
        denominator=Decimal(repr(exposure)),
    )


def kpi_of(setting: Setting, values: Array, controls: dict[str, Array], use: Array, kept: Array, family: str) -> Kpi:
    """The KPI as the product reads it, preregistered before its first use."""
    ends = [end_of(setting.cadence, place) for place in range(values.size)]

    def series(numbers: Array) -> tuple[Reading, ...]:
        return tuple(
            Reading(end, Decimal(repr(float(number))))
            for end, number, is_kept in zip(ends, numbers, kept, strict=True)
            if is_kept
        )

    shares = use if setting.twist != "ramp read as a step" else (use > 0).astype(float)
    dose = tuple(Dated(end, Decimal(repr(float(share)))) for end, share in zip(ends, shares, strict=True) if share > 0)
    design = "controlled" if controls else "series"
    return Kpi(
        key="k",
        name="k",
        unit="",
        direction="up",
        cadence=setting.cadence,
        aggregation="mean",
        design=design,
        benefit_class="cash",
        readings=series(values),
        family=family,
        controls={name: series(numbers) for name, numbers in controls.items()},
        doses=(Dose("one", dose),),
        preregistration=Preregistration(ends[0], design, "up", tuple(controls)),
        baseline_from=ends[0],
        baseline_to=ends[setting.before - 1],
        targets=(Dated(ends[-1], Decimal(repr(LEVEL + 2.0 if family == "normal" else 1e6))),),
    )


def end_of(cadence: str, place: int) -> date:
    """The last day of a period."""
    if cadence == "weekly":
        return date(2020, 1, 5) + timedelta(weeks=place)
    return month_end(add_months(date(2020, 1, 1), place))


def read(setting: Setting, count: int, seed: int) -> dict[str, Any]:
    """What the product says of `count` series of a setting."""
    rng = np.random.default_rng([seed, *setting.name.encode(), int(setting.effect * 10)])
    pairs = [made(setting, rng) for _ in range(count)]
    effects = answer([Question(kpi, "one") for kpi, _ in pairs], PriceTable(), AS_OF)
    truths = [truth for _, truth in pairs]
    proven = [(effect, truth) for effect, truth in zip(effects, truths, strict=True) if effect.low95 is not None]
    return {
        "setting": setting.name,
        "planted": setting.effect,
        "series": count,
        "proven": len(proven) / count,
        "indicative": share(effects, lambda effect: effect.grade is not None and effect.low95 is None),
        "refused": share(effects, lambda effect: effect.grade is None),
        "cover95": inside(proven, "low95", "high95"),
        "cover80": inside_80(proven),
        "bias": float(np.mean([float(effect.effect.value or 0) - truth for effect, truth in proven]))
        if proven
        else None,
        "claimed": claimed(proven) / count,
        "naive": naive(pairs),
    }


def share(effects: list[Effect], holds: Callable[[Effect], bool]) -> float:
    """The share of effects for which something holds."""
    return sum(holds(effect) for effect in effects) / len(effects)


def inside(pairs: list[tuple[Effect, float]], low: str, high: str) -> float | None:
    """How often the 95 % range holds the truth."""
    if not pairs:
        return None
    return sum(float(getattr(effect, low)) <= truth <= float(getattr(effect, high)) for effect, truth in pairs) / len(
        pairs
    )


def inside_80(pairs: list[tuple[Effect, float]]) -> float | None:
    """How often the 80 % range holds the truth."""
    if not pairs:
        return None
    held = [float(effect.effect.low or 0) <= truth <= float(effect.effect.high or 0) for effect, truth in pairs]
    return sum(held) / len(held)


def claimed(pairs: list[tuple[Effect, float]]) -> int:
    """How many 95 % ranges leave zero out."""
    return sum(float(effect.low95 or 0) > 0 or float(effect.high95 or 0) < 0 for effect, _ in pairs)


def naive(pairs: list[tuple[Kpi, float]]) -> float:
    """How often a plain comparison of two means calls the change significant at 5 %."""
    found = 0
    for kpi, _ in pairs:
        start = kpi.doses[0].starts_on or AS_OF
        before = [float(row.value) for row in kpi.readings if row.on < start]
        after = [float(row.value) for row in kpi.readings if row.on >= start]
        error = math.sqrt(np.var(before, ddof=1) / len(before) + np.var(after, ddof=1) / len(after))
        found += abs(float(np.mean(after) - np.mean(before))) > 1.96 * error
    return found / len(pairs)


def main() -> None:
    """Prints the table and the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="settings whose name holds this")
    given = parser.parse_args()
    started, rows = time.perf_counter(), []
    print(f"{'setting':44} planted proven indic. refused cover95 cover80   bias claimed naive")
    for setting in (setting for setting in settings(given.quick) if given.only in setting.name):
        row = read(replace(setting), given.series, given.seed)
        rows.append(row)
        cells = (
            row["proven"],
            row["indicative"],
            row["refused"],
            row["cover95"],
            row["cover80"],
            row["bias"],
            row["claimed"],
            row["naive"],
        )
        print(
            f"{row['setting']:44} {row['planted']:7.1f} "
            + " ".join("     –" if cell is None else f"{cell:6.2f}" for cell in cells),
            flush=True,
        )
    print(json.dumps({"seed": given.seed, "seconds": round(time.perf_counter() - started, 1), "rows": rows}))


if __name__ == "__main__":
    main()
