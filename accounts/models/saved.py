"""Saved views: a name for the address of a list."""

from django.db import models
from django.db.models.functions import Lower

from accounts.models.users import User
from accounts.models.workspaces import Workspace

LONGEST_QUERY = 2000


class SavedView(models.Model):
    """A name that a person gave to what a list shows: its filters, order and columns.

    Args:
        page: the name of the list's URL, such as `initiatives`.
        query: what follows the `?` of its address; empty for the whole list.
        is_shared: whether everybody in the workspace sees it.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                "owner",
                "page",
                Lower("name"),
                name="saved_view_name_unique",
                violation_error_message="You have a view of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name
