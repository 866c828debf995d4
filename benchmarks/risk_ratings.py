"""Do dated status ratings foresee the next rating? Six editions of the UK's major projects, held out three ways.

Run: python benchmarks/risk_ratings.py [FOLDER of uk_YEAR.csv] [--seed S] [--write-labels OUT.csv]
The outcome is a rating of red or amber/red in the next edition of five words (2014, 2016, 2018, 2020, 2021). A project
that has left, or whose next rating is exempt, is censored and never counts as failed. What each way of forecasting is
worth stands beside the base rate and beside "as last time": the share that came true among those now rated amber/red or
red, and among the others. 2023 has three words, which are not compared. Ends with one JSON document.
"""

import argparse
import csv
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from metrics.core.risk.logistic import Outcomes, Prior, posterior_of
from metrics.core.risk.scores import Ranged, area_under_curve, brier, skill_range
from portfolio.importing.parse.errors import ValueRefused
from portfolio.importing.parse.profile import Profile, load_profile
from portfolio.importing.parse.records import Record, parse_records
from portfolio.importing.parse.schema import Kind
from portfolio.importing.parse.table import Table, read_table
from portfolio.importing.parse.values import parse_date

Floats = np.ndarray[Any, np.dtype[np.float64]]
Forecaster = Callable[[Sequence["Case"], Sequence["Case"]], list[float]]

FILES = Path(__file__).resolve().parents[2] / "shared" / "data" / "gmpp"
FIVE_WORDS = (2014, 2016, 2018, 2020, 2021)
WORDS = ("green", "amber_green", "amber", "amber_red", "red")
ADVERSE = frozenset({"amber_red", "red"})
FOLDS, REPEATS = 10, 10
MOST_ODDS = 30.0
SUCCESSORS = {
    "BIS": "BEIS", "DECC": "BEIS", "DH": "DHSC", "DOH": "DHSC", "DCLG": "MHCLG", "FCO": "FCDO", "DFID": "FCDO",
}  # fmt: skip
STARTS = ("start_date", "Project - Start Date (Latest approved start date)")
OUTCOME_WORDS = {True: "failed", False: "held", None: "censored"}


@dataclass(frozen=True)
class Rated:
    """A project in one edition; what is not known is None or empty."""

    key: str
    rating: str
    on: date
    department: str
    category: str
    years: float | None
    millions: float | None


@dataclass(frozen=True)
class Case:
    """A rated project and what became of it by the next edition of five words; None where that is not known."""

    edition: int
    after: int
    rated: Rated
    failed: bool | None
    left: bool


@dataclass(frozen=True)
class Edition:
    """The rated projects of one edition by their key, and the keys of all projects in it."""

    rated: dict[str, Rated]
    present: frozenset[str]


def editions(folder: Path) -> dict[int, Edition]:
    """Every edition, its projects linked to those before by number and name."""
    known: dict[str, str] = {}
    found = {}
    for year in FIVE_WORDS:
        profile = load_profile("gmpp-transposed" if year < 2018 else "gmpp")
        path = folder / f"uk_{year}.csv"
        table = read_table(path.read_bytes(), path.name, profile.layout)
        projects = parse_records(table, profile, Kind.INITIATIVES, known).records
        keys = frozenset(str(project.values["key"]) for project in projects)
        found[year] = Edition({row.key: row for row in _rated(table, profile, projects, known)}, keys)
        for project in projects:
            for alias in (*project.also, str(project.values["key"]).casefold()):
                known.setdefault(alias, str(project.values["key"]))
    return found


def _rated(table: Table, profile: Profile, projects: Sequence[Record], known: dict[str, str]) -> Iterator[Rated]:
    ratings = {str(row.values["initiative"]): row for row in parse_records(table, profile, Kind.RATINGS, known).records}
    budgets = {
        str(row.values["initiative"]): float(row.values["amount"])  # type: ignore[arg-type]
        for row in parse_records(table, profile, Kind.COSTS, known).records
        if str(row.values["external_id"]).endswith(":whole-life")
    }
    starts = _starts(table, profile)
    for project in projects:
        key = str(project.values["key"])
        if key not in ratings:
            continue
        on = ratings[key].values["on"]
        assert isinstance(on, date)
        unit = str(project.values.get("unit", "")).upper()
        budget, start = budgets.get(key, 0.0) / 1e6, starts.get(project.line)
        yield Rated(
            key=key,
            rating=str(ratings[key].values["rating"]),
            on=on,
            department=SUCCESSORS.get(unit, unit),
            category=str(project.values.get("kind", "")),
            years=(on - start).days / 365.25 if start else None,
            millions=budget if budget > 0 else None,
        )


def _starts(table: Table, profile: Profile) -> dict[int, date]:
    """The day on which each project began, by its line, where that can be read."""
    headers = [" ".join(header.split()) for header in table.headers]
    column = next(headers.index(name) for name in STARTS if name in headers)
    found = {}
    for row in table.rows:
        with suppress(ValueRefused):
            found[row.line] = parse_date(row.cells[column], profile.dates)
    return found


def cases_of(found: dict[int, Edition]) -> list[Case]:
    """Every rated project of an edition that has a next one of five words."""
    return [
        Case(
            edition=year,
            after=after,
            rated=project,
            failed=found[after].rated[key].rating in ADVERSE if key in found[after].rated else None,
            left=key not in found[after].present,
        )
        for year, after in pairwise(FIVE_WORDS)
        for key, project in found[year].rated.items()
    ]


def base_rate(learned: Sequence[Case], asked: Sequence[Case]) -> list[float]:
    """The share that failed of those learned from."""
    return [_share(learned)] * len(asked)


def as_last_time(learned: Sequence[Case], asked: Sequence[Case]) -> list[float]:
    """The share that failed of those learned from that were rated alike: adverse, or not."""
    shares = {now: _share([case for case in learned if _is_adverse(case) is now]) for now in (True, False)}
    return [shares[_is_adverse(case)] for case in asked]


def certainly_as_last_time(learned: Sequence[Case], asked: Sequence[Case]) -> list[float]:
    """One for those rated adverse now, none for the others."""
    return [float(_is_adverse(case)) for case in asked]


def _is_adverse(case: Case) -> bool:
    return case.rated.rating in ADVERSE


def _share(cases: Sequence[Case]) -> float:
    """With half a case of each kind, so that nothing is called impossible."""
    return (sum(bool(case.failed) for case in cases) + 0.5) / (len(cases) + 1)


def model(names: frozenset[str]) -> Forecaster:
    """The product's own penalised fit on some of rating, department, category, years and budget."""

    def forecast(learned: Sequence[Case], asked: Sequence[Case]) -> list[float]:
        columns = _columns(names, learned)
        departments = sorted({case.rated.department for case in learned}) if "department" in names else []
        place = {name: number for number, name in enumerate(departments)}
        rows = Outcomes(
            design=_design(columns, learned),
            happened=np.array([bool(case.failed) for case in learned]),
            groups=np.array([place.get(case.rated.department, -1) for case in learned]),
            count=len(departments),
        )
        fitted = posterior_of(rows, _prior(columns, _share(learned)))
        effects = {name: float(fitted.group_mean[place[name]]) for name in departments} if fitted.spread else {}
        odds = _design(columns, asked) @ fitted.mean
        odds = odds + np.array([effects.get(case.rated.department, 0.0) for case in asked])
        return [1 / (1 + math.exp(-max(-MOST_ODDS, min(MOST_ODDS, each)))) for each in odds]

    return forecast


@dataclass(frozen=True)
class Column:
    """One column of the design, with the mean and the spread that are believed of its effect beforehand."""

    read: Callable[[Rated], float]
    mean: float = 0.0
    spread: float = 0.3


def _columns(names: frozenset[str], learned: Sequence[Case]) -> list[Column]:
    columns = [Column(lambda _: 1.0, spread=1.0)]
    if "rating" in names:
        columns.append(Column(lambda rated: WORDS.index(rated.rating) - 2.0, mean=0.5, spread=0.5))
        columns += [Column(_is("rating", word)) for word in WORDS]
    if "years" in names:
        columns += [Column(_years), Column(lambda rated: float(rated.years is None))]
    if "budget" in names:
        columns += [Column(_budget), Column(lambda rated: float(rated.millions is None))]
    if "category" in names:
        columns += [Column(_is("category", name)) for name in sorted({case.rated.category for case in learned})]
    return columns


def _is(name: str, word: str) -> Callable[[Rated], float]:
    return lambda rated: float(getattr(rated, name) == word)


def _years(rated: Rated) -> float:
    return 0.0 if rated.years is None else max(-2.0, min(4.0, (rated.years - 5) / 5))


def _budget(rated: Rated) -> float:
    return 0.0 if rated.millions is None else math.log10(rated.millions) - 3


def _design(columns: Sequence[Column], cases: Sequence[Case]) -> Floats:
    return np.array([[column.read(case.rated) for column in columns] for case in cases], dtype=float)


def _prior(columns: Sequence[Column], level: float) -> Prior:
    means = [math.log(level / (1 - level)), *(column.mean for column in columns[1:])]
    return Prior(np.array(means), np.diag([column.spread**2 for column in columns]))


EVERYTHING = frozenset({"rating", "department", "category", "years", "budget"})
WAYS: dict[str, Forecaster] = {
    "base rate": base_rate,
    "as last time": as_last_time,
    "as last time, certain": certainly_as_last_time,
    "model, rating only": model(frozenset({"rating"})),
    "model, all but the rating": model(EVERYTHING - {"rating"}),
    "model, everything": model(EVERYTHING),
}


def held_out(cases: Sequence[Case], folds: Sequence[int], way: Forecaster) -> list[float]:
    """The chance of each case by what the cases of the other folds teach."""
    chances = [0.0] * len(cases)
    for fold in sorted(set(folds)):
        inside = [number for number, own in enumerate(folds) if own == fold]
        learned = [case for case, own in zip(cases, folds, strict=True) if own != fold]
        for number, chance in zip(inside, way(learned, [cases[number] for number in inside]), strict=True):
            chances[number] = chance
    return chances


def random_folds(cases: Sequence[Case], seed: int) -> list[int]:
    """Ten folds of whole projects: no project is learned from and asked about."""
    keys = sorted({case.rated.key for case in cases})
    order = np.random.default_rng(seed).permutation(len(keys))
    fold = {key: int(order[number]) % FOLDS for number, key in enumerate(keys)}
    return [fold[case.rated.key] for case in cases]


def by_department(cases: Sequence[Case]) -> list[int]:
    """One fold for each department."""
    names = sorted({case.rated.department for case in cases})
    return [names.index(case.rated.department) for case in cases]


@dataclass(frozen=True)
class Scheme:
    """A way of holding out: the cases asked about, their folds for each repeat and, where the folds do not learn from
    each other, what is learned from instead."""

    name: str
    cases: Sequence[Case]
    repeats: Sequence[Sequence[int]]
    learned: Sequence[Case] = ()

    def told(self, way: Forecaster) -> list[Floats]:
        """The chances of the cases, once for each repeat."""
        if self.learned:
            return [np.array(way(self.learned, self.cases))]
        return [np.array(held_out(self.cases, folds, way)) for folds in self.repeats]


def schemes(cases: Sequence[Case], seed: int) -> Iterator[Scheme]:
    """Random folds of projects, whole departments, and later editions by earlier ones."""
    yield Scheme("random folds", cases, [random_folds(cases, seed + repeat) for repeat in range(REPEATS)])
    yield Scheme("department held out", cases, [by_department(cases)])
    for learned_to, asked_from in ((2018, 2018), (2018, 2020), (2020, 2020)):
        learned = [case for case in cases if case.after <= learned_to]
        asked = [case for case in cases if case.edition == asked_from]
        yield Scheme(f"to {learned_to}, asked {asked_from}-{asked[0].after}", asked, [[0] * len(asked)], learned)


def scored(scheme: Scheme) -> Iterator[dict[str, Any]]:
    """AUC and Brier of every way, averaged over repeats; the skill of the first repeat with its 80 % range."""
    cases, chances = scheme.cases, {name: scheme.told(way) for name, way in WAYS.items()}
    failed = np.array([float(bool(case.failed)) for case in cases])
    ones, clusters = np.ones(len(cases)), np.unique([case.rated.key for case in cases], return_inverse=True)[1]
    for name, repeats in chances.items():
        areas = [_area(each, failed, np.array(folds)) for each, folds in zip(repeats, scheme.repeats, strict=True)]
        yield {
            "scheme": scheme.name,
            "way": name,
            "cases": len(cases),
            "failed": int(failed.sum()),
            "auc": round(float(np.mean(areas)), 3),
            "brier": round(float(np.mean([brier(each, failed, ones) for each in repeats])), 4),
            "skill": _ends(skill_range(repeats[0], chances["base rate"][0], failed, ones, clusters)),
            "skill_against_last": _ends(skill_range(repeats[0], chances["as last time"][0], failed, ones, clusters)),
        }


def _area(chances: Floats, failed: Floats, folds: Floats) -> float:
    """The area under the curve within each fold, weighted by its pairs: levels of different fits are not compared."""
    found = []
    for fold in np.unique(folds):
        inside = folds == fold
        area = area_under_curve(chances[inside], failed[inside])
        pairs = failed[inside].sum() * (1 - failed[inside]).sum()
        found += [(area, pairs)] if area is not None else []
    return float(sum(area * pairs for area, pairs in found) / sum(pairs for _, pairs in found))


def _ends(skill: Ranged | None) -> list[float]:
    return [round(end, 3) for end in (skill.value, skill.low, skill.high)] if skill else []


def verdict(row: dict[str, Any]) -> str:
    """What the ranges allow to say."""
    if row["skill"][1] <= 0:
        return "no better than the base rate"
    if row["way"] == "as last time" or row["skill_against_last"][1] > 0:
        return "better than the base rate"
    return "better than the base rate, no better than as last time"


def leaving(cases: Sequence[Case]) -> dict[str, dict[str, int]]:
    """How many of each word are known again, left, or have no rating in the next edition."""
    found = {word: {"known": 0, "left": 0, "unrated": 0, "adverse next": 0} for word in WORDS}
    for case in cases:
        counts = found[case.rated.rating]
        counts["known" if case.failed is not None else "left" if case.left else "unrated"] += 1
        counts["adverse next"] += bool(case.failed)
    return found


def write_labels(path: Path, cases: Sequence[Case]) -> None:
    """The cases as a label file for `risk_backtest --labels`: failed is adverse in the next edition, not abandoned."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("initiative", "group", "from_on", "from_stage", "outcome"))
        for case in cases:
            rated = case.rated
            rows.writerow([rated.key, rated.department, rated.on, "development", OUTCOME_WORDS[case.failed]])


def main() -> None:
    """Prints the tables and the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=FILES)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--write-labels", type=Path, metavar="OUT.csv")
    given = parser.parse_args()
    if not given.folder.exists():
        print(f"Skipped: the files of the major projects are not in {given.folder}.")
        return
    every = cases_of(editions(given.folder))
    cases = [case for case in every if case.failed is not None]
    if given.write_labels:
        write_labels(given.write_labels, every)
    print(f"{'rated now':12} {'known next':>10} {'adverse':>8} {'left':>6} {'unrated':>8}")
    for word, counts in leaving(every).items():
        cells = counts["known"], counts["adverse next"], counts["left"], counts["unrated"]
        print(f"{word:12} {cells[0]:10} {cells[1]:8} {cells[2]:6} {cells[3]:8}")
    rows = [row for scheme in schemes(cases, given.seed) for row in scored(scheme)]
    print(f"\n{'held out':24} {'way':26} cases failed    AUC   Brier  skill against the base rate")
    for row in rows:
        value, low, high = row["skill"]
        said = "" if row["way"] == "base rate" else f"{value:6.3f} ({low:.3f} to {high:.3f}) {verdict(row)}"
        figures = f"{row['cases']:5} {row['failed']:6} {row['auc']:6.3f} {row['brier']:7.4f}"
        print(f"{row['scheme']:24} {row['way']:26} {figures} {said}")
    print(json.dumps({"seed": given.seed, "leaving": leaving(every), "rows": rows}))


if __name__ == "__main__":
    main()
