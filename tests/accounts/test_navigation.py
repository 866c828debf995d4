"""The navigation offers what the person's role opens, and nothing else."""

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import Workspace
from tests.factories import make_member


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.EXECUTIVE, set()),
        (Role.MANAGER, {"/import/"}),
        (Role.FINANCE, {"/import/"}),
        (Role.INTEGRATOR, {"/import/", "/settings/integrations/"}),
        (Role.ADMIN, {"/import/", "/settings/integrations/", "/settings/people/"}),
    ],
)
def test_the_navigation_offers_what_the_role_opens(
    workspace: Workspace, client: Client, role: Role, offered: set[str]
) -> None:
    client.force_login(make_member(workspace, role).user)
    page = client.get("/method/").content.decode()
    places = ("/import/", "/settings/integrations/", "/settings/people/")
    assert {place for place in places if f'href="{place}"' in page} == offered
