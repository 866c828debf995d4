"""Workspaces, their members, and invitations."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import is_currency
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.access import Actor, require
from accounts.choices import Permission, Role
from accounts.models import BusinessUnit, Invitation, Membership, User, Workspace
from accounts.services.sessions import end_sessions

INVITATION_DAYS = 14


@dataclass(frozen=True)
class Joined:
    """A membership and, where the person has no password yet, the secret of their invitation link."""

    membership: Membership
    invitation: str | None


def create_workspace(
    *,
    now: datetime,
    slug: str,
    name: str,
    currency: str,
    owner: str,
    password: str | None = None,
    time_zone: str = "UTC",
    fiscal_year_start: int = 1,
) -> Joined:
    """A workspace with its first administrator.

    Raises:
        ValidationError: naming each faulty field.
    """
    known_time_zone(time_zone)
    if not is_currency(currency, "en"):
        raise ValidationError({"currency": f"{currency!r} is not a currency. Use three letters, such as EUR."})
    with transaction.atomic():
        workspace = Workspace(
            slug=slug, name=name, currency=currency, time_zone=time_zone, fiscal_year_start=fiscal_year_start
        )
        workspace.full_clean()
        workspace.save(force_insert=True)
        return add_person(now=now, workspace=workspace, email=owner, role=Role.ADMIN, password=password)


def add_person(*, now: datetime, workspace: Workspace, email: str, role: str, password: str | None = None) -> Joined:
    """The operator of the installation makes somebody a member at once.

    Args:
        password: sets it; without one a person who has none yet gets an invitation link.

    Raises:
        ValidationError: they are a member already, or a value is refused.
    """
    with transaction.atomic():
        user = _user(email)
        if Membership.objects.filter(workspace=workspace, user=user).exists():
            raise ValidationError({"email": f"{user.email} belongs to {workspace.slug} already."})
        if password is not None:
            set_password(user=user, password=password)
        membership = _membership(workspace, user, role, None, is_active=True)
        secret = None if user.has_usable_password() else _invitation(membership, None, now)
    return Joined(membership, secret)


def invite(*, actor: Actor, now: datetime, email: str, role: str, unit: BusinessUnit | None = None) -> Joined:
    """Invites somebody; they belong to the workspace once they accept. A new link ends the earlier one.

    Raises:
        ValidationError: they are a member already, or a value is refused.
        Forbidden: the actor is no administrator.
    """
    require(actor, Permission.ADMINISTER)
    with transaction.atomic():
        user = _user(email)
        known = Membership.objects.filter(workspace=actor.workspace, user=user).first()
        if known is not None and known.is_active:
            raise ValidationError({"email": f"{user.email} is a member already."})
        if known is None:
            known = _membership(actor.workspace, user, role, unit, is_active=False)
        else:
            _assign(known, role, unit)
        User.objects.filter(pk=user.pk).update(is_active=True)
        return Joined(known, _invitation(known, actor.user, now))


def find_invitation(*, secret: str, now: datetime) -> Invitation | None:
    """The open invitation behind a link."""
    waiting = Invitation.objects.filter(digest=_digest(secret), accepted_at=None, expires_at__gt=now)
    return waiting.select_related("workspace", "user").first()


def invite_again(*, actor: Actor, membership: Membership, now: datetime) -> Joined:
    """A new link for somebody who has not joined yet; the earlier one stops working.

    Raises:
        ValidationError: they are a member already.
        Forbidden: the actor is no administrator.
    """
    _require_administrator_of(actor, membership)
    address, role, unit = membership.user.email, membership.role, membership.unit
    return invite(actor=actor, now=now, email=address, role=role, unit=unit)


def withdraw_invitation(*, actor: Actor, membership: Membership) -> None:
    """Ends the open link of somebody who has not joined yet.

    Raises:
        ValidationError: there is no open invitation.
        Forbidden: the actor is no administrator.
    """
    _require_administrator_of(actor, membership)
    waiting = Invitation.objects.filter(workspace=actor.workspace, user=membership.user, accepted_at=None)
    if not waiting.delete()[0]:
        raise ValidationError("There is no open invitation: it was accepted or withdrawn meanwhile.")


def takes_password(invitation: Invitation) -> bool:
    """Whether the link itself may set the password: never for an account that another workspace relies on."""
    others = Membership.objects.filter(user=invitation.user, is_active=True).exclude(workspace=invitation.workspace)
    return not invitation.user.has_usable_password() and not others.exists()


def accept(*, invitation: Invitation, now: datetime, name: str = "", password: str | None = None) -> Membership:
    """Joins the workspace, once; with a password where the link may set one.

    Raises:
        ValidationError: the link was used already, or the password is refused.
    """
    with transaction.atomic():
        open_ones = Invitation.objects.filter(pk=invitation.pk, accepted_at=None)
        if open_ones.update(accepted_at=now) != 1:
            raise ValidationError("This invitation was used already. Sign in.")
        user = invitation.user
        if password is not None and takes_password(invitation):
            user.name = name.strip()[:120]
            set_password(user=user, password=password)
        membership = Membership.objects.select_for_update().get(workspace=invitation.workspace, user=user)
        membership.is_active = True
        membership.save(update_fields=["is_active"])
    return membership


def change_member(
    *, actor: Actor, membership: Membership, role: str, unit: BusinessUnit | None, now: datetime
) -> Membership:
    """Gives a member another role or unit.

    Raises:
        ValidationError: the workspace would be left without an administrator, or a value is refused.
        Forbidden: the actor is no administrator.
    """
    _require_administrator_of(actor, membership)
    with transaction.atomic():
        if role != Role.ADMIN:
            _keep_an_administrator(membership)
        _assign(membership, role, unit)
    return membership


def deactivate(*, actor: Actor, membership: Membership, now: datetime) -> None:
    """Shuts somebody out at once: their sessions end, their tokens and open invitations stop working.

    Raises:
        ValidationError: they are the last administrator.
        Forbidden: the actor is no administrator.
    """
    _require_administrator_of(actor, membership)
    with transaction.atomic():
        _keep_an_administrator(membership)
        Membership.objects.filter(pk=membership.pk).update(is_active=False)
        Invitation.objects.filter(workspace=actor.workspace, user=membership.user, accepted_at=None).delete()
        if not Membership.objects.filter(user=membership.user, is_active=True).exists():
            User.objects.filter(pk=membership.user_id).update(is_active=False)
        end_sessions(user=membership.user, now=now)


def reactivate(*, actor: Actor, membership: Membership) -> None:
    """Lets a deactivated member in again; one who never accepted needs a new invitation.

    Raises:
        ValidationError: they never joined.
        Forbidden: the actor is no administrator.
    """
    _require_administrator_of(actor, membership)
    if not membership.user.has_usable_password():
        raise ValidationError("They never joined. Invite them again.")
    with transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(is_active=True)
        User.objects.filter(pk=membership.user_id).update(is_active=True)


def set_password(*, user: User, password: str) -> None:
    """Sets a password that the rules accept.

    Raises:
        ValidationError: why it is refused.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user.set_password(password)
    user.is_active = True
    user.save(update_fields=["password", "is_active", "name"])


def known_time_zone(name: str) -> None:
    """Raises ValidationError unless the system knows the zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        text = f"{name!r} is not a time zone. Use a name such as Europe/Berlin."
        raise ValidationError({"time_zone": text}) from error


def _user(email: str) -> User:
    address = email.strip().lower()
    found = User.objects.filter(email=address).first()
    if found is not None:
        return found
    user = User(email=address)
    user.set_unusable_password()
    user.full_clean()
    user.save(force_insert=True)
    return user


def _membership(
    workspace: Workspace, user: User, role: str, unit: BusinessUnit | None, *, is_active: bool
) -> Membership:
    membership = Membership(workspace=workspace, user=user, role=role, unit=unit, is_active=is_active)
    membership.full_clean(exclude=["workspace", "user", "unit"])
    membership.save(force_insert=True)
    return membership


def _assign(membership: Membership, role: str, unit: BusinessUnit | None) -> None:
    if unit is not None and unit.workspace_id != membership.workspace_id:
        raise ValidationError({"unit": "There is no such unit."})
    membership.role, membership.unit = role, unit
    membership.full_clean(exclude=["workspace", "user", "unit"])
    membership.save(update_fields=["role", "unit"])


def _invitation(membership: Membership, invited_by: User | None, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    Invitation.objects.filter(workspace=membership.workspace, user=membership.user, accepted_at=None).delete()
    Invitation.objects.create(
        workspace=membership.workspace,
        user=membership.user,
        invited_by=invited_by,
        digest=_digest(secret),
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    return secret


def _digest(secret: str) -> str:
    return salted_hmac("accounts.invitation", secret, algorithm="sha256").hexdigest()


def _require_administrator_of(actor: Actor, membership: Membership) -> None:
    require(actor, Permission.ADMINISTER)
    if membership.workspace_id != actor.workspace.pk:
        raise ValidationError("There is no such member.")


def _keep_an_administrator(membership: Membership) -> None:
    """Locks the workspace's administrators, so that two of them cannot leave at the same moment."""
    admins = Membership.objects.filter(workspace=membership.workspace, role=Role.ADMIN, is_active=True)
    active = list(admins.order_by("pk").select_for_update().values_list("pk", flat=True))
    if active == [membership.pk]:
        raise ValidationError("A workspace needs an administrator. Make somebody else one first.")
