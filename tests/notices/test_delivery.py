"""Mails go out once, are tried again where a server refuses, and made-up data stays in the local sink."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import Workspace
from notices.choices import Purpose
from notices.models import Delivery
from notices.services.deliveries import claim, new_message_id
from notices.tasks import send_all
from portfolio.models import WorkState
from tests.notices.conftest import Inbox

NOW = datetime(2026, 6, 15, 5, tzinfo=UTC)


def waiting(workspace: Workspace, **fields: Any) -> Delivery:
    return Delivery.objects.create(
        **{
            "workspace": workspace,
            "purpose": Purpose.TEST,
            "to": "cfo@acme.example",
            "message_id": new_message_id(),
            "subject": "AI portfolio: €5.4M forecast",
            "text": "€5.4M net value forecast this year.",
            "html": "<p>€5.4M net value forecast this year.</p>",
            "headers": {"Auto-Submitted": "auto-generated"},
            "due_at": NOW,
            "created_at": NOW,
            **fields,
        }
    )


def send_at(now: datetime) -> int:
    return send_all(lambda: now)


def test_a_waiting_mail_reaches_the_server_with_text_before_html(workspace: Workspace, inbox: Inbox) -> None:
    delivery = waiting(workspace)

    send_at(NOW)

    (mail,) = inbox.mails
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == (delivery.message_id, "auto-generated")


def test_a_mail_is_sent_once(workspace: Workspace, inbox: Inbox) -> None:
    waiting(workspace)

    assert (send_at(NOW), send_at(NOW + timedelta(days=1))) == (1, 0)


def test_a_mail_that_is_not_due_waits(workspace: Workspace, inbox: Inbox) -> None:
    waiting(workspace, due_at=NOW + timedelta(minutes=1))

    assert send_at(NOW) == 0


def test_a_refused_mail_is_tried_again_later_under_the_same_message_id(workspace: Workspace, inbox: Inbox) -> None:
    delivery = waiting(workspace)
    inbox.answers = ["451 Greylisted, come back later"]

    tries = [send_at(NOW), send_at(NOW + timedelta(seconds=59)), send_at(NOW + timedelta(minutes=1))]

    assert (tries, [mail["Message-ID"] for mail in inbox.mails]) == ([0, 0, 1], [delivery.message_id])


def test_a_mail_refused_for_good_is_given_up_with_the_servers_words(workspace: Workspace, inbox: Inbox) -> None:
    delivery = waiting(workspace)
    inbox.answers = ["552 Too large"]

    send_at(NOW)

    delivery.refresh_from_db()
    assert (delivery.state, "Too large" in delivery.error) == (WorkState.FAILED, True)


def test_a_server_that_is_away_is_tried_eight_times_and_then_given_up(workspace: Workspace, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    delivery = waiting(workspace)

    for day in range(12):
        send_at(NOW + timedelta(days=day))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt) == (WorkState.FAILED, 8)


def test_without_a_mail_server_the_mail_waits_and_says_what_to_set(workspace: Workspace, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    delivery = waiting(workspace)

    send_at(NOW)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == (WorkState.WAITING, "No mail server is set. Set EMAIL_HOST.")


def test_a_connection_that_breaks_before_the_answer_leads_to_one_more_try(workspace: Workspace, inbox: Inbox) -> None:
    delivery = waiting(workspace)
    inbox.answers = ["break", "break", "break"]

    for hour in range(4):
        send_at(NOW + timedelta(hours=hour))

    assert [mail["Message-ID"] for mail in inbox.mails] == [delivery.message_id] * 2


def test_a_sender_that_dies_leaves_a_mail_that_is_tried_once_more(workspace: Workspace, inbox: Inbox) -> None:
    delivery = waiting(workspace)

    claims = [claim(now=NOW + timedelta(minutes=minutes)) for minutes in (0, 4, 5, 10, 15)]

    assert [row and row.pk for row in claims] == [delivery.pk, None, delivery.pk, None, None]


def test_a_mail_given_up_after_two_interruptions_says_that_it_may_have_gone_out(workspace: Workspace) -> None:
    delivery = waiting(workspace)

    for minutes in (0, 5, 10):
        claim(now=NOW + timedelta(minutes=minutes))

    delivery.refresh_from_db()
    assert (delivery.state, "may have gone out" in delivery.error) == (WorkState.FAILED, True)


def test_made_up_data_goes_to_the_local_sink_only(workspace: Workspace, inbox: Inbox, sink: Inbox) -> None:
    waiting(workspace, sink_only=True)

    send_at(NOW)

    assert (len(inbox.mails), len(sink.mails)) == (0, 1)


@pytest.mark.usefixtures("inbox")
def test_without_a_sink_made_up_data_goes_nowhere(workspace: Workspace, inbox: Inbox) -> None:
    delivery = waiting(workspace, sink_only=True)

    send_at(NOW)

    delivery.refresh_from_db()
    assert (inbox.mails, delivery.state) == ([], WorkState.FAILED)
