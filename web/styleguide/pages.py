"""Components that make up pages: forms, lists, filters, messages, what is asked and what is not there."""

from types import SimpleNamespace
from typing import Any

from web.styleguide import forms
from web.styleguide.specimens import Specimen

ALERT: dict[str, Any] = {
    "pk": 1, "tone": "crit", "severity": "High", "rule": "Return below the hurdle", "initiative": "Claims triage",
    "url": "#main", "what": "18% chance of clearing the hurdle", "compared": "Opens below 25%", "to": "To Ana Ruiz",
    "why": "Use stays at 31% of the intended users.", "action": "Re-scope or stop it.",
    "times": "Open since 21 Nov 2026", "answer": "", "may_answer": True, "is_acknowledged": False,
}  # fmt: skip
TAKEN = {**ALERT, "is_acknowledged": True, "answer": "Ana Ruiz is on it since 22 Nov 2026, 09:10 CET."}
OPTIONS = ({"value": "pilot", "label": "Pilot", "is_chosen": True}, {"value": "scaled", "label": "Scaled"})
SAVED: dict[str, Any] = {
    "all_url": "#main", "is_all": False, "is_new": True, "page": "initiatives", "query": "stage=pilot",
    "may_share": True,
    "views": (
        {"url": "#main", "name": "My pilots", "is_current": True}, {"url": "#main", "name": "Late", "note": "Olga"},
    ),
}  # fmt: skip
STEPS = (
    {"label": "You and how you count", "state": "done"},
    {"label": "Your data", "state": "current"},
    {"label": "Your people", "state": ""},
)
CONFIRM = {
    "heading": "Withdraw the invitation?", "text": "Its link stops working at once.", "label": "Withdraw",
    "cancel": "#main", "cancel_label": "Keep it",
}  # fmt: skip
ROW = ("<table><thead><tr>", "</tr></thead></table>")
LIST = ('<ul class="dec">', "</ul>")


def _heading(direction: str) -> dict[str, Any]:
    return {"heading": {"label": "ROI", "url": "#main", "direction": direction}, "number": True}


def _message(tag: str, words: str, undo: str = "") -> dict[str, Any]:
    return {"messages": [_Message(tag, words, undo)]}


class _Message(SimpleNamespace):
    """A message as Django's framework hands it to a page."""

    def __init__(self, level_tag: str, words: str, undo: str) -> None:
        super().__init__(level_tag=level_tag, extra_tags=undo, words=words)

    def __str__(self) -> str:
        return str(self.words)


def pages() -> tuple[Specimen, ...]:
    """Made anew for each page, since forms hold what was sent."""
    return (*_of_forms(), *_of_lists(), *_of_work(), *_of_what_is_said())


def _of_forms() -> tuple[Specimen, ...]:
    empty, refused = forms.empty(), forms.refused()
    return (
        Specimen("Form", "form.html", (("empty", {"form": empty, "submit": "Save", "cancel": "#main"}),)),
        Specimen("Error summary", "error_summary.html", (("what is wrong, with the ways there", {"form": refused}),)),
        Specimen("Form field", "field.html", tuple((f"refused: {field.label}", {"field": field}) for field in refused)),
        Specimen("Asking first", "confirm.html", (("before something is shut", CONFIRM),)),
        Specimen("Step header", "steps.html", (("the second of three", {"steps": STEPS}),)),
    )


def _of_lists() -> tuple[Specimen, ...]:
    stage = {"name": "specimen", "label": "Stage", "any": "All stages", "options": OPTIONS}
    directions = ("none", "ascending", "descending")
    return (
        Specimen("Filter", "select.html", (("one chosen", stage),), ('<div class="filters">', "</div>")),
        Specimen("Saved views", "saved_views.html", (("one is shown, a new one can be saved", {"saved": SAVED}),)),
        Specimen(
            "Heading of a data table",
            "heading.html",
            (*((f"sorted: {each}", _heading(each)) for each in directions), ("cannot be sorted", {"label": "Why"})),
            ROW,
        ),
        Specimen(
            "Pager",
            "pager.html",
            (
                ("in the middle", _pager("51 to 100 of 312 initiatives", "#main", "#main")),
                ("at the end", _pager("301 to 312 of 312 readings", "#main", None, of="readings")),
                ("one page", _pager("12 initiatives", None, None)),
            ),
        ),
        Specimen("Alert row", "alert_row.html", (("open", {"row": ALERT}), ("acknowledged", {"row": TAKEN})), LIST),
    )


def _of_work() -> tuple[Specimen, ...]:
    checking = {"label": "Checking rows", "done": 412, "total": 10_000, "text": "412 of 10,000 rows"}
    reading = {"label": "Reading the file", "text": "Safe to leave this page."}
    holds = {"words": "Figures as of 28 Nov 2026, checked 3 minutes ago", "waits": ""}
    waits = {"words": "Figures as of 27 Nov 2026", "waits": "2 changes since; a refresh is under way."}
    return (
        Specimen("Progress", "progress.html", (("known length", checking), ("unknown length", reading))),
        Specimen(
            "Freshness line",
            "freshness.html",
            (("holds", {"freshness": holds}), ("a refresh waits", {"freshness": waits})),
        ),
    )


def _of_what_is_said() -> tuple[Specimen, ...]:
    empty = {"heading": "No initiatives yet", "text": "Add the first one, or import a spreadsheet."}
    ways = {"url": "#main", "label": "Add one", "url2": "#main", "label2": "Import"}
    link = {"code": "https://hurdle.example/invitations/…", "label": "the link"}
    return (
        Specimen(
            "Message",
            "messages.html",
            (
                ("done", _message("success", "Saved.")),
                ("done, with undo", _message("success", "12 readings are recorded.", "/styleguide/")),
                ("to know", _message("warning", "Figures follow within a minute.")),
                ("refused", _message("error", "A workspace needs an administrator.")),
            ),
        ),
        Specimen("Empty state", "empty.html", (("with two ways on", {**empty, **ways}), ("without", empty))),
        Specimen("Text to copy", "code.html", (("a link", link),)),
    )


def _pager(words: str, previous: str | None, next_: str | None, of: str = "initiatives") -> dict[str, Any]:
    return {"pager": {"words": words, "previous": previous, "next": next_}, "of": of}
