"""The mail with a password reset link."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Membership, User

LOCAL = "127.0.0.1"


def mail_reset_link(*, email: str) -> None:
    """Mails a reset link to an active person with this address; does nothing for any other address."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    text = render_to_string("accounts/emails/password_reset.txt", {"link": f"{settings.BASE_URL}{path}", "user": user})
    message = EmailMessage("Set a new password for Hurdle", text, to=[user.email])
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    if _only_sample(user):
        message.connection = get_connection(host=LOCAL, port=settings.SAMPLE_SINK_PORT, username="", password="")
    message.send()


def _only_sample(user: User) -> bool:
    """Whether the person exists in the sample alone; their mail never leaves this machine."""
    kinds = set(Membership.objects.filter(user=user).values_list("workspace__is_sample", flat=True))
    return kinds == {True}
