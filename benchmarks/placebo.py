"""Made-up rollout dates on real series: how often is an effect claimed where nobody changed anything?

Run: python benchmarks/placebo.py [FOLDER]   (default: ../shared/data/kpi/nab beside the project)
Each series is read by weeks where it is long enough, else by days taken as periods; dates whose windows touch a
labelled disturbance are counted apart. Ends with one JSON document.
"""

import csv
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from metrics.core.attribution.estimates import Question, answer
from metrics.core.money import PriceTable
from metrics.core.types import Dated, Dose, Kpi, Preregistration, Reading

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "kpi" / "nab"
BEFORE, AFTER, STEP = 36, 12, 3
AS_OF = date(2040, 1, 1)
Series = list[tuple[date, float, bool]]


def daily(path: Path, windows: list[tuple[datetime, datetime]]) -> Series:
    """Daily means, each with whether it lies in a labelled disturbance."""
    sums: dict[date, list[float]] = defaultdict(list)
    with path.open() as lines:
        for row in csv.DictReader(lines):
            sums[datetime.fromisoformat(row["timestamp"]).date()].append(float(row["value"]))
    return [
        (day, float(np.mean(values)), any(first.date() <= day <= last.date() for first, last in windows))
        for day, values in sorted(sums.items())
    ]


def stretches(series: Series) -> Iterator[Series]:
    """Every stretch of 36 + 12 days, three days apart."""
    for start in range(0, len(series) - BEFORE - AFTER + 1, STEP):
        yield series[start : start + BEFORE + AFTER]


def kpi_of(stretch: Series) -> Kpi:
    """The stretch as a KPI that was rolled out after 36 periods; a day stands for a week."""
    days = [date.fromordinal(date(2020, 1, 5).toordinal() + 7 * place) for place in range(len(stretch))]
    readings = tuple(Reading(day, Decimal(repr(value))) for day, (_, value, _) in zip(days, stretch, strict=True))
    return Kpi(
        key="k", name="k", unit="", direction="up", cadence="weekly", aggregation="mean", design="series",
        benefit_class="cash", readings=readings, doses=(Dose("one", (Dated(days[BEFORE], Decimal(1)),)),),
        preregistration=Preregistration(days[0], "series", "up"), baseline_from=days[0], baseline_to=days[BEFORE - 1],
    )  # fmt: skip


def naive(stretch: Series) -> bool:
    """Whether two means differ at 5 %."""
    before = [value for _, value, _ in stretch[:BEFORE]]
    after = [value for _, value, _ in stretch[BEFORE:]]
    error = math.sqrt(np.var(before, ddof=1) / len(before) + np.var(after, ddof=1) / len(after))
    return abs(float(np.mean(after) - np.mean(before))) > 1.96 * error


def main() -> None:
    """Prints the table and the JSON."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    if not folder.is_dir():
        print(f"There is no folder {folder}; nothing was measured.")
        return
    labels = json.loads((folder / "combined_windows.json").read_text())
    rows = []
    print(f"{'series':44} {'windows':>8} dates claimed refused two means")
    for path in sorted(folder.glob("*.csv")):
        found = next((spans for name, spans in labels.items() if name.endswith(path.name)), [])
        windows = [(datetime.fromisoformat(first), datetime.fromisoformat(last)) for first, last in found]
        by_kind: dict[bool, list[Series]] = defaultdict(list)
        for stretch in stretches(daily(path, windows)):
            by_kind[any(is_disturbed for _, _, is_disturbed in stretch)].append(stretch)
        for is_disturbed, group in sorted(by_kind.items()):
            effects = answer([Question(kpi_of(stretch), "one") for stretch in group], PriceTable(), AS_OF)
            claimed = sum(
                effect.low95 is not None and (effect.low95 > 0 or (effect.high95 or 0) < 0) for effect in effects
            )
            row = {
                "series": path.stem,
                "disturbed": is_disturbed,
                "dates": len(group),
                "claimed": claimed,
                "refused": sum(effect.grade is None for effect in effects),
                "two_means": sum(map(naive, group)),
            }
            rows.append(row)
            kind = "touched" if is_disturbed else "quiet"
            print(f"{path.stem:44} {kind:>8} {len(group):5} {claimed:7} {row['refused']:7} {row['two_means']:9}")
    print(json.dumps({"rows": rows}))


if __name__ == "__main__":
    main()
