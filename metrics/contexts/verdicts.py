"""What the machine's verdict on an initiative looks like: tone, word and icon say the same."""

from dataclasses import dataclass

from metrics.core.rollup.initiative import Verdict

VERDICT_WORDS: dict[str, str] = {
    Verdict.UNLIKELY: "Unlikely",
    Verdict.UNCERTAIN: "Uncertain",
    Verdict.LIKELY: "Likely",
    Verdict.UNKNOWN: "Cannot tell",
    Verdict.ENDED: "Ended",
}
TONES = {Verdict.UNLIKELY: "crit", Verdict.UNCERTAIN: "warn", Verdict.LIKELY: "good"}


@dataclass(frozen=True)
class Status:
    """A verdict as a status tag.

    Args:
        tone: good, warn, crit or mut.
        word: one or two words.
    """

    tone: str
    word: str


def status_of(verdict: str) -> Status:
    """The tag of a verdict; empty before figures exist."""
    if not verdict:
        return Status("mut", "Not worked out yet")
    return Status(TONES.get(Verdict(verdict), "mut"), VERDICT_WORDS[Verdict(verdict)])
