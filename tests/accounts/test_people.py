"""Invitations and the people page."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.access import Forbidden
from accounts.choices import Role
from accounts.models import BusinessUnit, Invitation, Membership, Workspace
from accounts.services.people import accept, add_person, change_member, deactivate, find_invitation, invite, reactivate
from accounts.services.tokens import issue_token
from tests.calls import words_of
from tests.factories import NOW, PASSWORD, actor, make_member, make_workspace

pytestmark = pytest.mark.django_db
NEW = {"name": "Nadia Ahmed", "password": "a wholly new one"}


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def admin(workspace: Workspace, client: Client) -> Client:
    client.force_login(actor(workspace).user)
    return client


def invited(workspace: Workspace, email: str = "nadia@acme.example", role: str = "finance") -> str:
    return invite(actor=actor(workspace), now=timezone.now(), email=email, role=role).invitation or ""


def state(workspace: Workspace, email: str) -> bool:
    return Membership.objects.get(workspace=workspace, user__email=email).is_active


def test_an_invited_person_sets_name_and_password_and_joins(admin: Client, workspace: Workspace) -> None:
    page = admin.post("/settings/people/", {"email": "Nadia@Acme.example", "role": "finance", "unit": ""})
    link = page.context["invited"]["link"]
    new = Client()
    joined = new.post(link.removeprefix("http://localhost:8000"), NEW)
    member = Membership.objects.get(user__email="nadia@acme.example")
    assert (joined.status_code, member.is_active, member.role, member.user.name) == (302, True, "finance", NEW["name"])
    assert new.get("/me/preferences/").status_code == 200


def test_nobody_belongs_before_they_accept(workspace: Workspace) -> None:
    invited(workspace)
    assert state(workspace, "nadia@acme.example") is False


def test_a_link_works_once(workspace: Workspace) -> None:
    path = f"/invitations/{invited(workspace)}/"
    Client().post(path, NEW)
    again = Client().post(path, {**NEW, "password": "somebody else again"})
    assert again.status_code == 404
    assert Membership.objects.get(user__email="nadia@acme.example").user.check_password(NEW["password"])


def test_two_acceptances_at_once_are_one(workspace: Workspace) -> None:
    secret = invited(workspace)
    first, second = (find_invitation(secret=secret, now=timezone.now()) for _ in range(2))
    assert first is not None
    assert second is not None
    accept(invitation=first, now=timezone.now(), **NEW)
    with pytest.raises(ValidationError):
        accept(invitation=second, now=timezone.now(), **NEW)


def test_a_link_is_over_after_two_weeks_and_when_replaced(workspace: Workspace) -> None:
    first, second = invited(workspace), invited(workspace)
    assert find_invitation(secret=first, now=timezone.now()) is None
    assert find_invitation(secret=second, now=timezone.now() + timedelta(days=15)) is None


@pytest.mark.parametrize("password", ["short", "password123", "nadia@acme.example"])
def test_a_weak_password_is_refused_and_the_link_stays_open(workspace: Workspace, password: str) -> None:
    secret = invited(workspace)
    answer = Client().post(f"/invitations/{secret}/", {**NEW, "password": password})
    assert answer.status_code == 400
    assert find_invitation(secret=secret, now=timezone.now()) is not None


def test_a_link_never_sets_the_password_of_an_account_of_another_workspace(workspace: Workspace) -> None:
    other = make_workspace("other")
    victim = make_member(workspace, Role.ADMIN, "victim@acme.example")
    secret = invite(actor=actor(other), now=timezone.now(), email=victim.user.email, role="manager").invitation
    thief = Client()
    thief.post(f"/invitations/{secret}/", {"name": "Thief", "password": "the thief's password"})
    victim.user.refresh_from_db()
    assert (victim.user.check_password(PASSWORD), state(other, victim.user.email)) == (True, False)
    assert thief.get("/me/preferences/").status_code == 302


def test_a_link_never_sets_a_first_password_for_another_workspace(workspace: Workspace) -> None:
    other = make_workspace("other")
    waiting = add_person(now=NOW, workspace=workspace, email="new@acme.example", role="admin").membership
    secret = invite(actor=actor(other), now=timezone.now(), email="new@acme.example", role="manager").invitation
    Client().post(f"/invitations/{secret}/", {"name": "Thief", "password": "the thief's password"})
    waiting.user.refresh_from_db()
    assert not waiting.user.has_usable_password()


def test_a_person_with_an_account_joins_while_signed_in(workspace: Workspace) -> None:
    other = make_workspace("other")
    member = make_member(workspace, Role.MANAGER, "ruth@acme.example")
    secret = invite(actor=actor(other), now=timezone.now(), email="ruth@acme.example", role="finance").invitation
    client = Client()
    client.force_login(member.user)
    client.post(f"/invitations/{secret}/")
    assert state(other, "ruth@acme.example") is True


def test_somebody_else_signed_in_does_not_join_by_anothers_link(workspace: Workspace) -> None:
    other = make_workspace("other")
    make_member(workspace, Role.MANAGER, "ruth@acme.example")
    secret = invite(actor=actor(other), now=timezone.now(), email="ruth@acme.example", role="finance").invitation
    client = Client()
    client.force_login(actor(workspace, Role.FINANCE).user)
    client.post(f"/invitations/{secret}/")
    assert state(other, "ruth@acme.example") is False


def test_an_unknown_link_is_not_found(client: Client) -> None:
    assert client.get("/invitations/none/").status_code == 404


def test_only_administrators_see_the_people(workspace: Workspace, client: Client) -> None:
    for role in Role:
        client.force_login(actor(workspace, role).user)
        assert client.get("/settings/people/").status_code == (200 if role is Role.ADMIN else 403)


def test_the_page_lists_everybody_with_their_state(admin: Client, workspace: Workspace) -> None:
    for role in Role:
        actor(workspace, role)
    invited(workspace)
    page = admin.get("/settings/people/").content.decode()
    assert [page.count(f"<td>{word}<") for word in ("active", "invited", "deactivated")] == [5, 1, 0]
    assert "link works until" in page


def test_an_invitation_that_is_too_old_says_so_and_is_made_anew(admin: Client, workspace: Workspace) -> None:
    invited(workspace)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    member = Membership.objects.get(user__email="nadia@acme.example")
    assert "invitation over" in admin.get("/settings/people/").content.decode()
    page = admin.post(f"/settings/people/{member.pk}/invitation/")
    assert find_invitation(secret=page.context["invited"]["link"].rsplit("/", 2)[1], now=timezone.now()) is not None


def test_a_new_link_ends_the_earlier_one(admin: Client, workspace: Workspace) -> None:
    earlier = invited(workspace)
    member = Membership.objects.get(user__email="nadia@acme.example")
    assert "sent earlier stops working" in admin.get(f"/settings/people/{member.pk}/invitation/").content.decode()
    assert find_invitation(secret=earlier, now=timezone.now()) is not None
    admin.post(f"/settings/people/{member.pk}/invitation/")
    assert find_invitation(secret=earlier, now=timezone.now()) is None


def test_a_member_gets_no_new_link(admin: Client, workspace: Workspace) -> None:
    member = make_member(workspace, Role.MANAGER)
    assert admin.post(f"/settings/people/{member.pk}/invitation/").status_code == 302
    assert not Invitation.objects.exists()


def test_a_withdrawn_invitation_is_asked_about_and_leaves_nobody_behind(admin: Client, workspace: Workspace) -> None:
    secret = invited(workspace)
    member = Membership.objects.get(user__email="nadia@acme.example")
    path = f"/settings/people/{member.pk}/invitation/withdraw/"
    assert "Withdraw the invitation of nadia@acme.example?" in admin.get(path).content.decode()
    assert find_invitation(secret=secret, now=timezone.now()) is not None
    admin.post(path)
    assert find_invitation(secret=secret, now=timezone.now()) is None
    admin.get("/settings/people/")
    assert "nadia@acme.example" not in admin.get("/settings/people/").content.decode()


def test_who_was_a_member_before_stays_listed_when_a_new_invitation_is_withdrawn(
    admin: Client, workspace: Workspace
) -> None:
    member = make_member(workspace, Role.MANAGER)
    deactivate(actor=actor(workspace), membership=member, now=timezone.now())
    invited(workspace, member.user.email, "manager")
    admin.post(f"/settings/people/{member.pk}/invitation/withdraw/")
    assert "<td>deactivated<" in admin.get("/settings/people/").content.decode()


def test_withdrawing_twice_is_answered_in_words(admin: Client, workspace: Workspace) -> None:
    invited(workspace)
    path = f"/settings/people/{Membership.objects.get(user__email='nadia@acme.example').pk}/invitation/withdraw/"
    admin.post(path)
    assert "no open invitation" in admin.post(path, follow=True).content.decode()


def test_deactivation_is_asked_about_and_names_the_tokens_that_stop(admin: Client, workspace: Workspace) -> None:
    member = make_member(workspace, Role.INTEGRATOR)
    issue_token(membership=member, name="Feed", scopes=["read"], days=90, now=timezone.now())
    page = admin.get(f"/settings/people/{member.pk}/deactivate/").content.decode()
    assert "1 access token of theirs stops working" in page
    assert state(workspace, member.user.email) is True


def test_a_member_gets_another_role_and_unit(admin: Client, workspace: Workspace) -> None:
    unit = BusinessUnit.objects.create(workspace=workspace, name="Motor")
    member = make_member(workspace, Role.MANAGER)
    admin.post(f"/settings/people/{member.pk}/", {"role": "finance", "unit": str(unit.pk)})
    member.refresh_from_db()
    assert (member.role, member.unit) == ("finance", unit)


def test_a_unit_of_another_workspace_is_refused(admin: Client, workspace: Workspace) -> None:
    unit = BusinessUnit.objects.create(workspace=make_workspace("other"), name="Motor")
    member = make_member(workspace, Role.MANAGER)
    assert admin.post(f"/settings/people/{member.pk}/", {"role": "finance", "unit": str(unit.pk)}).status_code == 400
    with pytest.raises(ValidationError):
        change_member(actor=actor(workspace), membership=member, role="finance", unit=unit, now=NOW)


def test_a_deactivated_member_comes_back(admin: Client, workspace: Workspace) -> None:
    member = make_member(workspace, Role.MANAGER)
    admin.post(f"/settings/people/{member.pk}/deactivate/")
    assert state(workspace, member.user.email) is False
    admin.post(f"/settings/people/{member.pk}/reactivate/")
    member.user.refresh_from_db()
    assert (state(workspace, member.user.email), member.user.is_active) == (True, True)


def test_deactivating_is_undone_by_the_button_beside_the_message(admin: Client, workspace: Workspace) -> None:
    member = make_member(workspace, Role.MANAGER)
    page = admin.post(f"/settings/people/{member.pk}/deactivate/", follow=True).content.decode()
    assert "can no longer sign in here." in page
    assert page.count(f'action="/settings/people/{member.pk}/reactivate/" class="undo"') == 1


def test_deactivation_closes_open_invitations(workspace: Workspace) -> None:
    secret = invited(workspace)
    member = Membership.objects.get(user__email="nadia@acme.example")
    deactivate(actor=actor(workspace), membership=member, now=timezone.now())
    assert find_invitation(secret=secret, now=timezone.now()) is None
    assert Invitation.objects.count() == 0


def test_deactivation_in_one_workspace_leaves_the_others_alone(workspace: Workspace) -> None:
    member = make_member(workspace, Role.MANAGER, "ruth@acme.example")
    make_member(make_workspace("other"), Role.MANAGER, "ruth@acme.example")
    deactivate(actor=actor(workspace), membership=member, now=timezone.now())
    member.user.refresh_from_db()
    assert member.user.is_active


def test_the_last_administrator_stays(workspace: Workspace) -> None:
    boss = actor(workspace)
    member = Membership.objects.get(user=boss.user)
    with pytest.raises(ValidationError):
        deactivate(actor=boss, membership=member, now=timezone.now())
    with pytest.raises(ValidationError):
        change_member(actor=boss, membership=member, role="finance", unit=None, now=timezone.now())


def test_one_who_never_joined_is_invited_again_instead(workspace: Workspace) -> None:
    invited(workspace)
    member = Membership.objects.get(user__email="nadia@acme.example")
    with pytest.raises(ValidationError):
        reactivate(actor=actor(workspace), membership=member)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_invite_and_deactivate(workspace: Workspace, role: Role) -> None:
    member = make_member(workspace, Role.MANAGER, "target@acme.example")
    with pytest.raises(Forbidden):
        invite(actor=actor(workspace, role), now=timezone.now(), email="x@acme.example", role="manager")
    with pytest.raises(Forbidden):
        deactivate(actor=actor(workspace, role), membership=member, now=timezone.now())


def test_a_foreign_member_is_answered_like_an_unknown_one(admin: Client) -> None:
    foreign = make_member(make_workspace("other"), Role.MANAGER)
    for path in ("", "deactivate/", "reactivate/", "invitation/", "invitation/withdraw/"):
        there = admin.post(f"/settings/people/{foreign.pk}/{path}")
        unknown = admin.post(f"/settings/people/999999999/{path}")
        assert words_of(there) == words_of(unknown)
        assert there.status_code == 404
    assert state(foreign.workspace, foreign.user.email) is True


def test_preferences_change_name_zone_and_figures(admin: Client, workspace: Workspace) -> None:
    fields = {"name": "Ana", "time_zone": "Asia/Tokyo", "locale": "de", "theme": "dark"}
    answer = admin.post("/me/preferences/", fields)
    user = actor(workspace).user
    assert user is not None
    user.refresh_from_db()
    assert (answer.status_code, user.name, user.time_zone, user.locale, user.theme) == (302, *fields.values())
    assert admin.cookies["theme"].value == "dark"


def test_shortcuts_are_on_until_a_person_switches_them_off(admin: Client, workspace: Workspace) -> None:
    kept = {"name": "Ana", "time_zone": "", "locale": "", "theme": ""}
    assert "<body data-shortcuts>" in admin.get("/me/preferences/").content.decode()
    admin.post("/me/preferences/", kept)
    assert "data-shortcuts" not in admin.get("/me/preferences/").content.decode()
    assert "switched off" in admin.get("/help/keys/").content.decode()
    admin.post("/me/preferences/", {**kept, "has_shortcuts": "on"})
    assert "<body data-shortcuts>" in admin.get("/me/preferences/").content.decode()


@pytest.mark.parametrize("change", [{"time_zone": "Mars/Olympus"}, {"locale": "xx"}, {"theme": "red"}, {"name": ""}])
def test_odd_preferences_are_refused(admin: Client, change: dict[str, str]) -> None:
    fields = {"name": "Ana", "time_zone": "", "locale": "", "theme": "", **change}
    assert admin.post("/me/preferences/", fields).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/login/", "/password/reset/", "/password/reset/sent/", "/password/reset/done/", "/logout/", "/me/password/"],
)
def test_pages_of_signing_in_hold_no_inline_style_or_script(admin: Client, path: str) -> None:
    page = (admin if path in {"/logout/", "/me/password/"} else Client()).get(path)
    assert page.status_code == 200
    assert not re.search(r"<script(?![^>]*src)|\sstyle=|\son\w+=", page.content.decode())
