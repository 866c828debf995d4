"""Components that show figures: tiles, ranges, charts, bars, strips, verdicts, statuses."""

from types import SimpleNamespace
from typing import Any

from web.styleguide.specimens import Specimen

TONES = (("good", "Likely"), ("warn", "Uncertain"), ("crit", "Unlikely"), ("mut", "Ended"))
KNOWN: dict[str, Any] = {
    "is_known": True, "text": "$1.6M", "range": "80% range $0.9M to $2.4M", "grade": "grade C, own history",
    "age": "as of 28 Nov 2026", "url": "#main",
}  # fmt: skip
UNKNOWN: dict[str, Any] = {"is_known": False, "text": "Not enough data: no baseline for Handle time."}
PLAN = {"at": "66%", "label": "plan 41%", "anchor": "middle", "y": "64"}
TRACK: dict[str, Any] = {
    "title": "ROI over the horizon",
    "caption": "37%, 80% range 8% to 66%",
    "summary": "ROI 37%, range 8% to 66%, hurdle 25%, plan 41%.",
    "interval": {"at": "28%", "width": "50%"},
    "point": {"at": "58%", "label": "37%", "anchor": "middle", "y": "15"},
    "hurdle": {"at": "45%", "label": "hurdle 25%", "anchor": "end", "y": "64"},
    "plan": PLAN,
}
INTERVAL = SimpleNamespace(
    tone="good", zero="20%", hurdle="45%", point="58%", band=SimpleNamespace(at="28%", width="50%"),
    beyond="", summary="ROI 37%, range 8% to 66%",
)  # fmt: skip
STRIP: dict[str, Any] = {
    "points": "3,22 21,20 39,15 57,16 75,10 93,8", "baseline": "21", "target": "6", "last": {"x": "93", "y": "8"},
    "summary": "Six readings from 9.1 to 6.2 minutes; baseline 8.9, target 5.8",
}  # fmt: skip
GAPS = (("Claims triage", 420_000, "+$420K"), ("Invoice matching", -180_000, "−$180K"))
CHART: dict[str, Any] = {
    "id": "gap-specimen", "kind": "gap", "source": "gap-specimen-data", "height": "small",
    "title": "Two initiatives make the gap", "subtitle": "Forecast less plan, USD, this fiscal year",
    "summary": "Claims triage is $420K over its plan, Invoice matching $180K under it.",
    "key": (("fc", "Forecast"), ("pl", "Plan")),
    "columns": ({"label": "Initiative"}, {"label": "Gap", "is_number": True}),
    "rows": tuple(({"text": name}, {"text": text, "is_number": True}) for name, _, text in GAPS),
    "data": {
        "rows": [
            {"label": name, "title": name, "value": value, "text": text, "tip": [f"Gap {text}"]}
            for name, value, text in GAPS
        ]
    },
}  # fmt: skip
DOTS: dict[str, Any] = {
    "summary": "7 of 20 outcomes lie below the hurdle of 25%.", "height": 96, "foot": 70, "hurdle": "45%",
    "hurdle_label": "hurdle 25%", "ticks": ({"at": "20%", "label": "0%"}, {"at": "70%", "label": "50%"}),
    "dots": [
        {"x": f"{24 + 3 * place}%", "y": 62 - 13 * (place % 3), "tone": "crit" if place < 7 else ""}
        for place in range(20)
    ],
    "rows": (("10 %", "8%"), ("50 %", "37%"), ("90 %", "66%")),
}  # fmt: skip
STAGES = ("Idea", "Pilot", "Scaled", "Retired")
DECISION: dict[str, Any] = {
    "tone": "crit", "word": "Unlikely", "title": "Predictive maintenance", "url": "#main", "stake": "$594K",
    "why": "4 of 9 systems are connected after 13 months in pilot.", "action": "Stop or re-scope",
    "pace": "$48K a month",
}  # fmt: skip


def _interval(**parts: Any) -> dict[str, Any]:
    return {"interval": SimpleNamespace(**{**vars(INTERVAL), **parts})}


def _tile(**parts: Any) -> dict[str, Any]:
    return {"tile": {"label": "Net value", "figure": KNOWN, "tone": "good", **parts}}


def _stages(current: int) -> list[dict[str, str]]:
    return [
        {"label": label, "state": "done" if index < current else "current" if index == current else ""}
        for index, label in enumerate(STAGES)
    ]


FIGURES = (
    Specimen("Status tag", "status.html", tuple((word, {"tone": tone, "word": word}) for tone, word in TONES)),
    Specimen("Icon", "icon.html", tuple((tone, {"name": tone}) for tone, _ in TONES)),
    Specimen(
        "Verdict",
        "sentence.html",
        (
            ("likely", {"parts": ({"text": "$1.18", "tone": "good"}, {"text": " back for each $1 spent so far."})}),
            ("unlikely", {"parts": ({"text": "$0.62", "tone": "crit"}, {"text": " back for each $1 spent so far."})}),
            ("nothing known", {"parts": ({"text": "Not enough data for a return yet."},)}),
        ),
        ('<p class="lead">', "</p>"),
    ),
    Specimen(
        "Figure",
        "figure.html",
        (
            ("known, with the way to its inputs", {"figure": KNOWN, "link": True}),
            ("known, no range", {"figure": {"is_known": True, "text": "$1.6M"}}),
            ("not known: the reason", {"figure": UNKNOWN}),
        ),
    ),
    Specimen(
        "Tile",
        "tile.html",
        (
            ("good, with a way on", _tile(note="$0.4M over plan", url="#main", link="Check the inputs")),
            ("bad", _tile(note="$3.1M under plan", tone="crit")),
            ("not known", _tile(figure=UNKNOWN)),
        ),
        ('<dl class="card tiles">', "</dl>"),
    ),
    Specimen(
        "Range track",
        "range_track.html",
        (
            ("range, point, hurdle and plan", {"track": TRACK}),
            ("no range and no plan", {"track": {**TRACK, "interval": None, "plan": None}}),
        ),
    ),
    Specimen(
        "Interval cell",
        "interval.html",
        (
            *((f"{word}, as {tone}", _interval(tone=tone)) for tone, word in TONES),
            ("no range", _interval(band=None)),
            ("beyond the axis", _interval(point=None, band=None, beyond="right")),
        ),
        ('<div class="ivcell">', "</div>"),
    ),
    Specimen(
        "Axis of interval cells",
        "interval_axis.html",
        (("three ticks", {"axis": {"ticks": ({"at": "20%", "label": "0%"}, {"at": "58%", "label": "37%"})}}),),
    ),
    Specimen(
        "Bar list",
        "bar.html",
        (
            ("with names", {"bar": {"label": "Integration", "width": "62%", "amount": "$1.2M", "names": "Claims"}}),
            ("worse", {"bar": {"label": "Adoption", "width": "40%", "amount": "+$0.7M", "tone": "crit"}}),
            ("better", {"bar": {"label": "Licences", "width": "12%", "amount": "−$0.2M", "tone": "good"}}),
        ),
    ),
    Specimen("Chart figure", "chart.html", (("drawn, with its table", {"chart": CHART}),)),
    Specimen(
        "KPI strip",
        "kpi_strip.html",
        (
            ("baseline and target", {"strip": STRIP}),
            ("readings only", {"strip": {**STRIP, "baseline": None, "target": None, "summary": "Six readings"}}),
        ),
    ),
    Specimen(
        "Outcomes as dots",
        "dots.html",
        (("with a hurdle", {"strip": DOTS}), ("without", {"strip": {**DOTS, "hurdle": "", "summary": "20 outcomes."}})),
    ),
    Specimen(
        "Stage strip",
        "stage_strip.html",
        (
            ("in pilot", {"steps": _stages(1), "words": "In pilot for 4 months; the next gate is on 12 Jan 2027."}),
            ("counts", {"steps": [{"label": f"3 in {stage.lower()}", "state": "count"} for stage in STAGES]}),
        ),
    ),
    Specimen("Decision item", "decision.html", (("to decide", {"item": DECISION}),), ('<ul class="dec">', "</ul>")),
)
