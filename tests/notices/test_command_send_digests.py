"""send_digests: what is due goes out; a dry run only says so."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership
from notices.models import Delivery, Digest, Subscription
from tests.notices.conftest import Inbox
from tests.notices.portfolio import FIRST_MONDAY, make_portfolio

DUE = FIRST_MONDAY.isoformat()


@pytest.fixture
def reader(db: None) -> Membership:
    return make_portfolio()


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("send_digests", *arguments, stdout=out)
    return out.getvalue()


def test_due_digests_go_out(reader: Membership, inbox: Inbox) -> None:
    answer = json.loads(run("--now", DUE, "--json"))

    assert (answer["sent"], [digest["to"] for digest in answer["digests"]], len(inbox.mails)) == (
        1,
        ["cfo@acme.example"],
        1,
    )


def test_before_the_hour_nothing_is_due(reader: Membership, inbox: Inbox) -> None:
    assert run("--now", "2026-06-08T06:59+02:00") == "0 digests due, 0 mails sent.\n"


def test_a_dry_run_says_what_would_go_out_and_leaves_no_trace(reader: Membership, inbox: Inbox) -> None:
    due = Subscription.objects.get().next_digest_at

    said = run("--now", DUE, "--dry-run")

    assert said.startswith("cfo@acme.example (acme): AI portfolio: ")
    assert (inbox.mails, Digest.objects.count(), Delivery.objects.count()) == ([], 0, 0)
    assert Subscription.objects.get().next_digest_at == due


def test_a_server_that_refuses_is_named(reader: Membership, inbox: Inbox) -> None:
    inbox.answers = ["552 Too large"]

    answer = json.loads(run("--now", DUE, "--json"))

    assert (answer["sent"], "Too large" in answer["problems"][0]) == (0, True)


def test_a_time_that_is_none_is_wrong_usage() -> None:
    with pytest.raises(CommandError, match="is not a time"):
        run("--now", "monday")
