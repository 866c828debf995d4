"""What others said about the standing of an initiative: one dated strip for each rater."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.urls import reverse

from accounts.access import Actor
from accounts.choices import Permission
from metrics.contexts.past import PastFigures
from metrics.inputs.moments import believed, end_of_day
from portfolio.access import may_write
from portfolio.choices import Rating
from portfolio.forms.ratings import RATING_WORDS
from portfolio.models import Initiative, StatusRating
from web.formats import Formats

TONES = {
    Rating.GREEN: "good",
    Rating.AMBER_GREEN: "good",
    Rating.AMBER: "warn",
    Rating.AMBER_RED: "crit",
    Rating.RED: "crit",
}
STEPS = list(Rating)


@dataclass(frozen=True)
class ShownRating:
    """One rating: its day, its word, and how it stands to the one before it by the same rater.

    The first one says instead how many words there were to choose from.
    """

    day: str
    word: str
    tone: str
    moved: str


@dataclass(frozen=True)
class Rater:
    """One rater with everything it said, oldest first."""

    name: str
    ratings: tuple[ShownRating, ...]


@dataclass(frozen=True)
class RatedByOthers:
    """The strip of the initiative page; `url` is where those who may can add a rating."""

    raters: tuple[Rater, ...]
    url: str


def rated_by_others(
    actor: Actor, initiative: Initiative, formats: Formats, past: PastFigures | None = None
) -> RatedByOthers:
    """The ratings that are known now or, of a past day, those dated up to it and known then; one query."""
    by_rater: dict[str, list[StatusRating]] = defaultdict(list)
    for row in _rows(initiative, past):
        by_rater[row.rated_by].append(row)
    raters = tuple(Rater(name, _shown(rows, formats)) for name, rows in by_rater.items())
    may_add = past is None and may_write(actor, initiative, Permission.WRITE_RECORDS)
    return RatedByOthers(raters, reverse("ratings", args=[initiative.key]) if may_add else "")


def _rows(initiative: Initiative, past: PastFigures | None) -> Iterable[StatusRating]:
    if past is None:
        return believed(StatusRating, None, initiative=initiative)
    day = past.shown.as_of_date
    cut = None if past.restated else end_of_day(initiative.workspace, day)
    return believed(StatusRating, cut, initiative=initiative, on__lte=day)


def _shown(rows: list[StatusRating], formats: Formats) -> tuple[ShownRating, ...]:
    moves = [f"of {rows[0].scale} words", *(_moved(before, after) for before, after in pairwise(rows))]
    return tuple(
        ShownRating(formats.day(row.on), RATING_WORDS[Rating(row.rating)], TONES[Rating(row.rating)], moved)
        for row, moved in zip(rows, moves, strict=True)
    )


def _moved(before: StatusRating, after: StatusRating) -> str:
    """How a rating stands to the one before it; words of different scales are not compared."""
    if before.scale != after.scale:
        return f"now of {after.scale} words, not comparable with the one before"
    worse = STEPS.index(Rating(after.rating)) - STEPS.index(Rating(before.rating))
    if not worse:
        return "as before"
    return "worse than before" if worse > 0 else "better than before"
