"""Signing in, being locked out, signing out, resetting a password."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership
from accounts.services.people import deactivate
from accounts.tasks import send_password_reset
from tests.calls import words_of
from tests.factories import PASSWORD, actor, make_member, make_workspace

MAIL = "manager@acme.example"


@pytest.fixture(autouse=True)
def _no_earlier_tries() -> None:
    cache.clear()


@pytest.fixture
def member(db: None) -> Membership:
    return make_member(make_workspace(), Role.MANAGER)


def sign_in(client: Client, email: str = MAIL, password: str = PASSWORD, **extra: str) -> Any:
    return client.post("/login/", {"login": email, "password": password}, headers=extra)


def wrong_tries(client: Client, count: int, email: str = MAIL, **extra: str) -> None:
    for _ in range(count):
        sign_in(client, email, "not the password", **extra)


def words(response: HttpResponse) -> str:
    found = re.search(r'role="alert".*?<li>(.*?)</li>', response.content.decode(), re.S)
    return found[1] if found else ""


def test_a_member_signs_in_and_reaches_the_overview(client: Client, member: Membership) -> None:
    response = sign_in(client)
    assert (response.status_code, response.url) == (302, "/")
    assert client.get("/me/preferences/").status_code == 200


def test_signing_in_leads_on_to_the_page_that_was_asked_for(client: Client, member: Membership) -> None:
    asked = client.get("/me/preferences/")
    response = client.post("/login/?next=/me/preferences/", {"login": MAIL, "password": PASSWORD})
    assert asked.url == "/login/?next=/me/preferences/"
    assert response.url == "/me/preferences/"


def test_signing_in_never_leads_to_another_site(client: Client, member: Membership) -> None:
    response = client.post("/login/?next=https://elsewhere.example/", {"login": MAIL, "password": PASSWORD})
    assert response.url == "/"


def test_unknown_mail_wrong_password_and_deactivated_person_are_told_the_same(
    client: Client, member: Membership
) -> None:
    gone = make_member(member.workspace, Role.FINANCE)
    deactivate(actor=actor(member.workspace), membership=gone, now=timezone.now())
    answers = {
        words(sign_in(client, "nobody@acme.example")),
        words(sign_in(client, password="not the password")),
        words(sign_in(client, gone.user.email)),
    }
    assert answers == {"The mail address or the password is wrong."}


def test_ten_wrong_tries_lock_the_account_even_for_the_right_password(client: Client, member: Membership) -> None:
    for number in range(10):
        wrong_tries(Client(REMOTE_ADDR=f"10.0.0.{number}"), 1)
    refused = sign_in(Client(REMOTE_ADDR="10.0.9.9"))
    assert "Too many wrong tries" in words(refused)


def test_ten_wrong_tries_lock_the_network_for_other_accounts(client: Client, member: Membership) -> None:
    for number in range(10):
        wrong_tries(client, 1, f"guess{number}@acme.example")
    assert "Too many wrong tries" in words(sign_in(client))


def test_an_unknown_account_is_locked_with_the_same_words(client: Client, member: Membership) -> None:
    wrong_tries(client, 10, "nobody@acme.example")
    assert "Too many wrong tries" in words(sign_in(client, "nobody@acme.example"))


def test_a_made_up_forwarded_address_does_not_pass_the_lock(client: Client, member: Membership) -> None:
    for number in range(10):
        wrong_tries(client, 1, f"guess{number}@acme.example", x_forwarded_for=f"192.0.2.{number}")
    assert "Too many wrong tries" in words(sign_in(client, x_forwarded_for="192.0.2.99"))


def test_another_spelling_or_host_name_does_not_pass_the_lock(client: Client, member: Membership) -> None:
    for number in range(10):
        other = Client(REMOTE_ADDR=f"10.0.0.{number}", SERVER_NAME="127.0.0.1" if number % 2 else "localhost")
        wrong_tries(other, 1, MAIL.upper() if number % 3 else f" {MAIL}")
    assert "Too many wrong tries" in words(sign_in(Client(REMOTE_ADDR="10.0.9.9")))


@pytest.mark.django_db(transaction=True)
def test_of_fifty_tries_at_once_at_most_ten_are_judged() -> None:
    member = make_member(make_workspace(), Role.MANAGER)

    def attempt(number: int) -> str:
        try:
            return words(sign_in(Client(REMOTE_ADDR=f"10.0.{number}.1"), member.user.email, "wrong"))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(50)))
    assert sum("is wrong" in answer for answer in answers) <= 10


def test_deactivation_ends_the_session_at_once(client: Client, member: Membership) -> None:
    sign_in(client)
    deactivate(actor=actor(member.workspace), membership=member, now=timezone.now())
    assert client.get("/me/preferences/").url.startswith("/login/")
    assert Session.objects.count() == 0


def test_signing_out_ends_the_session_on_the_server(client: Client, member: Membership) -> None:
    sign_in(client)
    kept = client.cookies["hurdle_session"].value
    client.post("/logout/")
    client.cookies["hurdle_session"] = kept
    assert client.get("/me/preferences/").url.startswith("/login/")


def test_signing_in_changes_the_session_id(client: Client, member: Membership) -> None:
    client.post("/password/reset/", {"email": "x"})
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    client.cookies["hurdle_session"] = before
    sign_in(client)
    assert client.cookies["hurdle_session"].value != before


def test_a_reset_link_sets_a_new_password_and_ends_other_sessions(client: Client, member: Membership) -> None:
    other = Client()
    sign_in(other)
    send_password_reset(email=MAIL, added_later=1)
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    form = client.get(link.removeprefix("http://localhost:8000"), follow=True)
    done = client.post(form.request["PATH_INFO"], {"password1": "a wholly new one", "password2": "a wholly new one"})
    assert done.url == "/password/reset/done/"
    assert sign_in(client, password="a wholly new one").url == "/"
    assert other.get("/me/preferences/").url.startswith("/login/")


def test_a_reset_link_works_once(client: Client, member: Membership) -> None:
    send_password_reset(email=MAIL)
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    path = link.removeprefix("http://localhost:8000")
    form = client.get(path, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "a wholly new one", "password2": "a wholly new one"})
    assert "used already" in Client().get(path, follow=True).content.decode()


def test_a_reset_opens_a_locked_account(client: Client, member: Membership) -> None:
    wrong_tries(Client(REMOTE_ADDR="10.9.9.9"), 10)
    send_password_reset(email=MAIL)
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    form = client.get(link.removeprefix("http://localhost:8000"), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "a wholly new one", "password2": "a wholly new one"})
    assert sign_in(client, password="a wholly new one").status_code == 302


def test_asking_for_a_reset_is_answered_alike_for_known_and_unknown_addresses(
    client: Client, member: Membership
) -> None:
    known = client.post("/password/reset/", {"email": MAIL})
    unknown = client.post("/password/reset/", {"email": "nobody@acme.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url) == (302, "/password/reset/sent/")


def test_a_reset_mail_goes_to_known_active_people_only(member: Membership) -> None:
    send_password_reset(email="nobody@acme.example")
    assert mail.outbox == []


def test_mail_to_people_of_the_sample_alone_goes_to_the_local_sink(db: None) -> None:
    make_member(make_workspace("sample", is_sample=True), Role.ADMIN, "demo@sample.example")
    with override_settings(EMAIL_HOST="mail.real.example"):
        send_password_reset(email="demo@sample.example")
    assert mail.outbox[0].connection is not None


@pytest.mark.parametrize(
    "path", ["/signup/", "/email/", "/confirm-email/x/", "/inactive/", "/reauthenticate/", "/accounts/signup/"]
)
def test_other_pages_of_the_sign_in_library_cannot_be_reached(client: Client, member: Membership, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_changed_password_ends_every_session(client: Client, member: Membership) -> None:
    other = Client()
    sign_in(other)
    sign_in(client)
    fields = {"oldpassword": PASSWORD, "password1": "a wholly new one", "password2": "a wholly new one"}
    client.post("/me/password/", fields)
    assert [page.get("/me/preferences/").status_code for page in (client, other)] == [302, 302]


def test_a_session_gives_no_access_to_the_api(client: Client, member: Membership) -> None:
    sign_in(client)
    assert client.get("/api/v1/me/").status_code == 401


def test_the_actor_is_the_person_in_the_chosen_workspace(client: Client, member: Membership) -> None:
    second = make_workspace("zeta")
    make_member(second, Role.FINANCE, MAIL)
    sign_in(client)
    client.post("/workspace/", {"workspace": "zeta"})
    chosen: Actor = client.get("/me/preferences/").wsgi_request.actor  # type: ignore[attr-defined]
    assert (chosen.workspace, chosen.role) == (second, Role.FINANCE)


def test_a_foreign_workspace_cannot_be_chosen(client: Client, member: Membership) -> None:
    make_workspace("other")
    sign_in(client)
    foreign = client.post("/workspace/", {"workspace": "other"})
    unknown = client.post("/workspace/", {"workspace": "none"})
    assert words_of(foreign) == words_of(unknown)
    assert foreign.status_code == 404
