"""Fixtures of every test: a database that its owner made and that the app role works in."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.choices import Role
from accounts.models import Membership, Workspace
from config.owner import owner_connection
from tests.factories import make_member, make_workspace


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The test database: made, migrated and removed by the owner, used as the app role."""
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock(), owner_connection():
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    yield
    with django_db_blocker.unblock(), owner_connection():
        connection.creation.destroy_test_db(name, verbosity=0)


@pytest.fixture
def workspace(db: None) -> Workspace:
    """The workspace of the owner and the colleague."""
    return make_workspace()


@pytest.fixture
def owner(workspace: Workspace) -> Membership:
    """A manager with initiatives of their own."""
    return make_member(workspace, Role.MANAGER, "owner@acme.example")


@pytest.fixture
def colleague(workspace: Workspace) -> Membership:
    """The finance partner of the same workspace."""
    return make_member(workspace, Role.FINANCE, "colleague@acme.example")


@pytest.fixture
def stranger(db: None) -> Membership:
    """An administrator of another workspace."""
    return make_member(make_workspace("other"), Role.ADMIN, "stranger@other.example")
