"""The tests run on a PostgreSQL of their own, as the role that owns nothing."""

import os

import psycopg
import pytest


def connect(name: str) -> psycopg.Connection:
    return psycopg.connect(os.environ[name], autocommit=True)


def test_app_role_may_not_create_tables() -> None:
    with connect("DATABASE_URL") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE mine (id int)")


def test_app_role_is_no_superuser_and_cannot_bypass_row_security() -> None:
    with connect("DATABASE_URL") as connection:
        answer = connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert answer.fetchone() == (False, False)
