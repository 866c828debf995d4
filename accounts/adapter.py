"""How django-allauth works here: people join by invitation, and every refusal sounds the same."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up, and tells nobody whether an address is known or an account was deactivated."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The mail address or the password is wrong.",
        "too_many_login_attempts": "Too many wrong tries. Wait 15 minutes, or set a new password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The active person with these credentials."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return user if user is not None and user.is_active else None

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Sets a password after a reset; wrong tries before it no longer count against the account."""
        super().set_password(user, password)
        self._delete_login_attempts_cached_email(self.request, email=user.get_username())

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No notes such as 'signed in': the page shows it."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """None of django-allauth's own notices."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Counts tries by account alone: the host name of a request is the caller's to choose."""
        return str(credentials.get("email", "")).strip().lower()
