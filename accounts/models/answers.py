"""Answers kept for an Idempotency-Key."""

from django.db import models

from accounts.models.tokens import ApiToken


class KeptAnswer(models.Model):
    """What a call with an Idempotency-Key answered; written in the transaction of its effect, replayed to repeats."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("token", "key", name="kept_answer_once")]

    def __str__(self) -> str:
        return self.key
