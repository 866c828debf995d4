"""How much the failure-risk model tells: on real outcomes, and on made-up portfolios in six worlds, beside its peers.

Run: OPENBLAS_NUM_THREADS=1 python benchmarks/risk.py [--firms N] [--seed S] [--quick]
Real outcomes: one-year outcomes of linked US federal inventories, where ../shared/data is there. Made-up portfolios: 10
to 300 initiatives, watched for five years; skill is over the best constant in hindsight, on 400 further initiatives of
the same firm and their next twelve months. scikit-learn is a peer where it is installed. `gate` counts what the record
of each portfolio lets the model claim. Ends with one JSON document.
"""

import argparse
import csv
import importlib
import importlib.util
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from metrics.core.periods import add_months
from metrics.core.risk.backtest import came_of, rolling_origins
from metrics.core.risk.factors import CAUSES
from metrics.core.risk.fitting import fit, prior_fit
from metrics.core.risk.forecasting import YEAR, Case, case_of, forecast
from metrics.core.risk.hazards import levels
from metrics.core.risk.histories import History, Scored, scores_in_order
from metrics.core.risk.holdouts import hold_out
from metrics.core.risk.labels import labels_of
from metrics.core.risk.model import Status
from metrics.core.risk.published import PUBLISHED_RATES, inverse_logit, logit, pool
from metrics.core.risk.record import Record, record_of
from metrics.core.risk.states import DAYS_OF_MONTH, STATES, State
from metrics.core.risk.usual import usual_year, watched
from metrics.core.types import StagePoint

Array = np.ndarray[Any, np.dtype[np.float64]]
MATCHES = Path(__file__).resolve().parents[2] / "shared/data/derived/federal_2023_2024_matches.csv"
PUBLISHED = pool(PUBLISHED_RATES)
SIZES = (10, 30, 100, 300)
TODAY = date(2026, 6, 30)
WATCHED_MONTHS, ASKED, UNITS = 60, 400, 5
STAGE_OF = {State.IDEA: "idea", State.PILOT: "pilot", State.BUILD: "development"}
SMALL_PENALTY = 1e-6


@dataclass(frozen=True)
class World:
    """What makes initiatives fail: the middle and spread of a cause's effect, a spread between business units, and
    where given the yearly rate of pilots."""

    name: str
    effect: float
    spread: float
    units: float = 0.0
    yearly: float | None = None


WORLDS = (
    World("causes as the prior expects", 0.3, 0.2),
    World("strong causes", 0.8, 0.1),
    World("causes carry no signal", 0.0, 0.0),
    World("true rate 15 % a year", 0.3, 0.2, yearly=0.15),
    World("true rate 75 % a year", 0.3, 0.2, yearly=0.75),
    World("only the business unit matters", 0.0, 0.0, units=1.0),
)


class Firm:
    """One organisation of a world: draws initiatives, lets them go their way and knows their true chances."""

    def __init__(self, world: World, rng: np.random.Generator) -> None:
        self.rng = rng
        self.effects = rng.normal(rng.normal(world.effect, world.spread), world.spread, len(CAUSES))
        self.units = rng.normal(0, world.units, UNITS)
        published = levels(PUBLISHED)
        level = {state: logit(published[state].abandon) for state in STATES}
        step = 0.0 if world.yearly is None else self._step(level, world.yearly)
        self.abandon = {state: odds + step for state, odds in level.items()}
        self.advance = {state: published[state].advance for state in STATES}

    def _step(self, level: dict[State, float], yearly: float) -> float:
        """What moves the levels so that a pilot with middling scores is given up so often within a year."""
        steps = np.linspace(-4, 4, 801)
        rates = [_within_year({s: o + step for s, o in level.items()}, State.PILOT, 0.06, 0.0) for step in steps]
        return float(steps[np.argmin(np.abs(np.array(rates) - yearly))])

    def history(self, key: str, begun: date) -> tuple[History, float]:
        """An initiative and what its scores and unit add to the log-odds; followed for a year beyond today."""
        scores = self.rng.uniform(-1, 1, len(CAUSES)).round(2)
        unit = int(self.rng.integers(UNITS))
        added = float(scores @ self.effects + self.units[unit])
        given = {cause: Decimal(str(score)) for cause, score in zip(CAUSES, scores.tolist(), strict=True)}
        stages = tuple(StagePoint(on, to) for on, to in self._course(begun, added))
        until = add_months(TODAY, YEAR) + timedelta(days=1)
        return History(key, f"unit {unit}", stages, begun, until, (Scored(begun, given),)), added

    def _course(self, begun: date, added: float) -> list[tuple[date, str]]:
        """Stages and their days, month by month from the beginning."""
        left = list(STATES)
        found = [(begun, STAGE_OF[left[0]])]
        for month in range(1, WATCHED_MONTHS + 2 * YEAR):
            on, drawn = begun + timedelta(days=math.ceil(month * DAYS_OF_MONTH)), self.rng.random()
            given_up = inverse_logit(self.abandon[left[0]] + added)
            if drawn < given_up:
                return [*found, (on, "abandoned")]
            if drawn < given_up + self.advance[left[0]]:
                left.pop(0)
                if not left:
                    return [*found, (on, "production")]
                found.append((on, STAGE_OF[left[0]]))
        return found

    def chance(self, case: Case, added: float) -> float:
        """The true chance to be given up within twelve months."""
        return _within_year(self.abandon, case.state, self.advance[case.state], added)


def _within_year(abandon: dict[State, float], state: State, advance: float, added: float) -> float:
    path = STATES[STATES.index(state) :]
    share, lost = [1.0] + [0.0] * (len(path) - 1), 0.0
    for _ in range(YEAR):
        gone = [part * inverse_logit(abandon[each] + added) for part, each in zip(share, path, strict=True)]
        moved = [part * advance for part in share]
        lost += sum(gone)
        share = [part - g - m + new for part, g, m, new in zip(share, gone, moved, [0.0, *moved[:-1]], strict=True)]
    return lost


@dataclass(frozen=True)
class Asked:
    """Initiatives that the firm asks about today: as cases, as they came out, and with their true chances."""

    cases: list[Case]
    failed: Array
    truth: Array


def portfolio(firm: Firm, count: int) -> list[History]:
    """Initiatives begun evenly over the first four years, as they are known today."""
    days = firm.rng.integers(0, 4 * 365, count).tolist()
    begun = [add_months(TODAY, -WATCHED_MONTHS) + timedelta(days=day) for day in days]
    return [firm.history(f"i{number}", day)[0].known_on(TODAY) for number, day in enumerate(begun)]


def asked_of(firm: Firm) -> Asked:
    """Further initiatives, begun within the last two years and still open today."""
    cases, failed, truth = [], [], []
    while len(cases) < ASKED:
        history, added = firm.history("asked", TODAY - timedelta(days=int(firm.rng.integers(0, 730))))
        case = case_of(history, TODAY)
        if case is not None:
            cases.append(case)
            failed.append(bool(came_of(history, add_months(TODAY, YEAR))[0]))
            truth.append(firm.chance(case, added))
    return Asked(cases, np.array(failed, dtype=float), np.array(truth))


def features(cases: Sequence[Case]) -> Array:
    """Scores and state as columns, for the peers."""
    states = np.array([[float(case.state == state) for state in STATES[1:]] for case in cases]).reshape(len(cases), -1)
    scores = np.array([scores_in_order(case.scores) for case in cases]).reshape(len(cases), -1)
    return np.hstack([scores, states])


def learned_rows(histories: Sequence[History]) -> tuple[Array, Array]:
    """What a plain regression learns from: each quarter's open initiatives and what came of them within the year."""
    cases, failed = [], []
    for back in range(YEAR, WATCHED_MONTHS, 3):
        day = add_months(TODAY, -back)
        for history in histories:
            case = case_of(history, day)
            if case is not None and (came := came_of(history, add_months(day, YEAR))[0]) is not None:
                cases.append(case)
                failed.append(float(came))
    return features(cases), np.array(failed)


def regression(design: Array, failed: Array, asked: Array, penalty: float) -> Array:
    """Chances of a logistic regression by Newton's steps; the penalty leaves the intercept free."""
    columns, wanted = (np.hstack([np.ones((len(part), 1)), part]) for part in (design, asked))
    weights, ridge = np.zeros(columns.shape[1]), np.eye(columns.shape[1]) * penalty
    ridge[0, 0] = SMALL_PENALTY
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(columns @ weights, -30, 30)))
        curvature = columns.T @ (columns * (chance * (1 - chance))[:, None]) + ridge
        weights = weights + np.linalg.solve(curvature, columns.T @ (failed - chance) - ridge @ weights)
    return np.asarray(1 / (1 + np.exp(-np.clip(wanted @ weights, -30, 30))))


def peers(histories: Sequence[History], asked: Asked) -> dict[str, Array]:
    """What each says about the initiatives that are asked about."""
    ones = np.ones(len(asked.cases))
    found = {
        "published rate": ones * usual_year(watched([]), PUBLISHED).value,
        "own rate": ones * usual_year(watched(histories), PUBLISHED).value,
        "scorecard (prior only)": said(prior_fit(PUBLISHED), asked),
        "product": said(fit(histories, PUBLISHED), asked),
        "oracle": asked.truth,
    }
    design, failed = learned_rows(histories)
    wanted = features(asked.cases)
    if len(set(failed.tolist())) < 2:
        alike = ones * float(np.clip(failed.mean() if len(failed) else 0.5, 0.01, 0.99))
        return {**found, "MLE logistic": alike, "scikit-learn C=1": alike}
    found["MLE logistic"] = regression(design, failed, wanted, SMALL_PENALTY)
    if importlib.util.find_spec("sklearn") is not None:
        model = importlib.import_module("sklearn.linear_model").LogisticRegression(C=1.0, max_iter=1000)
        found["scikit-learn C=1"] = model.fit(design, failed).predict_proba(wanted)[:, 1]
    return found


def said(model: Any, asked: Asked) -> Array:
    """The product's chances."""
    return np.array([each.abandoned_12m.value for each in forecast(model, asked.cases)])


def skill_of(chances: Array, failed: Array) -> float:
    """Over the best constant in hindsight."""
    return float(1 - np.mean((chances - failed) ** 2) / (failed.mean() * (1 - failed.mean())))


def shown(record: Record, found: dict[str, Array]) -> Array:
    """What the reader sees: the model, or the own rate alone where the record says that nothing else helps."""
    return found["own rate"] if record.status is Status.BASE_RATE_ONLY else found["product"]


def measured(world: World, size: int, firms: int, seed: int) -> dict[str, Any]:
    """Mean skills over firms of one world and size, and what their records allow."""
    skills: dict[str, list[float]] = {}
    gates: Counter[str] = Counter()
    for number in range(firms):
        firm = Firm(world, np.random.default_rng((seed, number, size)))
        histories, asked = portfolio(firm, size), asked_of(firm)
        found = peers(histories, asked)
        record = record_of(rolling_origins(histories, PUBLISHED, TODAY))
        gates[record.status.value] += 1
        for name, chances in {**found, "shown": shown(record, found)}.items():
            skills.setdefault(name, []).append(skill_of(chances, asked.failed))
    means = {name: round(float(np.mean(values)), 3) for name, values in skills.items()}
    return {"world": world.name, "initiatives": size, "firms": firms, "skill": means, "gate": dict(gates)}


NAMES = (
    "published rate", "own rate", "MLE logistic", "scikit-learn C=1", "scorecard (prior only)", "product", "shown",
    "oracle",
)  # fmt: skip


def print_world(row: dict[str, Any]) -> None:
    """One line of the table."""
    cells = [f"{row['skill'][name]:+.2f}" if name in row["skill"] else "–" for name in NAMES]
    gate = ", ".join(f"{name} {count}" for name, count in sorted(row["gate"].items()))
    print(f"| {row['world']} | {row['initiatives']} | {' | '.join(cells)} | {gate} |")


def federal() -> list[dict[str, Any]]:
    """The one-year model on linked federal inventories, beside both base rates."""
    with MATCHES.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    tests = hold_out(labels_of(header, list(enumerate(rows, 2))), PUBLISHED)
    print("\n| held out | outcomes | AUC | agency's rate | Brier | base rate | agency's rate | skill | verdict |")
    print("|---|---|---|---|---|---|---|---|---|")
    for test in tests:
        print_test(test.way.value, test.scores, test.verdict)
    return [
        {"way": test.way.value, "verdict": test.verdict, "scores": test.scores and asdict(test.scores)}
        for test in tests
    ]


def print_test(way: str, scores: Any, verdict: str) -> None:
    """One line of the federal table."""
    if scores is None:
        print(f"| {way} | – | – | – | – | – | – | – | {verdict} |")
        return
    values = (scores.auc, scores.group_auc, scores.brier, scores.base_brier, scores.group_brier)
    cells = " | ".join(f"{value:.3f}" for value in values)
    skill = f"{scores.skill.value:+.3f} ({scores.skill.low:+.3f} to {scores.skill.high:+.3f})"
    print(f"| {way} | {scores.outcomes} | {cells} | {skill} | {verdict} |")


def main() -> None:
    """Prints both tables and one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, default=40)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--quick", action="store_true", help="portfolios of 10 and 30 only")
    options = parser.parse_args()
    started = time.perf_counter()
    print(f"| world | initiatives | {' | '.join(NAMES)} | gate |\n|---|---|{'---|' * len(NAMES)}---|")
    worlds = []
    for world in WORLDS:
        for size in SIZES[:2] if options.quick else SIZES:
            worlds.append(measured(world, size, options.firms, options.seed))
            print_world(worlds[-1])
            sys.stdout.flush()
    tests = federal() if MATCHES.exists() else []
    seconds = round(time.perf_counter() - started, 1)
    print(json.dumps({"seconds": seconds, "worlds": worlds, "federal": tests}, default=str))


if __name__ == "__main__":
    main()
