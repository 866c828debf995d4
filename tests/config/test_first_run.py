"""Opening the sample from the first-run page."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.choices import Role
from accounts.models import Membership, Workspace
from config.sample import history, load
from tests.factories import make_member, make_workspace

pytestmark = pytest.mark.django_db
OPEN = "/setup/sample/"


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def sample(db: None) -> Workspace:
    return make_workspace("sample", is_sample=True)


def test_an_administrator_is_let_into_the_sample_and_goes_on_there(workspace: Workspace, sample: Workspace) -> None:
    assert load.existing() == sample
    admin = make_member(workspace, Role.ADMIN)
    client = signed_in(admin)
    client.post(OPEN)
    assert admin.user.memberships.get(workspace=sample).role == "finance"
    assert client.session["workspace"] == "sample"


def test_opening_it_again_changes_nothing(workspace: Workspace, sample: Workspace) -> None:
    client = signed_in(make_member(workspace, Role.ADMIN))
    for _ in range(2):
        client.post(OPEN)
    assert sample.memberships.count() == 1


def test_the_sample_is_loaded_with_its_figures_where_it_is_not_there(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []

    def load_with_figures(*, now: object, password: str) -> Workspace:
        loaded.append(password)
        return make_workspace("sample", is_sample=True)

    monkeypatch.setattr(history, "load_with_figures", load_with_figures)
    signed_in(make_member(workspace, Role.ADMIN)).post(OPEN)
    assert len(loaded) == 1
    assert len(loaded[0]) > 30


def test_others_may_not_open_it(owner: Membership, sample: Workspace) -> None:
    assert signed_in(owner).post(OPEN).status_code == 403
    assert not sample.memberships.exists()


def test_a_link_alone_opens_nothing(workspace: Workspace, sample: Workspace) -> None:
    assert signed_in(make_member(workspace, Role.ADMIN)).get(OPEN).status_code == 405
