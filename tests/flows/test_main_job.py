"""The main job against a real ./run: commands, import, API, figure, alert and digest, with nothing replaced."""

import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.config.conftest import data_folder
from tests.config.running import Running, command, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc"),
]
TODAY = date.today()
INITIATIVES = "key,name,currency,stage,go_live,horizon_months\nclaims,Claims triage,EUR,production,{go_live},36\n"
COSTS = """initiative,on,amount,currency,category,basis,external_id
claims,{paid},100000,EUR,people,plan,P-1
claims,{paid},90000,EUR,people,actual,A-1
"""
RING_THE_RULES = "from notices.tasks import evaluate; evaluate.delay()"


class House:
    """A running installation with one workspace and tokens for three people."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.tokens: dict[str, str] = {}

    def manage(self, *arguments: str, code: int = 0) -> str:
        """What a manage.py command printed."""
        done = command(self.running.data, "exec", "--", *arguments)
        assert done.returncode == code, done.stderr
        return done.stdout

    def open_workspace(self, slug: str, person: str, scopes: str) -> None:
        """A workspace with an administrator, who gets a token."""
        self.manage("create_workspace", slug, "--name", slug.title(), "--currency", "EUR", "--owner", person)
        self.add_token(slug, person, scopes)

    def add_token(self, slug: str, person: str, scopes: str) -> None:
        self.tokens[person] = self.manage(
            "create_token", "--workspace", slug, "--user", person, "--scopes", scopes
        ).removesuffix("\n")

    def call(self, person: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and document that the API answers to a person."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.running.port}/api/v1/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.tokens[person]}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.load(refusal)

    def figure(self, name: str) -> str | None:
        """The value of a figure of the only initiative."""
        value: str | None = self.call(ADMIN, "initiatives/claims/roi/")[1][name]["value"]
        return value

    def alerts(self, state: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call(ADMIN, f"alerts/?state={state}")[1]["results"]
        return found

    def post(self, person: str, path: str, body: Any) -> Any:
        """The answer to something new that must be taken."""
        status, answer = self.call(person, path, body)
        assert status == 201, answer
        return answer

    def mails(self) -> list[EmailMessage]:
        """What the mail sink received over SMTP."""
        files = sorted((self.running.data / "mail").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


ADMIN, FINANCE, STRANGER = "admin@acme.example", "finance@acme.example", "stranger@other.example"


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder to be."""
    yield from data_folder(0o711)


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    """An installation of two workspaces; `acme` has an imported initiative that spends less than planned."""
    running = Running(data, "--no-sample")
    try:
        running.wait_until_ready()
        house = House(running)
        house.open_workspace("acme", ADMIN, "read,write")
        house.manage("create_user", FINANCE, "--workspace", "acme", "--role", "finance")
        house.add_token("acme", FINANCE, "read,write,confirm")
        house.open_workspace("other", STRANGER, "read,write,admin")
        import_portfolio(house)
        yield house
    finally:
        running.stop()


def import_portfolio(house: House) -> None:
    """Loads two files, and the second of them again."""
    go_live, paid = TODAY - timedelta(days=200), TODAY - timedelta(days=100)
    folder = house.running.data.parent
    (folder / "initiatives.csv").write_text(INITIATIVES.format(go_live=go_live))
    (folder / "costs.csv").write_text(COSTS.format(paid=paid))
    counts = [imported(house, folder, kind) for kind in ("initiatives", "costs", "costs")]
    assert counts == [(1, 0, 0), (2, 0, 0), (0, 0, 2)]


def imported(house: House, folder: Path, kind: str) -> tuple[int, int, int]:
    printed = house.manage("import_records", kind, str(folder / f"{kind}.csv"), "--workspace", "acme", "--json")
    report = json.loads(printed)
    return report["created"], report["updated"], report["unchanged"]


def ring(house: House) -> None:
    """What the scheduler does once a minute."""
    house.manage("shell", "--no-imports", "-c", RING_THE_RULES)


def test_facts_become_a_figure_an_alert_and_a_digest(house: House) -> None:
    wait_until(lambda: house.figure("cost_to_date") == "90000.00")
    benefit = {"on": str(TODAY - timedelta(days=60)), "amount": "135000", "currency": "EUR", "benefit_class": "cash"}
    line = house.post(ADMIN, "initiatives/claims/benefits/", [benefit])["results"][0]
    wait_until(lambda: house.figure("benefit_claimed") == "135000.00", 10)
    assert house.figure("roi_to_date") == "-1.000000"

    assert house.call(ADMIN, f"benefits/{line['id']}/confirm/", {"evidence": "Ledger 4711"})[0] == 403
    assert house.call(FINANCE, f"benefits/{line['id']}/confirm/", {"evidence": "Ledger 4711"})[0] == 200
    wait_until(lambda: house.figure("roi_to_date") == "0.500000", 10)
    assert risk_is_read(house)

    watched(house)
    overspend(house)
    wait_until(lambda: house.figure("cost_to_date") == "150000.00", 10)
    ring(house)
    wait_until(lambda: house.alerts("open") != [], 30)
    assert [alert["rule"] for alert in house.alerts("open")] == ["cost_overrun"]

    a_stranger_finds_nothing(house)
    a_digest_is_sent_once(house)
    a_click_in_the_mail_ends_it(house)


def risk_is_read(house: House) -> bool:
    """The chance of never reaching production is answered with the reason why there is none after go-live."""
    chance = house.call(ADMIN, "initiatives/claims/risk/")[1]["never_in_production"]
    return (chance["value"], chance["reason"]) == (None, "ALREADY_IN_PRODUCTION")


def watched(house: House) -> None:
    """The first look of the rules has passed and opened nothing."""
    ring(house)
    wait_until(lambda: first_look_is_over(house), 30)
    assert house.alerts("open") == []


def first_look_is_over(house: House) -> bool:
    script = "from notices.models import Watch; print(Watch.objects.filter(initiative__key='claims').count())"
    return house.manage("shell", "--no-imports", "-c", script) == "1\n"


def overspend(house: House) -> None:
    cost = {"on": str(TODAY - timedelta(days=95)), "amount": "60000", "currency": "EUR", "category": "compute"}
    house.post(FINANCE, "initiatives/claims/costs/", [{**cost, "basis": "actual", "external_id": "A-2"}])


def a_stranger_finds_nothing(house: House) -> None:
    """A foreign key is answered like one that does not exist."""
    paths = ("initiatives/{}/", "initiatives/{}/roi/", "initiatives/{}/risk/", "initiatives/{}/costs/")
    for path in paths:
        assert house.call(STRANGER, path.format("claims")) == house.call(STRANGER, path.format("nothing"))
        assert house.call(STRANGER, path.format("claims"))[0] == 404


def send_digests(house: House, days: int) -> int:
    """How many digests were due that many days from now."""
    printed = house.manage("send_digests", "--now", f"{TODAY + timedelta(days=days)}T20:00+00:00", "--json")
    return len(json.loads(printed)["digests"])


def letters(house: House) -> list[EmailMessage]:
    return [mail for mail in house.mails() if mail["List-Unsubscribe"] and mail["To"] == ADMIN]


def a_digest_is_sent_once(house: House) -> None:
    """One digest reaches the reader over SMTP; the same moment again sends none."""
    assert send_digests(house, 8) >= 1
    assert send_digests(house, 8) == 0
    (letter,) = letters(house)
    text = letter.get_body(("plain",))
    assert text is not None
    assert "Claims triage" in text.get_content()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def a_click_in_the_mail_ends_it(house: House) -> None:
    """What a mail programme posts ends the subscription without a session."""
    url = re.sub("[<>]", "", str(letters(house)[0]["List-Unsubscribe"]))
    with urllib.request.urlopen(url, b"List-Unsubscribe=One-Click", timeout=20) as answer:  # noqa: S310
        assert answer.status == 200
    send_digests(house, 15)
    assert len(letters(house)) == 1
