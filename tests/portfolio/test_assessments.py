"""Assessing the causes: evidence for each, who and when, and a reminder when it is old."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Workspace
from portfolio.models import Assessment, Initiative
from portfolio.models.assessments import LONGEST_EVIDENCE
from portfolio.services.assessments import record_assessment
from portfolio.services.stages import change_stage
from tests.calls import Api, api_of
from tests.factories import NOW, actor, make_initiative, make_member, make_workspace
from tests.portfolio.test_pages_initiatives import chosen, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/initiatives/claims/assessment/"
LINK = "https://wiki.example/interfaces"


@pytest.fixture
def claims(workspace: Workspace) -> Initiative:
    return make_initiative(workspace)


@pytest.fixture
def admin(workspace: Workspace, claims: Initiative) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN))


@pytest.fixture
def api(workspace: Workspace, claims: Initiative) -> Api:
    return api_of(workspace)


def assess(initiative: Initiative, on: date = date(2026, 5, 4), who: Actor | None = None, **row: Any) -> Assessment:
    row = {"on": on, "scores": {"integration": "0.5"}, **row}
    who = who or Actor.system(initiative.workspace)
    return record_assessment(actor=who, initiative=initiative, now=NOW, row=row)


def test_evidence_stands_beside_the_cause_it_is_about(admin: Client, claims: Initiative) -> None:
    sent = {"on": "2026-05-04", "integration": "0.5", "evidence_integration": f"Tested: {LINK}.", "evidence": "Review"}
    assert admin.post(PAGE, sent).status_code == 302
    row = claims.assessments.get()
    assert (row.evidence, row.evidence_by_cause) == ("Review", {"integration": f"Tested: {LINK}."})
    page = admin.get(PAGE).content.decode()
    assert f'<a href="{LINK}" rel="noopener noreferrer">{LINK}</a>.' in page
    assert "Last scored" in page
    assert "by admin: a concern." in page
    assert "Tested: https://wiki.example/interfaces.</textarea>" in page


def test_only_links_of_the_web_are_links(admin: Client, claims: Initiative) -> None:
    assess(claims, evidence_by_cause={"integration": "javascript:alert(1)"}, evidence="<b>bold</b>")
    page = admin.get(PAGE).content.decode()
    assert 'href="javascript' not in page
    assert "<b>bold" not in page


def test_each_cause_is_begun_from_its_own_last_score(admin: Client, claims: Initiative) -> None:
    assess(claims, date(2026, 3, 2), scores={"workforce": "1", "integration": "1"})
    assess(claims, date(2026, 5, 4), scores={"integration": "-0.50"})
    page = admin.get(PAGE).content.decode()
    assert (chosen(page, "integration"), chosen(page, "workforce")) == (["-0.5"], ["1"])
    assert page.count("Not scored yet.") == 6


def test_evidence_without_a_score_is_refused_beside_its_field(admin: Client, claims: Initiative) -> None:
    sent = {"on": "2026-05-04", "workforce": "1", "evidence_integration": "x"}
    page = admin.post(PAGE, sent)
    assert page.status_code == 400
    assert "Choose a line for Integration, or empty its evidence." in page.content.decode()
    assert "<details open>" in page.content.decode()
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("sent", [{"integration": "0.7"}, {"integration": "bad"}, {"on": "nonsense", "workforce": "1"}])
def test_what_is_no_level_is_refused(admin: Client, claims: Initiative, sent: dict[str, str]) -> None:
    assert admin.post(PAGE, {"on": "2026-05-04", **sent}).status_code == 400
    assert not Assessment.objects.exists()


def test_an_assessment_of_the_future_is_refused(admin: Client, api: Api) -> None:
    page = admin.post(PAGE, {"on": "2099-05-04", "integration": "0.5"})
    answer = api.post("initiatives/claims/assessments/", {"on": "2099-05-04", "scores": {"integration": "0.5"}})
    assert (page.status_code, answer.status_code) == (400, 400)
    assert "2099-05-04 lies ahead" in page.content.decode()
    assert answer.json()["errors"][0]["field"] == "on"
    assert not Assessment.objects.exists()


def test_the_api_takes_evidence_by_cause_and_says_who_assessed(api: Api) -> None:
    row = {"on": "2026-05-04", "scores": {"integration": 0.3, "workforce": "-1"}}
    made = api.post("initiatives/claims/assessments/", {**row, "evidence_by_cause": {"integration": LINK}})
    listed = api.get("initiatives/claims/assessments/").json()["results"]
    assert made.status_code == 201
    assert made.json()["evidence_by_cause"] == {"integration": LINK}
    assert [(row["scores"]["integration"], row["recorded_by"]) for row in listed] == [("0.3", "admin")]


@pytest.mark.parametrize(
    "evidence",
    [
        {"luck": "x"},
        {"workforce": "no score of it"},
        {"integration": "x" * (LONGEST_EVIDENCE + 1)},
        {"integration": 7},
        {"integration": None},
        ["integration"],
        "text",
    ],
)
def test_odd_evidence_is_refused(api: Api, evidence: object) -> None:
    row = {"on": "2026-05-04", "scores": {"integration": "1"}, "evidence_by_cause": evidence}
    assert api.post("initiatives/claims/assessments/", row).status_code == 400
    assert not Assessment.objects.exists()


def test_whoever_has_not_looked_is_reminded_once_it_left_the_idea_stage(admin: Client, claims: Initiative) -> None:
    change_stage(
        actor=Actor.system(claims.workspace), initiative=claims, now=NOW, to="pilot", effective_on=date(2026, 6, 1)
    )
    assert "Nobody has looked at the causes yet" in admin.get(PAGE).content.decode()


def test_an_old_assessment_asks_for_another_look(admin: Client, claims: Initiative, settings: Any) -> None:
    assess(claims, date(2024, 5, 4))
    assert "The causes were last looked at on" in admin.get(PAGE).content.decode()


def test_a_fresh_one_does_not(admin: Client, claims: Initiative) -> None:
    admin.post(PAGE, {"on": str(NOW.date() - timedelta(days=1)), "integration": "0.5"})
    row = claims.assessments.get()
    Initiative.objects.filter(pk=claims.pk).update(stage="production")
    assert "last looked at" not in admin.get(PAGE).content.decode()
    assert row.on == NOW.date() - timedelta(days=1)


def test_the_page_takes_the_same_queries_for_any_number_of_assessments(admin: Client, claims: Initiative) -> None:
    assess(claims, who=actor(claims.workspace))
    admin.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        admin.get(PAGE)
    for day in range(1, 9):
        assess(claims, date(2026, 4, day), who=actor(claims.workspace))
    with CaptureQueriesContext(connection) as many:
        admin.get(PAGE)
    assert len(few) == len(many)


def test_the_file_holds_every_score_and_nothing_that_a_spreadsheet_would_run(admin: Client, claims: Initiative) -> None:
    assess(claims, scores={"workforce": "-0.5", "integration": "0.3"}, evidence_by_cause={"workforce": '=cmd|" /C"!A0'})
    file = admin.get(f"{PAGE}assessments.csv")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [(row["cause"], row["score"], row["evidence"]) for row in rows] == [
        ("Integration", "0.3", ""),
        ("Workforce and change", "-0.5", '\'=cmd|" /C"!A0'),
    ]
    assert rows[0]["level"] == "As recorded: 0.3"
    assert signed_in(make_member(make_workspace("other"), Role.ADMIN)).get(f"{PAGE}assessments.csv").status_code == 404
