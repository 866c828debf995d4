"""Whatever is typed into whatever field, a page answers in words and never with a fault of its own."""

import re

import pytest

from accounts.choices import Role
from accounts.models import Workspace
from tests.factories import make_member
from tests.portfolio.test_pages_initiatives import signed_in
from tests.portfolio.test_pages_strangers import FINANCE, OF_THE_OWN_WORKSPACE, RECORDS, Address, address

pytestmark = pytest.mark.django_db
__all__ = ["address"]
FOR_FINANCE = FINANCE | {"settings_dated", "exchange_rates", "period_locks", "price_index", "initiative_hurdle"}
FIELD = re.compile(r'name="([^"]+)"')
HOSTILE = [
    "\0",
    "NaN",
    "-Infinity",
    "1e999999",
    "9" * 400,
    "x" * 20_000,
    "٣٤",
    "1_000",
    "<script>alert(1)</script>",
    "2026-02-30",
    "0000-01-01",
    "9999-12-31",
    "-1",
    "\u202e\U0001f4a9",
    "' OR 1=1 --",
    "2147483648",
]


@pytest.mark.parametrize("name", [*RECORDS, *sorted(OF_THE_OWN_WORKSPACE - {"settings"})])
def test_hostile_input_is_answered_in_words(workspace: Workspace, address: Address, name: str) -> None:
    client = signed_in(make_member(workspace, Role.FINANCE if name in FOR_FINANCE else Role.ADMIN))
    url = address(name)
    fields = set(FIELD.findall(client.get(url).content.decode())) - {"csrfmiddlewaretoken", "theme", "next", "viewport"}
    for text in HOSTILE:
        response = client.post(url, dict.fromkeys(fields, text))
        assert response.status_code in {200, 302, 400}, text
        assert "<script>alert" not in response.content.decode()
        if response.status_code == 302:
            return


@pytest.mark.parametrize(
    "path",
    [
        "%00/costs/",
        "%F0%9F%92%A9/kpis/",
        "claims/costs/99999999999999999999/",
        "claims/kpis/0/",
        "..%2F/edit/",
        "new/edit/",
    ],
)
def test_an_address_that_leads_nowhere_is_not_found(workspace: Workspace, address: Address, path: str) -> None:
    assert signed_in(make_member(workspace, Role.ADMIN)).get(f"/initiatives/{path}").status_code == 404


@pytest.mark.parametrize(
    "query", ["year=%00", "year=99999", "costs=1e9", "costs=-1", "benefits=%00", "costs=99999999999999999999"]
)
def test_a_query_that_means_nothing_is_left_aside(workspace: Workspace, address: Address, query: str) -> None:
    assert signed_in(make_member(workspace, Role.ADMIN)).get(f"/initiatives/claims/costs/?{query}").status_code == 200
