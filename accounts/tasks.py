"""Work about people that a request should not wait for."""

from typing import Any

from celery import shared_task

from accounts.services.reset import mail_reset_link


@shared_task
def send_password_reset(*, email: str, **_: Any) -> None:
    """Sends a reset link where the address belongs to an active person."""
    mail_reset_link(email=email)
