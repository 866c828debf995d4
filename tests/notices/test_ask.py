"""Asking owners for an update: one mail a person, once a day, and nobody without an account."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import Membership, Workspace
from notices.models import Delivery
from portfolio.models import Initiative
from tests.factories import NOW, make_initiative
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def three(workspace: Workspace, owner: Membership) -> list[Initiative]:
    named = [make_initiative(workspace, key, owner=owner.user.email) for key in ("a", "b")]
    return [*named, make_initiative(workspace, "c", owner="L. Brandt")]


@pytest.fixture
def asker(colleague: Membership) -> Client:
    return signed_in(colleague)


def test_the_page_says_who_is_asked_and_who_cannot_be(asker: Client, three: list[Initiative]) -> None:
    page = asker.get("/many/ask/?key=a&key=b&key=c")
    assert [row.key for row in page.context["rows"]] == ["a", "b"]
    assert "L. Brandt has no account here" in page.content.decode()
    assert Delivery.objects.count() == 0


def test_an_owner_gets_one_mail_with_all_that_is_asked_about(
    asker: Client, three: list[Initiative], owner: Membership
) -> None:
    page = asker.post("/many/ask/", {"key": ["a", "b", "c"], "note": "For the <board>, please."}, follow=True)
    mail = Delivery.objects.get()
    assert (mail.to, mail.purpose, mail.subject) == (owner.user.email, "request", "Please update 2 initiatives")
    assert "/initiatives/a/kpis/" in mail.text
    assert "/initiatives/b/kpis/" in mail.html
    assert ("For the <board>, please." in mail.text, "For the &lt;board&gt;" in mail.html) == (True, True)
    assert "Asked 1 owner about 2 initiatives." in page.content.decode()


def test_the_same_question_goes_out_once_a_day(
    asker: Client, three: list[Initiative], clock: time_machine.Traveller
) -> None:
    for _ in range(2):
        asker.post("/many/ask/", {"key": ["a"]})
    assert Delivery.objects.count() == 1
    clock.shift(86_400)
    asker.post("/many/ask/", {"key": ["a"]})
    assert Delivery.objects.count() == 2


def test_made_up_data_never_asks_a_real_mail_server(
    asker: Client, three: list[Initiative], workspace: Workspace
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(is_sample=True)
    asker.post("/many/ask/", {"key": ["a"]})
    assert Delivery.objects.get().sink_only


def test_a_note_that_is_too_long_is_refused(asker: Client, three: list[Initiative]) -> None:
    assert asker.post("/many/ask/", {"key": ["a"], "note": "x" * 1001}).status_code == 400
    assert Delivery.objects.count() == 0
