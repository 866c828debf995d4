"""Every page in real Chromium on the sample: accessible, silent in the console, and no wider than a phone.

A new page is added to PATHS; `{key}` is an initiative of the sample.
"""

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, User, Workspace
from config.sample import history, load
from metrics.models import CurrentPortfolio, CurrentSnapshot
from portfolio.models import CostLine, Driver, Initiative, Reading, StageChange
from portfolio.services.cases import freeze_case
from portfolio.services.money import record_benefits
from portfolio.services.versions import today
from tests.browser.checks import overflow, violations
from tests.browser.conftest import OTHERS, PHONE, SHORT, Looks, Opener
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser
PATHS = {
    "overview": "/",
    "initiatives": "/initiatives/",
    "risk": "/risk/",
    "risk-none": "/risk/?stage=scaled&cause=data_licensing",
    "risk-cause": "/initiatives/{best}/risk/integration/",
    "initiatives-chosen": "/initiatives/?cause=integration&signal=any&columns=status,chance,net,plan,risk,owner",
    "many-assign": "/many/assign/?key={best}&key={worst}&back=stage%3Dpilot",
    "many-tag": "/many/tag/?key={best}",
    "many-ask": "/many/ask/?key={best}&key={worst}",
    "saved-views": "/me/views/",
    "saved-view-new": "/me/views/new/?page=initiatives&query=stage%3Dpilot",
    "initiatives-none": "/initiatives/?q=nothing-has-this-name&stage=wrong",
    "initiative-worst": "/initiatives/{worst}/",
    "initiative-best": "/initiatives/{best}/",
    "initiative-unknown": "/initiatives/{unknown}/",
    "value": "/initiatives/{best}/value/",
    "value-unknown": "/initiatives/{unknown}/value/",
    "business-case": "/initiatives/{best}/business-case/",
    "drivers": "/initiatives/{best}/drivers/",
    "driver": "/initiatives/{best}/drivers/cost/",
    "hurdle": "/initiatives/{best}/hurdle/",
    "proof": "/initiatives/{best}/kpis/{kpi}/proof/",
    "trials": "/initiatives/{best}/kpis/{kpi}/trials/",
    "trials-cases": "/initiatives/{best}/kpis/{kpi}/trials/?outcome=cases",
    "control-doses": "/initiatives/{best}/kpis/{kpi}/control-doses/",
    "destinations": "/initiatives/{best}/kpis/{kpi}/destinations/",
    "periods": "/settings/periods/",
    "figure": "/figures/{snapshot}-cost_to_date/",
    "figure-rate": "/figures/{snapshot}-npv/",
    "figure-risk": "/figures/{snapshot}-risk.abandoned_12m/",
    "figure-total": "/figures/p{totals}-net/",
    "method": "/method/",
    "method-page": "/method/attribution/",
    "new": "/initiatives/new/",
    "edit": "/initiatives/{best}/edit/",
    "stage": "/initiatives/{best}/stage/",
    "assessment": "/initiatives/{best}/assessment/",
    "causes": "/causes/",
    "actions": "/initiatives/property-imaging/mitigations/",
    "events": "/initiatives/{best}/events/",
    "kpis": "/initiatives/{best}/kpis/",
    "archive": "/initiatives/{best}/archive/",
    "kpi-new": "/initiatives/{best}/kpis/new/",
    "kpi": "/initiatives/{best}/kpis/{kpi}/",
    "kpi-archive": "/initiatives/{best}/kpis/{kpi}/archive/",
    "kpi-readings": "/initiatives/{best}/kpis/{kpi}/readings/",
    "reading-withdraw": "/initiatives/{best}/kpis/{kpi}/readings/{reading}/withdraw/",
    "costs": "/initiatives/{best}/costs/",
    "cost": "/initiatives/{best}/costs/{cost}/",
    "cost-withdraw": "/initiatives/{best}/costs/{cost}/withdraw/",
    "benefit-new": "/initiatives/{best}/benefits/new/",
    "evidence": "/initiatives/{best}/evidence/",
    "stage-withdraw": "/initiatives/{best}/stage/{stage}/withdraw/",
    "alerts": "/alerts/",
    "reports": "/reports/",
    "import": "/import/",
    "audit": "/audit/",
    "audit-none": "/audit/?reason=nothing-has-this-reason&kind=wrong",
    "settings": "/settings/",
    "prices": "/settings/prices/",
    "published-rates": "/settings/published-rates/",
    "published-rates-preview": "/settings/published-rates/?preview=1&on=rand_2024_cited&on=sp_global_2025_pocs",
    "settings-workspace": "/settings/workspace/",
    "unit-new": "/settings/units/new/",
    "programme-new": "/settings/programmes/new/",
    "people": "/settings/people/",
    "tokens": "/settings/integrations/",
    "preferences": "/me/preferences/",
    "keys": "/help/keys/",
    "styleguide": "/styleguide/",
    "find": "/find",
    "found": "/find?q=claims",
    "api": "/api/",
}
OF_FINANCE = {
    "hurdle-finance": "/initiatives/{best}/hurdle/",
    "drivers-finance": "/initiatives/{planned}/drivers/",
    "driver-finance": "/initiatives/{best}/drivers/adoption/",
    "proof-finance": "/initiatives/{best}/kpis/{kpi}/proof/",
    "confirm": "/initiatives/{best}/benefits/{claim}/confirm/",
    "case-approve": "/initiatives/{best}/business-case/{case}/approve/",
    "prices-finance": "/settings/prices/",
    "settings-dated": "/settings/hurdle/",
    "rates": "/settings/rates/",
}
SHOTS = os.environ.get("HURDLE_SHOTS", "")


@pytest.fixture
def admin(transactional_db: None) -> User:
    """The administrator of the sample, with all figures worked out."""
    now = timezone.now()
    workspace = load.load(now=now, password=PASSWORD)
    history.work_out(workspace=workspace, now=now)
    return User.objects.get(email=load.sign_in())


@pytest.mark.timeout(900)
@pytest.mark.parametrize("looks", [SHORT, pytest.param(OTHERS, marks=pytest.mark.slow)], ids=["short", "others"])
def test_every_page_is_accessible_silent_and_fits_a_phone(visit: Opener, admin: User, looks: Looks) -> None:
    """Each theme and each width in ./test; together with the other two pairs of them in ./test --all."""
    finance = Membership.objects.get(workspace__is_sample=True, role=Role.FINANCE).user
    found = _faults(visit, admin, looks, PATHS)
    paths = {name: path.format(**_examples(), **_to_decide()) for name, path in OF_FINANCE.items()}
    assert found + _faults(visit, finance, looks, paths) == []


def test_pages_of_nobody_are_accessible(visit: Opener, workspace: Workspace) -> None:
    tab = visit()
    tab.page.goto("/login/")
    _keep_picture(tab.page, "login-light-1360")
    assert (violations(tab.page), tab.errors) == ([], [])


def test_an_empty_portfolio_is_accessible(visit: Opener, owner: Membership) -> None:
    tab = visit(owner.user, size=PHONE)
    tab.page.goto("/")
    _keep_picture(tab.page, "overview-empty-light-390")
    assert (violations(tab.page), overflow(tab.page), tab.errors) == ([], 0, [])


def _faults(visit: Opener, user: User, looks: Looks, paths: Mapping[str, str]) -> list[str]:
    """What is wrong, by page and look."""
    found: list[str] = []
    examples = _examples()
    for theme, size in looks:
        tab = visit(user, theme=theme, size=size)
        for name, path in paths.items():
            tab.page.goto(path.format(**examples))
            look = f"{name}-{theme}-{size['width']}"
            _keep_picture(tab.page, look)
            faults = [*violations(tab.page), *tab.errors]
            faults += [f"{wider} px too wide"] if (wider := overflow(tab.page)) else []
            tab.errors.clear()
            found += [f"{look}: {fault}" for fault in faults]
    return found


def _examples() -> dict[str, object]:
    known = CurrentSnapshot.objects.order_by("roi_forecast").select_related("initiative")
    with_figure = known.filter(roi_forecast__isnull=False)
    worst, best = with_figure.first(), with_figure.last()
    unknown = known.filter(roi_forecast__isnull=True).first() or worst
    assert worst is not None
    assert best is not None
    assert unknown is not None
    return {
        "worst": worst.initiative.key,
        "best": best.initiative.key,
        "unknown": unknown.initiative.key,
        "snapshot": best.snapshot_id,
        "totals": CurrentPortfolio.objects.get(workspace=best.workspace).snapshot_id,
        **_facts_of(best.initiative),
    }


def _to_decide() -> dict[str, object]:
    """A claim to confirm and a version to approve, of the best initiative; and an initiative with drivers."""
    initiative, now = Initiative.objects.get(key=_examples()["best"]), timezone.now()
    system = Actor.system(initiative.workspace)
    claim = {"on": today(initiative.workspace, now), "amount": Decimal(900), "benefit_class": "cash"}
    lines = record_benefits(actor=system, initiative=initiative, now=now, rows=[claim])
    case = freeze_case(actor=system, initiative=initiative, now=now, note="For the board")
    driver = Driver.objects.live().first()
    assert driver is not None
    return {"claim": lines.created[0].pk, "case": case.version, "planned": driver.initiative.key}


def _facts_of(initiative: Initiative) -> dict[str, object]:
    reading = Reading.objects.live().filter(kpi__initiative=initiative).latest("pk")
    return {
        "kpi": reading.kpi_id,
        "reading": reading.pk,
        "cost": CostLine.objects.live().filter(initiative=initiative).latest("pk").pk,
        "stage": StageChange.objects.live().filter(initiative=initiative).latest("pk").pk,
    }


def _keep_picture(page: Page, name: str) -> None:
    """A picture for people to look at, only where HURDLE_SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
