"""Where marks lie on an axis."""

from decimal import Decimal

from metrics.contexts.figures import Shown
from metrics.contexts.marks import axis_for, interval, track
from web.formats import Formats

FORMATS = Formats()


def figure(value: str, low: str | None = None, high: str | None = None) -> Shown:
    return Shown(
        f"{value}",
        is_known=True,
        value=Decimal(value),
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
    )


def test_an_axis_holds_zero_and_every_value() -> None:
    axis = axis_for([Decimal("0.4"), Decimal("1.1")], FORMATS)
    assert axis.low < 0 < Decimal("1.1") < axis.high


def test_ticks_are_few_and_round() -> None:
    ticks = axis_for([Decimal("-0.62"), Decimal("1.4")], FORMATS).ticks
    assert [tick.label for tick in ticks] == ["−100%", "0%", "100%", "200%"]


def test_a_return_far_beyond_the_axis_is_marked_at_its_end() -> None:
    axis = axis_for([Decimal(90)], FORMATS)
    assert interval(axis, figure("90"), hurdle=None, tone="good").beyond == "right"


def test_a_figure_without_a_range_has_a_point_and_no_band() -> None:
    axis = axis_for([Decimal("0.4")], FORMATS)
    row = interval(axis, figure("0.4"), hurdle=Decimal("0.25"), tone="good")
    assert (row.band, bool(row.point), bool(row.hurdle)) == (None, True, True)


def test_an_unknown_figure_keeps_only_the_reference_lines() -> None:
    axis = axis_for([], FORMATS)
    row = interval(axis, Shown("No cost is recorded.", is_known=False), hurdle=Decimal("0.25"), tone="mut")
    assert (row.point, row.band, row.summary) == ("", None, "No cost is recorded.")


def test_labels_of_plan_and_hurdle_never_share_a_line_when_they_are_close() -> None:
    marks = track("ROI", figure("0.4"), FORMATS, hurdle=Decimal("0.25"), plan=Decimal("0.3"), caption="")
    assert marks.hurdle is not None
    assert marks.plan is not None
    assert marks.hurdle.y != marks.plan.y


def test_the_summary_of_a_track_tells_range_hurdle_and_plan() -> None:
    marks = track("ROI", figure("0.4", "0.2", "0.6"), FORMATS, hurdle=Decimal("0.25"), plan=Decimal("0.5"), caption="")
    assert all(word in marks.summary for word in ("ROI", "hurdle 25%", "plan 50%"))
