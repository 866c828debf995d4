"""The share of plans that comes true, a row a day."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Workspace
from metrics.models.base import never_edited


class RealisedShare(models.Model):
    """How much of their plans the ended initiatives of a workspace brought, worked out once a day. Never updated.

    `mean` and `spread` are of the logarithm; `sources` are the current snapshots of that moment whose ratios it rests
    on, `cases` of them.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    day = models.DateField()
    worked_out_at = models.DateTimeField()
    mean = models.FloatField()
    spread = models.FloatField()
    cases = models.PositiveIntegerField()
    sources = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint("workspace", "day", name="realised_share_once_a_day")]
        triggers = [never_edited()]

    def __str__(self) -> str:
        return f"{self.workspace_id} on {self.day}"
