"""The weekly digest through real SMTP: once a week, with what changed since the last one."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from threading import Barrier

import pytest
import time_machine
from django.db import connections
from django.test import Client
from pytest_django import Settings

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from metrics.models import Kind
from metrics.services.past_totals import totals_on
from notices.choices import Rule
from notices.digests.compose import MOST_DECISIONS
from notices.digests.facts import facts_of
from notices.digests.preview import letter_of
from notices.models import Alert, Digest, Subscription
from notices.selectors.totals import told_before
from notices.services.subscriptions import end
from notices.tasks import queue_due, send_all, send_due_digests
from portfolio.models import Initiative
from portfolio.services.stages import change_stage
from tests.factories import make_initiative, make_member, make_workspace
from tests.notices.conftest import Inbox
from tests.notices.figures import make_alert
from tests.notices.portfolio import AHEAD, FIRST_MONDAY, SECOND_MONDAY, benefits, compute, make_portfolio

GOLDENS = Path(__file__).parent.parent / "goldens"
LARGEST = 60 * 1024


@pytest.fixture
def reader(db: None, settings: Settings) -> Membership:
    """The administrator of a portfolio with a past."""
    settings.BASE_URL = "https://roi.example"
    return make_portfolio()


def send(now) -> None:  # type: ignore[no-untyped-def]
    with time_machine.travel(now, tick=False):
        send_due_digests()


def a_week_later(workspace: Workspace) -> None:
    """Two things happen: the forecast of one initiative rises, another enters production."""
    midweek = FIRST_MONDAY + timedelta(days=2)
    initiatives = {initiative.key: initiative for initiative in Initiative.objects.filter(workspace=workspace)}
    benefits(initiatives["support-copilot"], AHEAD, 10_000, "forecast", midweek, note="Second team")
    change_stage(
        actor=Actor.system(workspace),
        initiative=initiatives["hr-assistant"],
        now=midweek,
        to="production",
        effective_on=midweek.date(),
    )
    compute(workspace, midweek)
    compute(workspace, SECOND_MONDAY - timedelta(hours=1))


def parts(mail: EmailMessage) -> tuple[str, str]:
    text, html = mail.iter_parts()
    return text.get_content(), html.get_content()


class _Visible(HTMLParser):
    """Text and link targets of a mail."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"style", "title"}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"style", "title"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def golden(name: str, body: str) -> str:
    """The agreed body; a missing file is written, to be read by a person before it is kept."""
    path = GOLDENS / name
    if not path.exists():
        path.write_text(body, encoding="utf-8")
        pytest.fail(f"{path} was missing and has been written: read it, then keep it.")
    return path.read_text(encoding="utf-8")


def read(html: str) -> _Visible:
    found = _Visible()
    found.feed(html)
    return found


def test_the_digest_reaches_the_reader_on_monday_at_seven(reader: Membership, inbox: Inbox) -> None:
    send(FIRST_MONDAY - timedelta(minutes=1))
    before = len(inbox.mails)
    send(FIRST_MONDAY)

    assert (before, [mail["To"] for mail in inbox.mails]) == (0, ["cfo@acme.example"])


def test_one_digest_a_week(reader: Membership, inbox: Inbox) -> None:
    for hour in range(0, 24 * 14, 12):
        send(FIRST_MONDAY + timedelta(hours=hour))

    assert (len(inbox.mails), Digest.objects.count()) == (2, 2)


def test_missed_weeks_are_made_up_for_by_one_digest(reader: Membership, inbox: Inbox) -> None:
    send(FIRST_MONDAY + timedelta(days=24))

    digest = Digest.objects.get()
    assert (len(inbox.mails), digest.period_start.isoformat()) == (1, "2026-06-22")


def test_two_schedulers_with_the_same_due_date_make_one_digest(reader: Membership) -> None:
    seen = Subscription.objects.select_related("workspace", "user", "set_up_by").get()
    queue_due(FIRST_MONDAY)
    Subscription.objects.update(next_digest_at=seen.next_digest_at)

    assert (queue_due(FIRST_MONDAY), Digest.objects.count()) == ([], 1)


@pytest.mark.parametrize("name", ["digest.text", "digest.html"])
def test_the_digest_of_a_fixed_portfolio_reads_as_agreed(reader: Membership, name: str) -> None:
    queue_due(FIRST_MONDAY)
    a_week_later(reader.workspace)
    (delivery,) = queue_due(SECOND_MONDAY)
    body = {"digest.text": delivery.text, "digest.html": delivery.html}[name]
    body = re.sub(r"unsubscribe/[^/]+/", "unsubscribe/TOKEN/", body)

    assert body == golden(name, body)


def test_the_subject_is_the_news_within_65_characters(reader: Membership) -> None:
    (delivery,) = queue_due(FIRST_MONDAY)

    assert delivery.subject == "AI portfolio: −$230K forecast, $530K under plan, 1 decision due"


def test_every_number_of_the_html_stands_in_the_text(reader: Membership) -> None:
    queue_due(FIRST_MONDAY)
    a_week_later(reader.workspace)
    (delivery,) = queue_due(SECOND_MONDAY)
    number = re.compile(r"\d[\d,.]*")
    visible = unescape(" ".join(read(delivery.html).words))

    assert set(number.findall(visible)) - set(number.findall(delivery.text)) == set()


def test_every_link_starts_at_the_base_url(reader: Membership) -> None:
    (delivery,) = queue_due(FIRST_MONDAY)
    links = [*read(delivery.html).links, *re.findall(r"https?://\S+", delivery.text)]

    assert links
    assert all(link.startswith("https://roi.example/") for link in links)


def test_the_html_is_small_and_holds_no_image_and_no_script(reader: Membership) -> None:
    (delivery,) = queue_due(FIRST_MONDAY)

    assert len(delivery.html.encode()) < LARGEST
    assert not re.search(r"<(img|script|link|svg)|url\(", delivery.html)


def test_the_mail_can_be_unsubscribed_with_one_click(reader: Membership, inbox: Inbox) -> None:
    send(FIRST_MONDAY)

    (mail,) = inbox.mails
    assert re.fullmatch(r"<https://roi\.example/unsubscribe/\S+/>", mail["List-Unsubscribe"].strip())
    assert (mail["List-Unsubscribe-Post"], mail["Auto-Submitted"], mail["List-Id"]) == (
        "List-Unsubscribe=One-Click",
        "auto-generated",
        "AI portfolio weekly digest <weekly.acme.roi.example>",
    )


def test_a_week_without_news_is_told_in_a_few_lines(reader: Membership) -> None:
    Initiative.objects.exclude(key="support-copilot").update(archived_at=FIRST_MONDAY)
    compute(reader.workspace, FIRST_MONDAY)
    queue_due(FIRST_MONDAY)
    compute(reader.workspace, SECOND_MONDAY)
    (delivery,) = queue_due(SECOND_MONDAY)

    assert delivery.subject == "AI portfolio: no change, $515K forecast"
    assert "DECIDE" not in delivery.text
    assert "Nothing changed by more than" in delivery.text


def test_an_alert_that_got_worse_is_told_once_more(reader: Membership) -> None:
    queue_due(FIRST_MONDAY)
    initiative = Initiative.objects.get(key="support-copilot")
    alert = make_alert(initiative, Rule.BELOW_HURDLE)
    Alert.objects.filter(pk=alert.pk).update(
        opened_at=FIRST_MONDAY - timedelta(days=1), worsened_at=FIRST_MONDAY + timedelta(days=1)
    )
    told = []
    for monday in (SECOND_MONDAY, SECOND_MONDAY + timedelta(days=7)):
        (delivery,) = queue_due(monday)
        told.append([words in delivery.text for words in ("Worse: 1", "Still open: 1")])

    assert told == [[True, False], [False, True]]


def test_what_is_not_known_is_said_once(reader: Membership) -> None:
    empty = make_initiative(make_workspace("new"), now=FIRST_MONDAY - timedelta(days=9))
    make_member(empty.workspace, Role.ADMIN, "new@acme.example")
    compute(empty.workspace, FIRST_MONDAY)
    delivery = next(each for each in queue_due(FIRST_MONDAY + timedelta(days=700)) if each.to == "new@acme.example")

    assert "Net value this year is not known yet. No cost is recorded.\n" in delivery.text
    assert delivery.text.count("No cost is recorded") == 1


def test_figures_nobody_has_fed_for_a_month_are_called_unreliable_first(reader: Membership) -> None:
    late = FIRST_MONDAY + timedelta(days=42)
    compute(reader.workspace, late)
    (delivery,) = queue_due(late)

    assert delivery.text.splitlines()[2] == (
        "Do not rely on these figures: nothing has been recorded since Jun 8, 2026."
    )


def test_a_digest_is_in_the_readers_own_language_of_figures_and_zone(reader: Membership) -> None:
    reader.user.locale, reader.user.time_zone = "de", "Pacific/Auckland"
    reader.user.save()
    (delivery,) = queue_due(FIRST_MONDAY)

    assert "07:00 (Pacific/Auckland)" in delivery.text
    assert "−230.000" in delivery.text


def test_made_up_data_is_marked_and_goes_to_the_local_sink(
    db: None, settings: Settings, inbox: Inbox, sink: Inbox
) -> None:
    make_portfolio(is_sample=True)

    send(FIRST_MONDAY)

    (mail,) = sink.mails
    text, html = parts(mail)
    assert inbox.mails == []
    assert mail["Subject"].strip().startswith("[Sample] ")
    assert "[Sample]" in text
    assert "[Sample]" in html


def test_people_who_switched_it_off_get_none(reader: Membership, inbox: Inbox) -> None:
    end(subscription=Subscription.objects.get(), now=FIRST_MONDAY)

    send(FIRST_MONDAY)

    assert inbox.mails == []


def test_people_who_left_get_none(reader: Membership, inbox: Inbox) -> None:
    Membership.objects.update(is_active=False)

    send(FIRST_MONDAY)

    assert inbox.mails == []


def test_a_digest_that_cannot_be_written_stays_due(reader: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("notices.digests.outbox.render", lambda letter: 1 / 0)
        queue_due(FIRST_MONDAY)

    assert len(queue_due(FIRST_MONDAY + timedelta(minutes=5))) == 1


@pytest.mark.django_db(transaction=True)
def test_three_schedulers_and_senders_at_once_send_one_mail(settings: Settings, inbox: Inbox) -> None:
    make_portfolio()
    at_once = Barrier(3)

    def work() -> int:
        at_once.wait()
        try:
            queue_due(FIRST_MONDAY)
            return send_all(lambda: FIRST_MONDAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        taken = [future.result() for future in [pool.submit(work) for _ in range(3)]]

    assert (sum(taken), len(inbox.mails), Digest.objects.count()) == (1, 1, 1)


def test_page_and_mail_tell_the_same_decisions(reader: Membership, client: Client) -> None:
    client.force_login(reader.user)
    with time_machine.travel(FIRST_MONDAY, tick=False):
        page = client.get("/").context["overview"].decisions.content
    facts = facts_of(reader.workspace, None, FIRST_MONDAY.date())
    assert facts is not None
    letter = letter_of(facts, Subscription.objects.get())
    on_page = [(each.title, each.why, each.stake) for each in page.items]
    assert on_page
    assert [(each.title, each.why, each.stake) for each in letter.decisions] == on_page[:MOST_DECISIONS]


def test_a_first_digest_is_not_held_against_a_restated_past(reader: Membership) -> None:
    """Somebody looked at what is known now about a past day; nobody believed that then."""
    day = FIRST_MONDAY.date()
    believed = told_before(None, reader.workspace, day)
    totals_on(workspace=reader.workspace, as_of=day - timedelta(days=7), now=FIRST_MONDAY, kind=Kind.RESTATED)
    assert told_before(None, reader.workspace, day) == believed
