"""Status ratings in words."""

from dataclasses import dataclass
from datetime import date

from portfolio.choices import Rating
from portfolio.forms.ratings import RATING_WORDS
from portfolio.models import StatusRating


@dataclass(frozen=True)
class RecordedRating:
    """One rating in the list of its page."""

    pk: int
    on: date
    words: str
    rated_by: str
    scale: str
    note: str
    evidence: str
    by: str


def recorded_rating(row: StatusRating) -> RecordedRating:
    """A rating as its page lists it."""
    return RecordedRating(
        pk=row.pk,
        on=row.on,
        words=RATING_WORDS[Rating(row.rating)],
        rated_by=row.rated_by,
        scale=f"of {row.scale} words",
        note=row.note,
        evidence=row.evidence,
        by=str(row.recorded_by) if row.recorded_by else "",
    )
