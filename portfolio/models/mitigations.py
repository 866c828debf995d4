"""What is to be done about a cause of failure: by whom, until when, and how it ended."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accounts.models import User
from portfolio.choices import Cause, MitigationState
from portfolio.models.facts import Fact, live_unique
from portfolio.models.fields import known, plausible_days, word_field
from portfolio.models.initiatives import Initiative

OPEN = MitigationState.OPEN


class Mitigation(Fact):
    """An action against one cause, as it stands from `on` on; `number` counts the actions of its initiative.

    A moved due date or another state is a row of the same number that supersedes the one before.
    """

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="mitigations")
    number = models.PositiveIntegerField()
    cause = word_field(Cause)
    what = models.CharField(max_length=400)
    owner = models.CharField(max_length=120, blank=True)
    owner_user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    due = models.DateField()
    state = word_field(MitigationState, default=OPEN)
    ended_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    natural_key = ("initiative_id", "number")
    content = (
        "initiative_id",
        "number",
        "on",
        "cause",
        "what",
        "owner",
        "owner_user_id",
        "due",
        "state",
        "ended_on",
        "note",
    )

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            live_unique("initiative", "number", name="mitigation_one_live"),
            known("cause", Cause, "mitigation_cause_known"),
            known("state", MitigationState, "mitigation_state_known"),
            models.CheckConstraint(
                condition=Q(state=OPEN, ended_on__isnull=True) | (~Q(state=OPEN) & Q(ended_on__isnull=False)),
                name="mitigation_ended_or_open",
            ),
        ]

    def clean(self) -> None:
        """An action ends on a day, and an open one has none."""
        plausible_days(self, "due", "ended_on")
        if self.state == OPEN and self.ended_on is not None:
            raise ValidationError({"ended_on": "An open action has not ended."})
        if self.state != OPEN and self.ended_on is None:
            raise ValidationError({"ended_on": "Say on which day it ended."})
