"""The owner migrates; the app role owns nothing and runs everything else."""

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection

from accounts.models import User

OWNED = "SELECT count(*) FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE rolname = current_user"


@pytest.mark.django_db
def test_app_role_owns_no_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(OWNED)
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_app_role_may_not_truncate() -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("TRUNCATE accounts_user CASCADE")


@pytest.mark.django_db(transaction=True)
def test_flush_empties_tables_without_giving_the_app_role_more_rights() -> None:
    User.objects.create(email="someone@example.org")
    call_command("flush", interactive=False, verbosity=0)
    assert not User.objects.exists()
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("TRUNCATE accounts_user CASCADE")
