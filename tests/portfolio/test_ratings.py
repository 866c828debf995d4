"""Status ratings by others: recorded, corrected, imported, withdrawn; the scale is never guessed."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Workspace
from portfolio.importing.parse.profile import load_profile
from portfolio.importing.parse.schema import Kind
from portfolio.models import Initiative, StatusRating
from portfolio.services.imports import ImportReport, import_file
from tests.calls import Api, api_of
from tests.factories import NOW, day, make_initiative, make_member, make_workspace
from tests.portfolio.test_pages_initiatives import signed_in

AMBER = {"on": "2026-03-31", "rated_by": "Programme office", "rating": "amber", "scale": "five"}
PATH = "initiatives/claims/ratings/"
HEADER = "initiative,on,rated_by,rating,scale\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    return make_initiative(workspace)


@pytest.fixture
def admin(initiative: Initiative) -> Api:
    return api_of(initiative.workspace)


def live() -> list[tuple[str, str]]:
    return list(StatusRating.objects.live().order_by("rated_by", "on").values_list("rated_by", "rating"))


def load(workspace: Workspace, rows: str) -> ImportReport:
    return import_file(
        actor=Actor.system(workspace),
        now=NOW,
        kind=Kind.RATINGS,
        data=(HEADER + rows).encode(),
        filename="ratings.csv",
        profile=load_profile(""),
        write=True,
    )


def test_ratings_are_recorded_and_listed_by_date(admin: Api) -> None:
    made = admin.post(PATH, [AMBER, {**AMBER, "on": "2025-09-30", "rating": "green", "note": "Gateway review"}])
    shown = admin.get(PATH).json()["results"]
    assert (made.status_code, made.json()["created"]) == (201, 2)
    assert [(row["on"], row["rating"], row["scale"]) for row in shown] == [
        ("2025-09-30", "green", "five"),
        ("2026-03-31", "amber", "five"),
    ]


def test_a_second_rating_of_the_day_by_the_same_rater_supersedes_the_first(admin: Api) -> None:
    admin.post(PATH, [AMBER])
    again = admin.post(PATH, [{**AMBER, "rating": "amber_red"}])
    assert (again.json()["updated"], live()) == (1, [("Programme office", "amber_red")])
    assert StatusRating.objects.count() == 2


def test_two_raters_may_say_different_things_on_one_day(admin: Api) -> None:
    admin.post(PATH, [AMBER, {**AMBER, "rated_by": "Audit", "rating": "red", "scale": "three"}])
    assert live() == [("Audit", "red"), ("Programme office", "amber")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rating": "purple"}, "rating"),
        ({"rating": "amber_red", "scale": "three"}, "rating"),
        ({"scale": "seven"}, "scale"),
        ({"scale": None}, "scale"),
        ({"rated_by": ""}, "rated_by"),
        ({"on": "2027-01-01"}, "on"),
        ({"on": "soon"}, "on"),
    ],
)
def test_what_cannot_be_a_rating_is_refused_by_field(admin: Api, change: dict[str, Any], field: str) -> None:
    answer = admin.post(PATH, [{**AMBER, **change}])
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, f"[0].{field}")
    assert not StatusRating.objects.exists()


def test_one_rater_and_day_twice_in_a_list_is_refused(admin: Api) -> None:
    answer = admin.post(PATH, [AMBER, {**AMBER, "rating": "red"}])
    assert (answer.status_code, StatusRating.objects.count()) == (400, 0)


def test_the_database_holds_no_half_step_of_three_words(initiative: Initiative) -> None:
    row = {"workspace": initiative.workspace, "initiative": initiative, "on": day("2026-03-31"), "recorded_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusRating.objects.create(**row, rated_by="Audit", rating="amber_red", scale="three")


def test_a_rating_is_corrected_and_withdrawn_under_its_etag(admin: Api) -> None:
    made = admin.post(PATH, [AMBER]).json()["results"][0]
    held = admin.get(f"ratings/{made['id']}/")
    changed = admin.patch(f"ratings/{made['id']}/", {"rating": "red", "reason": "misread"}, held["ETag"])
    assert (changed.status_code, changed.json()["rating"]) == (200, "red")
    gone = admin.delete(f"ratings/{changed.json()['id']}/?reason=wrong", changed["ETag"])
    assert (gone.status_code, live()) == (204, [])


def test_a_stranger_finds_no_rating(admin: Api) -> None:
    made = admin.post(PATH, [AMBER]).json()["results"][0]
    stranger = api_of(make_workspace("other"))
    answers = [stranger.get(f"ratings/{made['id']}/"), stranger.get("ratings/999999/"), stranger.post(PATH, [AMBER])]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert answers[0].content == answers[1].content


def test_a_file_of_ratings_changes_nothing_the_second_time(initiative: Initiative) -> None:
    rows = "claims,2026-03-31,Audit,Amber Red,five\nclaims,2025-03-31,Audit,green,five\n"
    first, second = (load(initiative.workspace, rows) for _ in range(2))
    assert (first.created, second.unchanged, second.created) == (2, 2, 0)
    assert live() == [("Audit", "green"), ("Audit", "amber_red")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("claims,2026-03-31,Audit,purple,five", "is none of: green, amber_green"),
        ("claims,2026-03-31,Audit,amber,", "is empty, but it is needed"),
        ("claims,2026-03-31,Audit,amber_green,three", "green, amber and red only"),
        ("claims,2026-12-31,Audit,amber,five", "lies ahead"),
        ("nobody,2026-03-31,Audit,amber,five", "there is no initiative"),
        ("claims,2026-03-31,Audit,red,five\nclaims,2026-03-31,Audit,green,five", "another content"),
    ],
)
def test_a_faulty_row_refuses_the_file_with_its_reason(initiative: Initiative, row: str, reason: str) -> None:
    report = load(initiative.workspace, row)
    assert reason in report.rejections[0].reason
    assert not StatusRating.objects.exists()


def test_a_person_notes_a_rating_on_its_page_and_takes_it_back(initiative: Initiative) -> None:
    person = signed_in(make_member(initiative.workspace, Role.ADMIN))
    listed = person.post("/initiatives/claims/ratings/", AMBER, follow=True).content.decode()
    row = StatusRating.objects.get()
    assert "of five words" in listed
    asked = person.get(f"/initiatives/claims/ratings/{row.pk}/withdraw/").content.decode()
    assert "Amber by Programme office, Mar 31, 2026" in asked
    person.post(f"/initiatives/claims/ratings/{row.pk}/withdraw/", {"reason": "Another project"})
    assert live() == []


def test_the_page_chooses_no_word_and_no_scale_for_anybody(initiative: Initiative) -> None:
    person = signed_in(make_member(initiative.workspace, Role.ADMIN))
    empty = person.get("/initiatives/claims/ratings/").content.decode()
    assert empty.count('<option value="" selected>Choose</option>') == 2
    person.post("/initiatives/claims/ratings/", {**AMBER, "rating": "", "scale": ""})
    assert not StatusRating.objects.exists()


def test_the_page_refuses_a_half_step_of_three_words(initiative: Initiative) -> None:
    person: Client = signed_in(make_member(initiative.workspace, Role.ADMIN))
    page = person.post("/initiatives/claims/ratings/", {**AMBER, "rating": "amber_red", "scale": "three"})
    assert "green, amber and red only" in page.content.decode()
