"""How old figures are, and whether a refresh waits."""

from dataclasses import dataclass

from metrics.models import CurrentSnapshot, Kind, Snapshot
from portfolio.models import Initiative
from web.formats import Formats


@dataclass(frozen=True)
class Freshness:
    """One line about the age of figures.

    Args:
        words: as of which day, and when they were worked out.
        waits: why a refresh waits, in words; empty when the figures hold.
    """

    words: str
    waits: str


def of_the_past(snapshot: Snapshot, formats: Formats) -> Freshness:
    """The line for figures of a past day, which no refresh changes."""
    what = "as known now up to" if snapshot.kind == Kind.RESTATED else "as believed on"
    day, worked_out = formats.day(snapshot.as_of_date), formats.moment(snapshot.computed_at)
    return Freshness(f"Figures {what} {day}, worked out {worked_out}", "")


def freshness_of(current: CurrentSnapshot | None, initiative: Initiative, formats: Formats) -> Freshness:
    """The line for one initiative; its workspace is loaded with it."""
    if current is None:
        return Freshness("No figures yet", "The first figures are being worked out.")
    changes = initiative.inputs_version - current.inputs_version
    words = f"Figures as of {formats.day(current.as_of_date)}, checked {formats.moment(current.checked_at)}"
    if changes > 0:
        return Freshness(words, f"{changes} change{'s' * (changes != 1)} since; a refresh is under way.")
    if current.settings_version < initiative.workspace.settings_version:
        return Freshness(words, "The workspace's settings changed; a refresh is under way.")
    return Freshness(words, "")
