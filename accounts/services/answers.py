"""One effect per Idempotency-Key: the answer is kept in the transaction of the effect."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import KeptAnswer

KEPT_FOR = timedelta(hours=24)


def claim(*, token_id: int, key: str) -> bool:
    """Takes the key for the rest of the transaction; False while another call holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"answer:{token_id}:{key}"])
        row = cursor.fetchone()
    return bool(row and row[0])


def kept_answer(*, token_id: int, key: str, now: datetime) -> KeptAnswer | None:
    """What an earlier call with this key answered within a day."""
    return KeptAnswer.objects.filter(token_id=token_id, key=key, created_at__gt=now - KEPT_FOR).first()


def keep_answer(
    *, token_id: int, key: str, fingerprint: str, status: int, body: str, headers: dict[str, Any], now: datetime
) -> None:
    """Keeps an answer for a day, and lets the token's older ones go."""
    KeptAnswer.objects.filter(token_id=token_id, created_at__lte=now - KEPT_FOR).delete()
    KeptAnswer.objects.create(
        token_id=token_id, key=key, fingerprint=fingerprint, status=status, body=body, headers=headers, created_at=now
    )
