"""Settings and the first run on pages."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from accounts.choices import Role
from accounts.models import BusinessUnit, Membership, User, Workspace
from portfolio.models import DatedSetting, ExchangeRate, PriceIndex, Programme
from portfolio.services.workspaces import AlreadySetUp, set_up
from tests.factories import NOW, make_initiative, make_member, make_workspace
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
COUNTING = {"name": "Acme", "currency": "EUR", "fiscal_year_start": "4", "time_zone": "Europe/Berlin", "locale": "de"}
FIRST = {
    "organisation": "Acme Works",
    "currency": "eur",
    "fiscal_year_start": "4",
    "time_zone": "Europe/Berlin",
    "hurdle": "25",
    "discount_rate": "",
    "your_name": "Ada Admin",
    "email": "ada@acme.example",
    "password": "a long enough secret",
}


@pytest.fixture
def admin(workspace: Workspace) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN))


@pytest.fixture
def finance(colleague: Membership) -> Client:
    return signed_in(colleague)


def confirm(client: Client, path: str, sent: dict[str, str]) -> None:
    """Sends the form, reads what it would do, and sends it again."""
    told = client.post(path, sent).context["form"]
    client.post(path, {**sent, "confirmed": told.seen()})


def test_everybody_reads_the_settings(workspace: Workspace, owner: Membership) -> None:
    page = signed_in(owner).get("/settings/").content.decode()
    assert "No hurdle holds today." in page
    assert "Change" not in page


def test_a_change_that_moves_figures_says_so_before_it_is_saved(workspace: Workspace, admin: Client) -> None:
    make_initiative(workspace)
    page = admin.post("/settings/workspace/", COUNTING).content.decode()
    workspace.refresh_from_db()
    assert "Check what this does." in page
    assert (workspace.fiscal_year_start, workspace.settings_version) == (1, 1)
    confirm(admin, "/settings/workspace/", COUNTING)
    workspace.refresh_from_db()
    assert (workspace.fiscal_year_start, workspace.settings_version) == (4, 2)


def test_a_new_name_moves_no_figure(workspace: Workspace, admin: Client) -> None:
    make_initiative(workspace)
    same = {"currency": "EUR", "fiscal_year_start": "1", "time_zone": "UTC", "locale": "en"}
    admin.post("/settings/workspace/", {**same, "name": "Acme Holding"})
    workspace.refresh_from_db()
    assert (workspace.name, workspace.settings_version) == ("Acme Holding", 1)


def test_a_value_that_was_changed_after_it_was_told_about_is_told_about_again(finance: Client) -> None:
    sent = {"name": "hurdle", "value": "25", "on": "2026-04-01"}
    seen = finance.post("/settings/hurdle/", sent).context["form"].seen()
    page = finance.post("/settings/hurdle/", {**sent, "value": "95", "confirmed": seen}).content.decode()
    assert "brings at least 1.95 for each 1 it costs" in page
    assert not DatedSetting.objects.exists()


def test_only_administrators_change_how_we_count(finance: Client) -> None:
    assert finance.post("/settings/workspace/", COUNTING).status_code == 403


def test_a_hurdle_is_told_in_words_before_it_is_saved(workspace: Workspace, finance: Client) -> None:
    sent = {"name": "hurdle", "value": "25", "on": "2026-04-01"}
    page = finance.post("/settings/hurdle/", sent).content.decode()
    assert "brings at least 1.25 for each 1 it costs" in page
    assert not DatedSetting.objects.exists()
    confirm(finance, "/settings/hurdle/", sent)
    setting = DatedSetting.objects.get()
    assert (setting.value, setting.on) == (Decimal("0.25"), date(2026, 4, 1))
    assert "holds today" in finance.get("/settings/").content.decode()


def test_only_finance_sets_the_hurdle(admin: Client) -> None:
    assert admin.post("/settings/hurdle/", {"name": "hurdle", "value": "25", "on": "2026-04-01"}).status_code == 403


def test_an_exchange_rate_is_added(finance: Client) -> None:
    finance.post("/settings/rates/", {"base": "USD", "rate": "0.91", "quote": "EUR", "on": "2026-05-04"})
    rate = ExchangeRate.objects.get()
    assert (rate.base, rate.quote, rate.rate) == ("USD", "EUR", Decimal("0.91"))


@pytest.mark.parametrize(("base", "rate"), [("EUR", "1"), ("USD", "0"), ("USD", "-1"), ("XYZ", "1")])
def test_a_rate_that_is_none_is_refused(finance: Client, base: str, rate: str) -> None:
    sent = {"base": base, "rate": rate, "quote": "EUR", "on": "2026-05-04"}
    assert finance.post("/settings/rates/", sent).status_code == 400
    assert not ExchangeRate.objects.exists()


def test_price_levels_are_pasted_by_month(workspace: Workspace, finance: Client) -> None:
    finance.post("/settings/prices/", {"lines": "2026-03 104.2\nApr 2026\t104.5\n2026-05-31;105"})
    levels = PriceIndex.objects.live().order_by("on").values_list("on", "value")
    assert list(levels) == [
        (date(2026, 3, 1), Decimal("104.2")),
        (date(2026, 4, 1), Decimal("104.5")),
        (date(2026, 5, 1), 105),
    ]
    page = finance.get("/settings/prices/").content.decode()
    assert '<th scope="row">April 2026</th>' in page
    assert "The last level is 105, May 2026." in finance.get("/settings/").content.decode()


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("2026-03", "Line 1: give a date"),
        ("2026-03 104\n2026-04 0", "Line 2: "),
        ("2099-01 1", "Line 1: "),
        ("", "Fill"),
    ],
)
def test_price_levels_that_cannot_be_are_named_by_line(finance: Client, lines: str, fault: str) -> None:
    response = finance.post("/settings/prices/", {"lines": lines})
    assert response.status_code == 400
    assert fault in response.content.decode()
    assert not PriceIndex.objects.exists()


def test_only_finance_enters_price_levels(admin: Client) -> None:
    assert "<textarea" not in admin.get("/settings/prices/").content.decode()
    assert admin.post("/settings/prices/", {"lines": "2026-03 104"}).status_code == 403


@pytest.mark.parametrize("name", ["inflation", "discount_rate"])
def test_a_yearly_rate_that_leaves_nothing_is_refused(finance: Client, name: str) -> None:
    sent = {"name": name, "value": "-100", "on": "2026-04-01"}
    assert finance.post("/settings/hurdle/", sent).status_code == 400
    assert not DatedSetting.objects.exists()


def test_the_expected_inflation_is_shown_beside_the_index(finance: Client) -> None:
    confirm(finance, "/settings/hurdle/", {"name": "inflation", "value": "2.5", "on": "2026-04-01"})
    assert "rise by 2.5% a year" in finance.get("/settings/prices/").content.decode()


def test_units_make_a_tree_without_rings(workspace: Workspace, admin: Client) -> None:
    admin.post("/settings/units/new/", {"name": "Operations"})
    top = BusinessUnit.objects.get()
    admin.post("/settings/units/new/", {"name": "Plants", "parent": str(top.pk)})
    below = BusinessUnit.objects.get(parent=top)
    page = admin.post(f"/settings/units/{top.pk}/", {"name": "Operations", "parent": str(below.pk)}).content.decode()
    assert "A unit cannot lie below itself." in page


def test_a_unit_of_another_workspace_is_no_parent(admin: Client, stranger: Membership) -> None:
    foreign = BusinessUnit.objects.create(workspace=stranger.workspace, name="Elsewhere")
    assert admin.post("/settings/units/new/", {"name": "Plants", "parent": str(foreign.pk)}).status_code == 400


def test_a_programme_is_added_and_renamed(admin: Client) -> None:
    admin.post("/settings/programmes/new/", {"name": "Service"})
    programme = Programme.objects.get()
    admin.post(f"/settings/programmes/{programme.pk}/", {"name": "Customer service"})
    programme.refresh_from_db()
    assert programme.name == "Customer service"


def test_the_first_person_sets_the_product_up_and_is_signed_in(client: Client, db: None) -> None:
    response = client.post("/setup/", FIRST)
    member = Membership.objects.get()
    assert response.headers["Location"] == "/setup/"
    assert (member.role, member.user.name, member.workspace.slug) == ("admin", "Ada Admin", "acme-works")
    assert DatedSetting.objects.get().value == Decimal("0.25")
    assert "How would you like to begin?" in client.get("/setup/").content.decode()


@pytest.mark.parametrize("fault", [{"password": "short"}, {"email": "nobody"}, {"currency": "EUX"}, {"hurdle": "much"}])
def test_a_refused_first_run_leaves_nothing_behind(client: Client, db: None, fault: dict[str, str]) -> None:
    assert client.post("/setup/", {**FIRST, **fault}).status_code == 400
    assert not Workspace.objects.exists()
    assert not User.objects.exists()


def test_with_people_there_the_first_run_leads_to_sign_in(client: Client, owner: Membership) -> None:
    assert client.get("/setup/").headers["Location"] == "/login/"
    client.post("/setup/", FIRST)
    assert Workspace.objects.count() == 1


def test_the_samples_administrator_may_begin_with_a_workspace_of_their_own(db: None) -> None:
    sample = make_workspace("sample", is_sample=True)
    signed_in(make_member(sample, Role.ADMIN)).post("/setup/", FIRST)
    assert Workspace.objects.filter(slug="acme-works").exists()


def test_nobody_else_of_the_sample_may(db: None) -> None:
    sample = make_workspace("sample", is_sample=True)
    signed_in(make_member(sample, Role.MANAGER)).post("/setup/", FIRST)
    assert Workspace.objects.count() == 1


def test_a_person_without_a_workspace_is_told_what_to_do(client: Client, owner: Membership) -> None:
    Membership.objects.all().delete()
    client.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "You belong to no workspace yet" in client.get("/setup/").content.decode()


def test_signing_in_on_a_new_installation_leads_to_the_first_run(client: Client, db: None) -> None:
    assert client.get("/login/").headers["Location"] == "/setup/"


def test_a_recorded_locale_that_is_not_offered_is_kept(workspace: Workspace, admin: Client) -> None:
    workspace.locale = "de-AT"
    workspace.save()
    assert '<option value="de-AT" selected>' in admin.get("/settings/workspace/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_first_runs_at_once_make_one_workspace() -> None:
    person = {"name": "Ada", "email": "ada@acme.example", "password": "a long enough secret"}
    organisation = {"name": "Acme", "currency": "EUR", "time_zone": "UTC", "fiscal_year_start": 1}

    def begin(number: int) -> bool:
        try:
            set_up(now=NOW, organisation=organisation, person={**person, "email": f"{number}@acme.example"}, ratios={})
        except AlreadySetUp:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(begin, range(4))) == [False, False, False, True]
    assert Workspace.objects.count() == 1


@pytest.mark.parametrize("address", ["/settings/units/new/", "/settings/programmes/new/"])
def test_a_name_that_is_taken_is_refused(admin: Client, address: str) -> None:
    admin.post(address, {"name": "Service"})
    response = admin.post(address, {"name": "Service"})
    assert response.status_code == 400
    assert 'id="id_name_error"' in response.content.decode()
