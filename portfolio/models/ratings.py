"""What others say about the standing of an initiative: dated status ratings from a named source."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from portfolio.choices import HALF_STEPS, Rating, RatingScale
from portfolio.models.facts import Fact, live_unique
from portfolio.models.fields import known, word_field
from portfolio.models.initiatives import Initiative


class StatusRating(Fact):
    """The word that a named rater gave an initiative on one day, on a scale of five or of three words.

    The scale belongs to the rating: an amber of three words is wider than one of five and is never read as it.
    """

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="ratings")
    rated_by = models.CharField(max_length=120)
    rating = word_field(Rating)
    scale = word_field(RatingScale)
    note = models.TextField(blank=True, max_length=10_000)
    evidence = models.CharField(max_length=1000, blank=True)

    natural_key = ("initiative_id", "rated_by", "on")
    content = ("initiative_id", "on", "rated_by", "rating", "scale", "note", "evidence")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            known("rating", Rating, "statusrating_rating_known"),
            known("scale", RatingScale, "statusrating_scale_known"),
            models.CheckConstraint(
                condition=Q(scale=RatingScale.FIVE) | ~Q(rating__in=sorted(HALF_STEPS)),
                name="statusrating_word_of_scale",
            ),
            live_unique("initiative", "rated_by", "on", name="statusrating_one_live"),
        ]

    def clean(self) -> None:
        """A scale of three words has no half steps, and somebody must have said it."""
        if self.scale == RatingScale.THREE and self.rating in HALF_STEPS:
            raise ValidationError({"rating": "A scale of three words has green, amber and red only."})
        if not self.rated_by.strip():
            raise ValidationError({"rated_by": "Say who rates."})
