"""API tokens: their shape, what is stored, and when they stop working."""

import zlib
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from accounts.access import Forbidden
from accounts.choices import Role, Scope
from accounts.models import ApiToken, Membership
from accounts.services.people import change_member, deactivate
from accounts.services.tokens import ALPHABET, find_token, issue_token, revoke_token, well_formed
from tests.calls import Api, api_of, words_of
from tests.factories import NOW, actor, make_member, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(db: None) -> Membership:
    return make_member(make_workspace(), Role.INTEGRATOR)


def test_a_token_begins_with_its_mark_and_ends_with_a_checksum(member: Membership) -> None:
    _, secret = issue_token(membership=member, scopes=["read"], now=NOW)
    body, number = secret.removeprefix("hur_")[:32], 0
    for letter in secret[-6:]:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    assert (secret[:4], len(secret), number) == ("hur_", 42, zlib.crc32(body.encode()))


def test_a_mistyped_token_is_refused_without_a_query(member: Membership, django_assert_num_queries) -> None:
    _, secret = issue_token(membership=member, scopes=["read"], now=NOW)
    other = "A" if secret[10] != "A" else "B"
    with django_assert_num_queries(0):
        assert find_token(secret=f"{secret[:10]}{other}{secret[11:]}", now=NOW) is None


@pytest.mark.parametrize(
    "text", ["", "hur_", "hur_" + "A" * 38, "hur_" + "é" * 38, "Bearer", "\0", "hur_" + "A" * 10_000]
)
def test_other_texts_are_no_tokens(text: str) -> None:
    assert not well_formed(text)


def test_the_token_itself_is_nowhere_in_the_database(member: Membership) -> None:
    issued = [issue_token(membership=member, scopes=["read"], now=NOW)[1] for _ in range(20)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ~ %s', ["|".join(issued)])  # noqa: S608
            found += [table] if cursor.fetchone()[0] else []
    assert found == []


def test_another_key_of_the_installation_ends_every_token(member: Membership) -> None:
    _, secret = issue_token(membership=member, scopes=["read"], now=NOW)
    with override_settings(SECRET_KEY="another key of the installation, long enough"):
        assert find_token(secret=secret, now=NOW) is None


def test_a_token_expires(member: Membership) -> None:
    _, secret = issue_token(membership=member, scopes=["read"], now=NOW, days=1)
    assert find_token(secret=secret, now=NOW + timedelta(hours=23)) is not None
    assert find_token(secret=secret, now=NOW + timedelta(hours=24)) is None


def test_a_revoked_token_stops_at_once(member: Membership) -> None:
    api = api_of(member.workspace, Role.INTEGRATOR)
    assert api.get("me/").status_code == 200
    revoke_token(actor=actor(member.workspace), token=ApiToken.objects.get(), now=timezone.now())
    assert api.get("me/").status_code == 401


def test_two_tokens_live_side_by_side_for_rotation(member: Membership) -> None:
    old, new = (Api(issue_token(membership=member, scopes=["read"], now=NOW)[1], member) for _ in range(2))
    assert [api.get("me/").status_code for api in (old, new)] == [200, 200]


def test_a_deactivated_persons_tokens_stop(member: Membership) -> None:
    api = api_of(member.workspace, Role.INTEGRATOR)
    deactivate(actor=actor(member.workspace), membership=member, now=timezone.now())
    assert api.get("me/").status_code == 401


def test_a_token_follows_a_change_of_role(member: Membership) -> None:
    api = api_of(member.workspace, Role.INTEGRATOR)
    change_member(actor=actor(member.workspace), membership=member, role="finance", unit=None, now=timezone.now())
    assert api.get("me/").json()["role"] == "finance"


def test_use_is_noted_at_most_once_a_minute(member: Membership) -> None:
    token, secret = issue_token(membership=member, scopes=["read"], now=NOW)
    for seconds in (0, 30, 61):
        find_token(secret=secret, now=NOW + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == NOW + timedelta(seconds=61 if seconds == 61 else 0)


@pytest.mark.parametrize("scopes", [[], ["fly"], ["read", "fly"]])
def test_unknown_scopes_are_refused(member: Membership, scopes: list[str]) -> None:
    with pytest.raises(ValidationError):
        issue_token(membership=member, scopes=scopes, now=NOW)


@pytest.mark.parametrize("days", [0, -1, 100_000])
def test_odd_expiries_are_refused(member: Membership, days: int) -> None:
    with pytest.raises(ValidationError):
        issue_token(membership=member, scopes=["read"], now=NOW, days=days)


def test_a_token_may_do_no_more_than_its_scopes(member: Membership) -> None:
    reader = api_of(member.workspace, Role.INTEGRATOR, [Scope.READ])
    writer = api_of(member.workspace, Role.INTEGRATOR, [Scope.WRITE])
    assert reader.post("initiatives/", {"name": "One"}).status_code == 403
    assert writer.post("initiatives/", {"name": "One"}).status_code == 201
    assert (reader.get("initiatives/").status_code, writer.get("initiatives/").status_code) == (200, 403)


def test_me_tells_person_role_scopes_and_workspace(member: Membership) -> None:
    answer = api_of(member.workspace, Role.INTEGRATOR, ["read", "write"]).get("me/").json()
    assert (answer["email"], answer["role"], answer["scopes"]) == (
        "integrator@acme.example",
        "integrator",
        ["read", "write"],
    )
    assert (answer["workspace"]["slug"], answer["workspace"]["currency"]) == ("acme", "EUR")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer a b", "Bearer \xff", "Token hur_x"])
def test_without_a_valid_token_the_answer_is_401(client: Client, header: str) -> None:
    answer = client.get("/api/v1/me/", headers={"authorization": header})
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_the_page_shows_a_new_token_once(client: Client, member: Membership) -> None:
    client.force_login(member.user)
    made = client.post("/settings/integrations/", {"name": "Billing", "scopes": ["read"], "days": "90"})
    secret = made.context["secret"]
    assert made.content.decode().count(secret) == 1
    assert find_token(secret=secret, now=timezone.now()) is not None
    assert secret not in client.get("/settings/integrations/").content.decode()


def test_a_member_sees_and_revokes_own_tokens_only(client: Client, member: Membership) -> None:
    other = issue_token(membership=make_member(member.workspace, Role.ADMIN), scopes=["read"], now=NOW, name="Theirs")[
        0
    ]
    own = issue_token(membership=member, scopes=["read"], now=NOW, name="Mine")[0]
    client.force_login(member.user)
    page = client.get("/settings/integrations/").content.decode()
    assert ("Mine" in page, "Theirs" in page) == (True, False)
    assert client.post(f"/settings/integrations/{other.pk}/revoke/").status_code == 403
    assert client.post(f"/settings/integrations/{own.pk}/revoke/").status_code == 302


def test_a_token_is_revoked_after_a_question(client: Client, member: Membership) -> None:
    token = issue_token(membership=member, scopes=["read"], now=NOW, name="Nightly")[0]
    client.force_login(member.user)
    page = client.get(f"/settings/integrations/{token.pk}/revoke/").content.decode()
    assert "Revoke Nightly?" in page
    assert "Keep it" in page
    assert ApiToken.objects.get().revoked_at is None


def test_a_role_without_tokens_is_refused(client: Client, member: Membership) -> None:
    client.force_login(make_member(member.workspace, Role.EXECUTIVE).user)
    assert client.get("/settings/integrations/").status_code == 403


def test_a_stranger_cannot_revoke(member: Membership, client: Client) -> None:
    token = issue_token(membership=member, scopes=["read"], now=NOW)[0]
    stranger = make_member(make_workspace("other"), Role.ADMIN)
    client.force_login(stranger.user)
    foreign = client.post(f"/settings/integrations/{token.pk}/revoke/")
    unknown = client.post("/settings/integrations/999999999/revoke/")
    assert words_of(foreign) == words_of(unknown)
    assert foreign.status_code == 404
    with pytest.raises(Forbidden):
        revoke_token(actor=actor(member.workspace, Role.EXECUTIVE), token=token, now=NOW)
