"""Fixtures of every test: a database that its owner made and that the app role works in."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from config.owner import owner_connection


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
