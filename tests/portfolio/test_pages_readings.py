"""Entering readings and KPIs on pages."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.contexts.kpi_entry import due_day
from portfolio.forms.unlikely import surprise
from portfolio.models import AdoptionReading, Initiative, Kpi, Reading
from portfolio.services.locks import lock_period
from portfolio.services.readings import record_readings
from tests.factories import NOW, actor, make_initiative, make_kpi, make_member
from tests.portfolio.test_pages_initiatives import signed_in
from web import undo
from web.formats import Formats

pytestmark = pytest.mark.django_db
KPI = {
    "name": "Errors",
    "direction": "down",
    "cadence": "monthly",
    "benefit_class": "none",
    "realisation_share": "100",
    "design": "before_after",
    "aggregation": "mean",
    "family": "normal",
}


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    return make_initiative(workspace)


@pytest.fixture
def kpi(initiative: Initiative) -> Kpi:
    return make_kpi(initiative, baseline_from=date(2026, 1, 1), baseline_to=date(2026, 3, 31))


@pytest.fixture
def admin(workspace: Workspace) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN))


def record(kpi: Kpi, **values: str) -> None:
    rows = [
        {"on": date.fromisoformat(on.replace("_", "-")[1:]), "value": Decimal(value)} for on, value in values.items()
    ]
    record_readings(actor=Actor.system(kpi.workspace), kpi=kpi, now=NOW, rows=rows)


def sent(kpi: Kpi, value: str, on: str = "2026-05-31", **more: str) -> dict[str, str]:
    return {f"kpi-{kpi.pk}-{name}": text for name, text in {"value": value, "on": on, **more}.items()}


def test_a_reading_is_saved_and_the_page_goes_to_the_initiative(admin: Client, kpi: Kpi) -> None:
    before = kpi.initiative.inputs_version
    response = admin.post("/initiatives/claims/kpis/", sent(kpi, "11.5"))
    kpi.initiative.refresh_from_db()
    assert response.headers["Location"] == "/initiatives/claims/"
    assert Reading.objects.get().value == Decimal("11.5")
    assert kpi.initiative.inputs_version > before


def test_one_faulty_row_keeps_the_whole_month_from_being_saved(admin: Client, kpi: Kpi) -> None:
    other = make_kpi(kpi.initiative, name="Backlog")
    response = admin.post("/initiatives/claims/kpis/", sent(kpi, "eleven") | sent(other, "40"))
    page = response.content.decode()
    assert response.status_code == 400
    assert "<title>Error: Readings of" in page
    assert not Reading.objects.exists()
    assert f'<a href="#id_kpi-{kpi.pk}-value">' in page
    assert 'value="eleven"' in page
    assert 'value="40"' in page


def test_a_month_that_the_database_side_refuses_in_part_is_not_saved_in_part(admin: Client, kpi: Kpi) -> None:
    other = make_kpi(kpi.initiative, name="Backlog")
    given = sent(kpi, "11", on="2099-01-01") | sent(other, "40") | {"adoption-share": "50"}
    page = admin.post("/initiatives/claims/kpis/", given).content.decode()
    assert "lies ahead" in page
    assert not Reading.objects.exists()
    assert not AdoptionReading.objects.exists()


def test_an_unlikely_value_is_asked_about_once(admin: Client, kpi: Kpi) -> None:
    record(kpi, _2026_03_31="12", _2026_04_30="11")
    page = admin.post("/initiatives/claims/kpis/", sent(kpi, "110")).content.decode()
    assert "10× the last reading (11): right?" in page
    assert Reading.objects.count() == 2
    admin.post("/initiatives/claims/kpis/", sent(kpi, "110", sure="on"))
    assert Reading.objects.get(value=110).on == date(2026, 5, 31)


def test_all_unlikely_values_are_kept_by_one_tick(admin: Client, kpi: Kpi) -> None:
    record(kpi, _2026_03_31="12", _2026_04_30="11")
    page = admin.post("/initiatives/claims/kpis/", sent(kpi, "110")).content.decode()
    assert "Is this right?" in page
    assert 'name="all-right"' in page
    admin.post("/initiatives/claims/kpis/", sent(kpi, "110") | {"all-right": "on"})
    assert Reading.objects.filter(value=110).exists()


def test_a_fault_beside_an_unlikely_value_is_a_problem_and_no_question(admin: Client, kpi: Kpi) -> None:
    record(kpi, _2026_03_31="12", _2026_04_30="11")
    other = make_kpi(kpi.initiative, name="Backlog")
    page = admin.post("/initiatives/claims/kpis/", sent(kpi, "110") | sent(other, "many")).content.decode()
    assert "There is a problem" in page
    assert 'name="all-right"' not in page


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1,234.5", "minutes", "1234.5"),
        ("(1,200)", "minutes", "-1200"),
        ("€ 1,200.50", "EUR", "1200.5"),
        ("94%", "%", "94"),
        ("94%", "share", "0.94"),
        ("−3", "minutes", "-3"),
    ],
)
def test_a_value_is_read_as_spreadsheets_write_it(
    admin: Client, initiative: Initiative, text: str, unit: str, value: str
) -> None:
    admin.post("/initiatives/claims/kpis/", sent(make_kpi(initiative, unit=unit), text))
    assert Reading.objects.get().value == Decimal(value)


def test_a_saved_month_is_told_by_name_and_value_and_can_be_undone(admin: Client, kpi: Kpi) -> None:
    record(kpi, _2026_04_30="12")
    address = "/initiatives/claims/kpis/?month=2026-04"
    given = sent(kpi, "13", on="2026-04-30") | {"adoption-share": "50"}
    page = admin.post(address, given, follow=True).content.decode()
    assert "One reading saved for April 2026: Handle time 13. Adoption saved." in page
    found = re.search(r'action="(/initiatives/claims/undo/[^"]+)"', page)
    assert found is not None
    again = admin.post(found[1], follow=True)
    assert again.redirect_chain[-1][0] == address
    assert "Undone." in again.content.decode()
    assert Reading.objects.get(superseded_at=None).value == 12
    assert [row.value for row in Reading.objects.order_by("pk")] == [12, 13, 12]
    assert not AdoptionReading.objects.filter(superseded_at=None).exists()
    kept = Reading.objects.get(value=13)
    assert kept.supersede_reason == "Taken back right after it was saved."


def test_what_was_undone_cannot_be_undone_again_nor_by_somebody_else(
    admin: Client, workspace: Workspace, kpi: Kpi
) -> None:
    page = admin.post("/initiatives/claims/kpis/", sent(kpi, "13"), follow=True).content.decode()
    found = re.search(r'action="(/initiatives/claims/undo/[^"]+)"', page)
    assert found is not None
    other = signed_in(make_member(workspace, Role.ADMIN, "second@acme.example"))
    assert other.post(found[1]).status_code == 404
    assert admin.get(found[1]).status_code == 405
    admin.post(found[1])
    assert "nothing was undone" in admin.post(found[1], follow=True).content.decode()
    assert Reading.objects.count() == 1


def test_it_is_too_late_to_undo_after_minutes(admin: Client, kpi: Kpi, monkeypatch: pytest.MonkeyPatch) -> None:
    page = admin.post("/initiatives/claims/kpis/", sent(kpi, "13"), follow=True).content.decode()
    found = re.search(r'action="(/initiatives/claims/undo/[^"]+)"', page)
    assert found is not None
    monkeypatch.setattr(undo, "TAKEN_SECONDS", -1)
    assert "too late to undo" in admin.post(found[1], follow=True).content.decode()
    assert Reading.objects.filter(superseded_at=None).exists()


def test_the_month_in_the_address_is_entered_and_says_what_it_has(admin: Client, kpi: Kpi) -> None:
    record(kpi, _2026_03_31="12", _2026_04_30="11", _2026_05_29="10")
    page = admin.get("/initiatives/claims/kpis/?month=2026-04").content.decode()
    assert "<h2>April 2026</h2>" in page
    assert "1 of 1 KPIs has a reading." in page
    assert "11 is recorded for this month. A new value takes its place." in page
    assert f'name="kpi-{kpi.pk}-on" value="2026-04-30"' in page
    assert 'href="?month=2026-03"' in page
    assert 'href="?month=2026-05"' in page


@pytest.mark.parametrize("month", ["2026-13", "9999-12", "2026", "x", "\0", "٢٠٢٦-٠١"])
def test_a_month_that_is_none_or_lies_ahead_is_left_aside(admin: Client, kpi: Kpi, month: str) -> None:
    assert admin.get("/initiatives/claims/kpis/", {"month": month}).status_code == 200


def test_a_closed_month_says_who_closed_it_before_anything_is_typed(
    admin: Client, workspace: Workspace, kpi: Kpi
) -> None:
    lock_period(actor=actor(workspace, Role.FINANCE), now=NOW, through=date(2026, 4, 30))
    assert "Ask finance to reopen it." in admin.get("/initiatives/claims/kpis/?month=2026-04").content.decode()
    assert "Ask finance" not in admin.get("/initiatives/claims/kpis/?month=2026-05").content.decode()


def test_a_source_is_kept_with_each_reading(admin: Client, kpi: Kpi) -> None:
    admin.post("/initiatives/claims/kpis/", sent(kpi, "13") | {"source": "Monthly claims report"})
    assert Reading.objects.get().source == "Monthly claims report"


def test_nothing_typed_saves_nothing_and_says_so(admin: Client, kpi: Kpi) -> None:
    page = admin.post("/initiatives/claims/kpis/", {}).content.decode()
    assert "Nothing was typed" in page
    assert not Reading.objects.exists()


def test_semantics_18_a_second_reading_for_the_same_day_supersedes_the_first(admin: Client, kpi: Kpi) -> None:
    admin.post("/initiatives/claims/kpis/", sent(kpi, "12"))
    admin.post("/initiatives/claims/kpis/", sent(kpi, "13"))
    assert Reading.objects.get(superseded_at=None).value == 13
    assert Reading.objects.count() == 2


def test_a_reading_of_tomorrow_is_refused_in_its_cell(admin: Client, kpi: Kpi) -> None:
    page = admin.post("/initiatives/claims/kpis/", sent(kpi, "12", on="2099-01-01")).content.decode()
    assert "lies ahead" in page
    assert f'id="id_kpi-{kpi.pk}-on_error"' in page


def test_adoption_is_entered_on_the_same_page(admin: Client, initiative: Initiative) -> None:
    admin.post(
        "/initiatives/claims/kpis/", {"adoption-on": "2026-05-31", "adoption-active": "30", "adoption-eligible": "120"}
    )
    assert initiative.adoption.get().share == Decimal("0.25")


def test_an_unlikely_adoption_is_asked_about_and_kept_by_the_tick(admin: Client, initiative: Initiative) -> None:
    address = "/initiatives/claims/kpis/?month=2026-05"
    admin.post("/initiatives/claims/kpis/?month=2026-04", {"adoption-share": "60"})
    page = admin.post(address, {"adoption-share": "0.6"}).content.decode()
    assert "Is this right?" in page
    assert "One 100th of the last reading (60): right?" in page
    assert initiative.adoption.count() == 1
    admin.post(address, {"adoption-share": "0.6", "adoption-sure": "on"})
    assert initiative.adoption.get(on=date(2026, 5, 31)).share == Decimal("0.006")


def test_the_page_shows_baseline_target_and_last_readings(admin: Client, kpi: Kpi) -> None:
    record(kpi, _2026_01_31="10", _2026_02_28="14", _2026_04_30="9")
    page = admin.get("/initiatives/claims/kpis/").content.decode()
    assert 'data-l="Baseline">12<' in page
    assert "last 3 readings: 10, 14, 9 minutes" in page


def test_the_page_of_readings_asks_the_database_no_more_for_more_kpis(
    admin: Client, initiative: Initiative, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        record(make_kpi(initiative, name=f"KPI {number}"), _2026_01_31="10", _2026_02_28="14")
    admin.get("/initiatives/claims/kpis/")
    with django_assert_max_num_queries(15) as few:
        admin.get("/initiatives/claims/kpis/")
    for number in range(3, 9):
        record(make_kpi(initiative, name=f"KPI {number}"), _2026_01_31="10", _2026_02_28="14")
    with django_assert_max_num_queries(len(few)):
        admin.get("/initiatives/claims/kpis/")


def test_many_readings_are_pasted_from_a_spreadsheet(admin: Client, kpi: Kpi) -> None:
    lines = "2026-01-31\t12.5\n31.03.2026\t11,000\n\n30 Apr 2026\t9\tafter the strike"
    admin.post(f"/initiatives/claims/kpis/{kpi.pk}/readings/", {"lines": lines, "series": "treated"})
    found = {reading.on.isoformat(): (reading.value, reading.note) for reading in Reading.objects.all()}
    assert found == {
        "2026-01-31": (Decimal("12.5"), ""),
        "2026-03-31": (Decimal(11000), ""),
        "2026-04-30": (Decimal(9), "after the strike"),
    }


def test_pasted_faults_name_their_lines_and_nothing_is_saved(admin: Client, kpi: Kpi) -> None:
    lines = "2026-01-31\t12\n2026-02-30\t11\n03/04/2026\t10"
    page = admin.post(
        f"/initiatives/claims/kpis/{kpi.pk}/readings/", {"lines": lines, "series": "treated"}
    ).content.decode()
    assert "Line 2: “2026-02-30” is not a date" in page
    assert "Line 3: “03/04/2026” could mean" in page
    assert not Reading.objects.exists()


def test_a_withdrawn_reading_stays_in_the_record(admin: Client, kpi: Kpi) -> None:
    record(kpi, _2026_03_31="12")
    address = f"/initiatives/claims/kpis/{kpi.pk}/readings/{Reading.objects.get().pk}/withdraw/"
    assert admin.post(address, {"reason": ""}).status_code == 400
    admin.post(address, {"reason": "Wrong plant"})
    assert Reading.objects.get().supersede_reason == "Wrong plant"


def test_a_kpi_is_recorded_with_targets_and_worth(admin: Client, initiative: Initiative) -> None:
    worth = {
        "value_amount": "12",
        "value_low": "8",
        "value_high": "20",
        "value_currency": "eur",
        "realisation_share": "50",
    }
    targets = {"target_on_0": "2026-12-31", "target_value_0": "8", "target_on_1": "", "target_value_1": ""}
    admin.post("/initiatives/claims/kpis/new/", {**KPI, **worth, **targets, "benefit_class": "capacity"})
    kpi = Kpi.objects.get()
    assert (kpi.value_amount, kpi.value_currency, kpi.realisation_share) == (12, "EUR", Decimal("0.5"))
    assert [(target.on, target.value) for target in kpi.targets.all()] == [(date(2026, 12, 31), 8)]


def test_a_target_without_a_day_is_refused_beside_its_field(admin: Client, initiative: Initiative) -> None:
    page = admin.post(
        "/initiatives/claims/kpis/new/", {**KPI, "target_on_0": "", "target_value_0": "8"}
    ).content.decode()
    assert 'id="id_target_on_0_error"' in page


def test_a_kpi_that_is_changed_keeps_its_targets(admin: Client, kpi: Kpi) -> None:
    address = f"/initiatives/claims/kpis/{kpi.pk}/"
    admin.post(address, {**KPI, "target_on_0": "2026-12-31", "target_value_0": "8"})
    page = admin.get(address).content.decode()
    assert 'name="target_on_0" value="2026-12-31"' in page
    assert 'name="target_value_0" value="8"' in page


def test_a_range_that_does_not_hold_the_worth_is_refused(admin: Client, initiative: Initiative) -> None:
    worth = {"value_amount": "12", "value_low": "20", "value_currency": "EUR"}
    response = admin.post("/initiatives/claims/kpis/new/", {**KPI, **worth, "benefit_class": "cash"})
    assert 'id="id_value_amount_error"' in response.content.decode()


def test_archiving_a_kpi_asks_first(admin: Client, kpi: Kpi) -> None:
    address = f"/initiatives/claims/kpis/{kpi.pk}/archive/"
    assert "Keep it" in admin.get(address).content.decode()
    admin.post(address)
    assert Kpi.objects.get().archived_at is not None


def test_archiving_a_kpi_is_undone_by_the_button_beside_the_message(
    admin: Client, kpi: Kpi, stranger: Membership, colleague: Membership
) -> None:
    page = admin.post(f"/initiatives/claims/kpis/{kpi.pk}/archive/", follow=True).content.decode()
    address = f"/initiatives/claims/kpis/{kpi.pk}/restore/"
    assert f'action="{address}"' in page
    assert signed_in(stranger).post(address).status_code == 404
    assert signed_in(colleague).post(address).status_code == 403
    admin.post(address)
    assert Kpi.objects.get().archived_at is None
    assert admin.post(address).status_code == 404


def test_an_archived_main_kpi_does_not_come_back_beside_another_one(admin: Client, initiative: Initiative) -> None:
    kpi = make_kpi(initiative, primary=True)
    admin.post(f"/initiatives/claims/kpis/{kpi.pk}/archive/")
    make_kpi(initiative, name="Backlog", primary=True)
    page = admin.post(f"/initiatives/claims/kpis/{kpi.pk}/restore/", follow=True).content.decode()
    assert "Another KPI of this initiative is the primary one." in page
    assert Kpi.objects.get(pk=kpi.pk).archived_at is not None


def test_pasted_readings_can_be_undone(admin: Client, kpi: Kpi) -> None:
    given = {"lines": "2026-01-31\t12\n2026-02-28\t13\n", "series": "treated"}
    page = admin.post(f"/initiatives/claims/kpis/{kpi.pk}/readings/", given, follow=True).content.decode()
    found = re.search(r'action="(/initiatives/claims/undo/[^"]+)"', page)
    assert found is not None
    admin.post(found[1])
    assert not Reading.objects.filter(superseded_at=None).exists()


def test_an_initiative_without_a_kpi_offers_six_ideas(admin: Client, workspace: Workspace) -> None:
    make_initiative(workspace, kind="Forecasting")
    page = admin.get("/initiatives/claims/kpis/").content.decode()
    assert page.count("?idea=") == 6
    assert "Forecast error" in page


def test_those_who_may_only_read_see_no_fields(workspace: Workspace, kpi: Kpi, colleague: Membership) -> None:
    client = signed_in(colleague)
    assert 'name="kpi-' not in client.get("/initiatives/claims/kpis/").content.decode()
    assert client.post("/initiatives/claims/kpis/", sent(kpi, "12")).status_code == 403


@pytest.mark.parametrize(
    ("value", "past", "asked"),
    [
        ("12", ["10", "11"], None),
        ("60", ["10", "11"], "5.5× the last reading (11): right?"),
        ("1", ["10", "11"], "One 11th of the last reading (11): right?"),
        ("-9", ["10", "11"], "The last reading was 11: is the sign right?"),
        ("0", ["10", "11"], "The last reading was 11 and this one is zero: right?"),
        ("40", ["1", "50", "3"], None),
        ("999", [], None),
        ("999", ["0"], None),
        (
            "13",
            ["10", "10.1", "10", "10.2"],
            "Between the last 4 readings it never moved by more than 0.2, and was 10.2 last: right?",
        ),
        ("11", ["10", "10.1", "10", "10.2"], None),
    ],
)
def test_a_value_far_from_all_past_ones_is_doubted(value: str, past: list[str], asked: str | None) -> None:
    assert surprise(Decimal(value), [Decimal(one) for one in past], Formats()) == asked


@pytest.mark.parametrize(
    ("cadence", "last", "due"),
    [
        ("monthly", None, "2026-05-31"),
        ("monthly", "2026-04-30", "2026-05-31"),
        ("monthly", "2026-05-31", "2026-06-15"),
        ("quarterly", "2025-12-31", "2026-03-31"),
        ("weekly", "2026-01-01", "2026-06-15"),
    ],
)
def test_the_date_offered_is_the_end_of_the_last_period_without_a_reading(
    cadence: str, last: str | None, due: str
) -> None:
    assert due_day(cadence, date.fromisoformat(last) if last else None, date(2026, 6, 15)).isoformat() == due


def test_a_second_main_kpi_is_refused_in_words(admin: Client, initiative: Initiative) -> None:
    make_kpi(initiative, primary=True)
    response = admin.post("/initiatives/claims/kpis/new/", {**KPI, "primary": "on"})
    assert response.status_code == 400
    assert "Handle time is the main KPI already." in response.content.decode()


def test_two_targets_of_one_day_are_refused(admin: Client, initiative: Initiative) -> None:
    targets = {f"target_{part}_{row}": text for row in (0, 1) for part, text in (("on", "2026-12-31"), ("value", "8"))}
    page = admin.post("/initiatives/claims/kpis/new/", {**KPI, **targets}).content.decode()
    assert "Two targets have the same day." in page


def test_a_baseline_that_ends_before_it_begins_is_refused(admin: Client, initiative: Initiative) -> None:
    window = {"baseline_from": "2026-03-01", "baseline_to": "2026-01-01"}
    assert (
        'id="id_baseline_to_error"' in admin.post("/initiatives/claims/kpis/new/", {**KPI, **window}).content.decode()
    )


@pytest.mark.parametrize("share", ["101", "-1", "lots"])
def test_a_share_beyond_the_whole_is_refused(admin: Client, initiative: Initiative, share: str) -> None:
    response = admin.post("/initiatives/claims/kpis/new/", {**KPI, "realisation_share": share})
    assert 'id="id_realisation_share_error"' in response.content.decode()


def test_a_kpi_is_shared_with_known_initiatives_only(admin: Client, initiative: Initiative) -> None:
    response = admin.post("/initiatives/claims/kpis/new/", {**KPI, "shared_with": "nobody"})
    assert 'id="id_shared_with_error"' in response.content.decode()
