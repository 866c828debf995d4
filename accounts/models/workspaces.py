"""Workspaces, their units, members and invitations."""

from typing import ClassVar

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from accounts.choices import Role
from accounts.models.users import User

CURRENCY = RegexValidator(r"^[A-Z]{3}\Z", "A currency is three capital letters, such as EUR.")
SLUG = RegexValidator(r"^[a-z0-9][a-z0-9-]*\Z", "Small letters, digits and hyphens only.")


@pghistory.track(exclude=["settings_version"])
class Workspace(models.Model):
    """One organisation's portfolio; nothing crosses its border."""

    slug = models.CharField(max_length=48, unique=True, validators=[SLUG])
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, validators=[CURRENCY])
    time_zone = models.CharField(max_length=64, default="UTC")
    fiscal_year_start = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    locale = models.CharField(max_length=16, default="en")
    is_sample = models.BooleanField(default=False)
    settings_version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="workspace_currency_code"),
            models.CheckConstraint(condition=Q(fiscal_year_start__range=(1, 12)), name="workspace_fiscal_month"),
        ]

    def __str__(self) -> str:
        return self.name


class BusinessUnit(models.Model):
    """A node of the workspace's organisation tree."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="units")
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        constraints = [models.UniqueConstraint("workspace", "name", name="unit_name_unique")]
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Membership(models.Model):
    """A person's role in a workspace."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    unit = models.ForeignKey(BusinessUnit, models.SET_NULL, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", "user", name="membership_unique"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"


class Invitation(models.Model):
    """A link that lets a person set a password and join; only the link's keyed hash is stored."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user} → {self.workspace}"
