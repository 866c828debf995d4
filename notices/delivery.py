"""The only place that talks to a mail server."""

from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notices.models import Delivery

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
PERMANENT = 500


class NotSent(Exception):
    """The mail was certainly not accepted; `permanent` where trying again is of no use."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Unanswered(Exception):
    """The connection broke before the server answered: the mail may have been accepted."""


def send(delivery: Delivery) -> None:
    """Hands one mail to its server.

    Mails that are `sink_only` go to the local mail sink and nowhere else, whatever EMAIL_HOST says.

    Raises:
        NotSent: the server could not be reached, or refused the mail.
        Unanswered: nobody knows whether the server took it.
    """
    connection = _sink() if delivery.sink_only else _server()
    try:
        connection.open()
    except OSError as error:
        raise NotSent(f"The mail server could not be reached: {error}") from error
    try:
        connection.send_messages([message(delivery)])
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise NotSent(f"The mail server refused the address: {error}", permanent=min(codes) >= PERMANENT) from error
    except SMTPDataError as error:
        raise NotSent(f"The mail server refused the mail: {error}", permanent=error.smtp_code >= PERMANENT) from error
    except SMTPResponseException as error:
        raise NotSent(f"The mail server refused the mail: {error}") from error
    except (SMTPException, OSError) as error:
        raise Unanswered(f"The mail server did not answer: {error}") from error
    finally:
        connection.close()


def message(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail of a delivery: text first, then HTML, and its own fixed Message-ID."""
    mail = EmailMultiAlternatives(
        subject=delivery.subject,
        body=delivery.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[delivery.to],
        headers={**delivery.headers, "Message-ID": delivery.message_id},
    )
    mail.attach_alternative(delivery.html, "text/html")
    return mail


def _server() -> BaseEmailBackend:
    if not settings.EMAIL_HOST:
        raise NotSent("No mail server is set. Set EMAIL_HOST.")
    return get_connection()


def _sink() -> BaseEmailBackend:
    if not settings.SAMPLE_SINK_PORT:
        raise NotSent("Made-up data is mailed to the local mail sink only, and none is running.", permanent=True)
    return get_connection(
        SMTP_BACKEND,
        host="127.0.0.1",
        port=settings.SAMPLE_SINK_PORT,
        username="",
        password="",
        use_tls=False,
        use_ssl=False,
    )
