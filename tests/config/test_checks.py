"""What must hold before tables are touched."""

import pytest
from django.db import connections

from config.checks import server_is_new_enough


@pytest.mark.django_db
def test_server_older_than_supported_is_refused_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections["default"].__dict__, "pg_version", 140_011)
    (found,) = server_is_new_enough(["default"])
    assert "PostgreSQL 14; Hurdle needs 15" in found.msg


@pytest.mark.django_db
def test_server_of_the_tests_is_accepted() -> None:
    assert server_is_new_enough(["default"]) == []
