"""What a back-test found, as one JSON document and in words for a terminal."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from metrics.core.risk.holdouts import Scores, Tested, Way
from metrics.core.risk.labels import Label
from metrics.core.risk.record import Count, Interval, OriginRow, Record

NONE = "–"
NO_HISTORY = (
    "A forecast comes due 12 months after its day. An initiative is watched from the day on which it was recorded; its "
    "earlier stages count where its source also tells of initiatives that had been abandoned before."
)
WAYS = {
    Way.RANDOM_FOLDS: "Random folds",
    Way.GROUPS: "Whole groups held out",
    Way.LATER: "Later years from earlier ones",
}


def record_lines(record: Record) -> list[str]:
    """The record of a workspace."""
    due = record.resolved
    lines = [
        f"{_counted(due)} came due: {record.live} stored when made, {record.rebuilt} rebuilt from history.",
        f"{_counted(record.failures)} were given up. {_counted(record.censored)} went out of sight before their date.",
    ]
    if due.forecasts:
        lines += _scores_of(record)
        lines += ["", "made on     due  given up  out of sight   said   came  Brier   base"]
        lines += [_origin(row) for row in record.by_origin]
    else:
        lines.append(NO_HISTORY)
    return [*lines, "", f"{record.status.value}: {record.why}"]


def _counted(count: Count) -> str:
    return f"{count.forecasts} forecasts (of {count.initiatives} initiatives)"


def _scores_of(record: Record) -> list[str]:
    return [
        f"Brier {_number(record.brier)}, base rate {_number(record.base_brier)}; skill {_share(record.skill)}",
        f"skill of the causes over the same model without them {_share(record.causes)}; {_counted(record.scored)}",
        f"log loss {_number(record.log_loss)}, base rate {_number(record.base_log_loss)}; "
        f"AUC {_number(record.auc)}, base rate 0.500",
        f"came less said {_points(record.in_the_large)}; slope of calibration {_interval(record.slope)}, 1 is right",
        *[
            f"said {band.predicted:.0%}, came {band.observed:.0%} ({band.low:.0%} to {band.high:.0%}), "
            f"{band.forecasts} forecasts of {band.initiatives} initiatives"
            for band in record.bands
        ],
    ]


def _origin(row: OriginRow) -> str:
    said, came = (NONE if share is None else f"{share:.0%}" for share in (row.predicted, row.observed))
    return (
        f"{row.made_on}  {row.resolved:>5}  {row.failures:>8}  {row.censored:>12}  {said:>5}  {came:>5}  "
        f"{_number(row.brier):>5}  {_number(row.base_brier):>5}"
    )


def labels_json(labels: Sequence[Label], tests: Sequence[Tested]) -> dict[str, Any]:
    """The counts of the labels and every test, decimals as text."""
    known = [label for label in labels if label.failed is not None]
    return {
        "labels": len(known),
        "failures": sum(bool(label.failed) for label in known),
        "censored": len(labels) - len(known),
        "groups": len({label.group for label in known}),
        "periods": sorted({label.period for label in known}),
        "unknown_states": sum(label.state == "unknown" for label in known),
        "model": MODEL,
        "tests": [
            {"way": test.way.value, "verdict": test.verdict, "scores": asdict(test.scores) if test.scores else None}
            for test in tests
        ],
    }


MODEL = (
    "The family of the product's model on one-year outcomes: a level of the state, the scores where the file has them, "
    "and an effect of the group, with the product's priors."
)


def labels_lines(labels: Sequence[Label], tests: Sequence[Tested]) -> list[str]:
    """The tests on a label file."""
    found = labels_json(labels, tests)
    counts = (
        f"{found['labels']} labels of {found['groups']} groups, {found['failures']} failed; "
        f"{found['censored']} censored; {found['unknown_states']} of unknown state; {', '.join(found['periods'])}."
    )
    return [counts, MODEL, *[line for test in tests for line in _test_lines(test)]]


def _test_lines(test: Tested) -> list[str]:
    return ["", f"{WAYS[test.way]}: {test.verdict}", *(_told(test.scores) if test.scores else [])]


def _told(scores: Scores) -> list[str]:
    return [
        f"  Brier {_number(scores.brier)}, base rate {_number(scores.base_brier)}, "
        f"group's own rate {_number(scores.group_brier)}",
        f"  skill over the base rate {_share(scores.skill)}; "
        f"over the group's own rate {_share(scores.skill_over_group)}",
        f"  AUC {_number(scores.auc)}, base rate 0.500, group's own rate {_number(scores.group_auc)}",
        f"  log loss {_number(scores.log_loss)}, base rate {_number(scores.base_log_loss)}",
        f"  came less said {_points(scores.in_the_large)}; slope of calibration {_interval(scores.slope)}, 1 is right",
    ]


def _number(value: Decimal | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def _points(value: Decimal | None) -> str:
    return NONE if value is None else f"{value * 100:+.1f} points"


def _share(found: Interval | None) -> str:
    return NONE if found is None else f"{found.value:.1%} (80% range {found.low:.1%} to {found.high:.1%})"


def _interval(found: Interval | None) -> str:
    return NONE if found is None else f"{found.value:.2f} (80% range {found.low:.2f} to {found.high:.2f})"
