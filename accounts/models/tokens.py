"""API tokens, stored as keyed hashes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.choices import Scope
from accounts.models.workspaces import Membership


class ApiToken(models.Model):
    """A token acts as its member, narrowed by its scopes; the token itself is shown once and never stored."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=8, choices=[(scope.value, scope.value) for scope in Scope]))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
