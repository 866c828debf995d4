"""The reports page and the unsubscribe link."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.choices import Role
from accounts.models import Membership
from notices.access import unsubscribe_token
from notices.models import Delivery, Subscription
from notices.tasks import queue_due, send_all
from tests.factories import make_member, make_workspace
from tests.notices.conftest import Inbox
from tests.notices.portfolio import FIRST_MONDAY, make_portfolio


@pytest.fixture
def reader(db: None, settings: Settings) -> Iterator[Membership]:
    """The administrator of a portfolio, on the first Monday."""
    settings.EMAIL_HOST = "mail.example"
    with time_machine.travel(FIRST_MONDAY, tick=False):
        yield make_portfolio()


@pytest.fixture
def client(reader: Membership) -> Client:
    found = Client()
    found.force_login(reader.user)
    return found


def link(reader: Membership) -> str:
    return f"/unsubscribe/{unsubscribe_token(Subscription.objects.get(user=reader.user))}/"


def test_the_page_shows_the_subject_and_the_text_of_the_next_digest(client: Client) -> None:
    shown = client.get("/reports/").content.decode()

    assert "AI portfolio: −$230K forecast" in shown
    assert "−$230K net value forecast this year, $530K under plan." in shown


def test_the_preview_may_be_framed_by_our_own_page_and_runs_no_script(client: Client) -> None:
    answer = client.get("/reports/digest/")
    policy = answer["Content-Security-Policy"]

    assert (answer["X-Frame-Options"], "script-src 'none'" in policy) == ("SAMEORIGIN", True)


def test_looking_at_the_preview_stores_nothing(client: Client) -> None:
    client.get("/reports/")

    assert Delivery.objects.count() == 0


def test_a_test_goes_to_the_reader_and_moves_no_due_date(client: Client, reader: Membership) -> None:
    before = Subscription.objects.get().next_digest_at

    client.post("/reports/test/")

    delivery = Delivery.objects.get()
    assert (delivery.purpose, delivery.to, Subscription.objects.get().next_digest_at) == (
        "test",
        "cfo@acme.example",
        before,
    )


def test_a_test_of_made_up_data_may_leave_the_house_and_is_marked(
    reader: Membership, client: Client, inbox: Inbox
) -> None:
    type(reader.workspace).objects.update(is_sample=True)

    client.post("/reports/test/")
    send_all(lambda: FIRST_MONDAY)

    (mail,) = inbox.mails
    assert mail["Subject"].strip().startswith("[Sample]")


@pytest.mark.django_db(transaction=True)
def test_a_test_waits_in_the_outbox_when_the_broker_is_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise ConnectionError("no broker")

    with time_machine.travel(FIRST_MONDAY, tick=False):
        reader, client = make_portfolio(), Client()
        client.force_login(reader.user)
        monkeypatch.setattr("notices.tasks.send_waiting.delay", away)
        answer = client.post("/reports/test/")

    assert (answer.status_code, Delivery.objects.get().state) == (302, "waiting")


def test_the_log_shows_what_went_out(client: Client) -> None:
    queue_due(FIRST_MONDAY)

    shown = client.get("/reports/").content.decode()

    assert "cfo@acme.example" in shown
    assert "Waiting" in shown


def test_the_log_of_others_is_not_for_members(reader: Membership) -> None:
    queue_due(FIRST_MONDAY)
    member = make_member(reader.workspace, Role.EXECUTIVE)
    client = Client()
    client.force_login(member.user)

    assert "cfo@acme.example" not in re.sub(r"(?s)<header.*?</header>", "", client.get("/reports/").content.decode())


def test_an_executive_subscribes_to_another_day(reader: Membership) -> None:
    member = make_member(reader.workspace, Role.EXECUTIVE)
    client = Client()
    client.force_login(member.user)

    client.post("/reports/subscription/", {"weekday": 2, "hour": 8})

    row = Subscription.objects.get(user=member.user)
    assert (row.weekday, row.hour, row.next_digest_at.isoformat()) == (2, 8, "2026-06-10T06:00:00+00:00")


def test_an_impossible_hour_is_refused(client: Client) -> None:
    client.post("/reports/subscription/", {"weekday": 2, "hour": 24})

    assert Subscription.objects.get().hour == 7


def test_the_digest_is_switched_off_on_the_page(client: Client) -> None:
    client.post("/reports/subscription/", {"off": "yes"})

    assert queue_due(FIRST_MONDAY) == []


def test_an_administrator_who_switched_it_off_is_not_subscribed_again(client: Client) -> None:
    Subscription.objects.all().delete()
    client.post("/reports/subscription/", {"off": "yes"})

    assert queue_due(FIRST_MONDAY) == []


def test_before_the_first_figures_the_page_says_what_to_do(db: None) -> None:
    member = make_member(make_workspace(), Role.ADMIN)
    client = Client()
    client.force_login(member.user)

    assert "Record an initiative with a cost first" in client.get("/reports/").content.decode()
    assert client.get("/reports/digest/").status_code == 404


def test_following_the_unsubscribe_link_changes_nothing_yet(reader: Membership) -> None:
    answer = Client().get(link(reader))

    assert (answer.status_code, Subscription.objects.get().ended_at) == (200, None)
    assert "<button" in answer.content.decode()


def test_one_click_unsubscribes_without_signing_in_or_a_token_of_ours(reader: Membership) -> None:
    strict = Client(enforce_csrf_checks=True)

    answers = [strict.post(link(reader), {"List-Unsubscribe": "One-Click"}).status_code for _ in range(2)]

    assert (answers, queue_due(FIRST_MONDAY)) == ([200, 200], [])


def test_the_link_ends_one_subscription_and_no_other(reader: Membership) -> None:
    other = make_member(make_workspace("second"), Role.ADMIN, reader.user.email)
    queue_due(FIRST_MONDAY)
    row = Subscription.objects.get(workspace=reader.workspace)

    Client().post(f"/unsubscribe/{unsubscribe_token(row)}/")

    assert Subscription.objects.get(workspace=other.workspace).ended_at is None


@pytest.mark.parametrize("token", ["1", "1:forged", "x:y:z", "%00", "9" * 400])
def test_a_forged_link_does_not_exist(reader: Membership, token: str) -> None:
    assert Client().post(f"/unsubscribe/{token}/").status_code == 404


def test_a_digest_that_was_switched_off_is_switched_on_again_as_it_was(client: Client, reader: Membership) -> None:
    client.post("/reports/subscription/", {"weekday": "3", "hour": "16"})
    page = client.post("/reports/subscription/", {"off": "yes"}, follow=True).content.decode()
    assert 'action="/reports/subscription/resume/"' in page
    client.post("/reports/subscription/resume/")
    row = Subscription.objects.get(user=reader.user)
    assert (row.weekday, row.hour, row.ended_at) == (3, 16, None)
