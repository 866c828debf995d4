"""The style guide shows every component, and each says what context it needs."""

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Membership
from web.styleguide.specimens import documented

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parents[2] / "templates" / "components"
COMPONENTS = sorted(path.name for path in FOLDER.glob("*.html"))


def test_the_style_guide_shows_every_component(client: Client, owner: Membership) -> None:
    client.force_login(owner.user)
    page = client.get("/styleguide/")
    shown = {template.name for template in page.templates}
    assert [name for name in COMPONENTS if f"components/{name}" not in shown] == []


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_documents_its_context(name: str) -> None:
    assert documented((FOLDER / name).read_text())


def test_the_style_guide_holds_no_inline_style(client: Client, owner: Membership) -> None:
    client.force_login(owner.user)
    assert " style=" not in client.get("/styleguide/").content.decode()
