"""The scale of the eight causes: for each five levels, described by what one would see. No framework here.

For a good level everything in its line holds; for a bad one any part of it is enough. In doubt the worse one counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from portfolio.choices import Cause

LEVELS = ("-1", "-0.5", "0", "0.5", "1")
LEVEL_WORDS: Mapping[str, str] = MappingProxyType(
    {"-1": "In hand", "-0.5": "Mostly in hand", "0": "Under way", "0.5": "A concern", "1": "Severe"}
)
HOW_TO_CHOOSE = (
    "For “in hand” and “mostly in hand” everything in the line must be true; for “a concern” and “severe” any part of "
    "it is enough. In doubt between two lines take the worse one."
)
OLD_AFTER = timedelta(days=180)
FIRST_DUE_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Scale:
    """One cause as people score it.

    Args:
        label: what people call the cause.
        question: what the score answers.
        levels: what one sees at −1, −0.5, 0, 0.5 and 1, in this order.
    """

    label: str
    question: str
    levels: tuple[str, str, str, str, str]

    @property
    def anchors(self) -> dict[str, str]:
        """The description of each level by its score."""
        return dict(zip(LEVELS, self.levels, strict=True))


RUBRIC: Mapping[Cause, Scale] = MappingProxyType(
    {
        Cause.INTEGRATION: Scale(
            "Integration",
            "Does it reach the systems that people work in?",
            (
                "Runs inside the system people already use; failures are monitored and have an owner.",
                "Exchanges live data with that system; a failure is noticed only when a user reports it.",
                "The system's owner agreed to an interface, and it works in a test environment.",
                "An interface is described, but the system's owner has not agreed to it or given a date; "
                "data are carried over by hand.",
                "No agreed interface to the system of record, or its owner has refused.",
            ),
        ),
        Cause.SCALABILITY: Scale(
            "Scale and compute cost",
            "Will it bear everyday load at a cost that was agreed?",
            (
                "Ran a whole month at everyday load within the agreed response time and budget; "
                "spending has a limit that warns.",
                "Passed a load test at everyday volume, and the measured cost of one use fits the budget.",
                "Ran at pilot volume; cost and speed at everyday volume are worked out from measured use.",
                "Nobody has worked out cost or speed at everyday volume, or the last bill was above the budget.",
                "Too slow to work with at pilot volume, or one use costs more than it is worth, "
                "or the compute it needs was refused.",
            ),
        ),
        Cause.ROI_JUSTIFICATION: Scale(
            "Proof of return",
            "Is it agreed which business figure it must move, and from where?",
            (
                "Finance approved baseline, target and value per unit, and a comparison group is being measured.",
                "Finance approved baseline, target and value per unit; there is nothing to compare with.",
                "The owner of the business figure agreed to a target, and its baseline is being measured.",
                "A benefit is named, such as saved time, but no business figure with a target and an owner.",
                "Nobody can name the business figure it should move, or finance rejected the case.",
            ),
        ),
        Cause.WORKFORCE: Scale(
            "Workforce and change",
            "Are there people to build, run and use it, and is their work being changed?",
            (
                "Every role has a named person, the users are trained, and the written way of working was changed.",
                "Every role has a named person, and at least half of the users are trained.",
                "The key roles have named people, and training and change are planned with dates.",
                "A key role is empty or only on loan, or there is no dated plan for training.",
                "Nobody is named to run it after the project, or work stands still for want of people.",
            ),
        ),
        Cause.DATA_GOVERNANCE: Scale(
            "Data governance",
            "May the data be used, are they good enough, and who answers for them?",
            (
                "The owner of every source approved this use in writing, and quality is checked by machine "
                "at every delivery.",
                "The owner of every source approved this use in writing, and quality was measured once and sufficed.",
                "The owner of every source is known and asked, and a sample was checked by hand.",
                "The owner of a needed source is unknown or silent, or nobody has looked at its quality.",
                "A needed source may not be used, or its quality was measured and is too poor.",
            ),
        ),
        Cause.RESPONSIBLE_AI: Scale(
            "Responsible AI",
            "Are harm, bias and accountability looked after?",
            (
                "Those who answer for AI risk approved it, tests for error and bias are repeated on set dates, "
                "and whoever is affected can appeal to a named person.",
                "Those who answer for AI risk approved it after one test for error and bias.",
                "Its risk class is written down, the tests are planned with dates, and no finding is open.",
                "Nobody has put it in a risk class or planned a test, or a finding is open without an owner.",
                "A test or a complaint showed harm that is not cured, or the law may forbid the use.",
            ),
        ),
        Cause.HUMAN_FACTORS: Scale(
            "Human factors",
            "Do the people it is for want it, and can they go back if it fails?",
            (
                "Three in four of the intended users use it every week, and going back to the old way was tried.",
                "Half of the intended users use it every week, and their complaints are answered.",
                "Users helped to shape it, a group of them uses it, and the way back is written down.",
                "Users were not asked, or fewer than one in four of those who have it use it, "
                "or they do its work again by hand.",
                "Users or their representatives refuse it, or it failed in use and there was no way back.",
            ),
        ),
        Cause.DATA_LICENSING: Scale(
            "Data and model licences",
            "Do the licences allow the use you plan?",
            (
                "The legal department confirmed licences for every source, model and output, "
                "for all planned users and to the end of the horizon.",
                "The legal department confirmed licences for today's use; more users or a renewal are still open.",
                "The licence of every source and model is listed, and the legal department is reading them.",
                "The terms of a source or model were not found or read, or do not say whether this use is allowed.",
                "The terms of a needed source or model forbid this use, or its licensor objected.",
            ),
        ),
    }
)


def level_of(score: object) -> str:
    """A recorded score as the text of its level: `0.50` is `0.5`; a score between two levels stays itself."""
    value = Decimal(str(score))
    return "0" if value == 0 else f"{value.normalize():f}"


def told(cause: Cause, score: object) -> str:
    """What a score says in words; the number where it lies between two levels."""
    level = level_of(score)
    return RUBRIC[cause].anchors.get(level, f"As recorded: {level.replace('-', '−')}")


def look_due(assessed_on: date | None, left_idea_on: date | None, made_on: date) -> date:
    """The day from which the causes of an initiative before production should be looked at (again).

    That is 180 days after the latest assessment; without one the day it left the idea stage, or else 30 days after it
    was recorded.
    """
    if assessed_on is not None:
        return assessed_on + OLD_AFTER
    return left_idea_on or made_on + FIRST_DUE_AFTER
