"""Ratings and choices of published rates are held by closed periods and stay in the record, as every fact."""

from django.db import migrations

TABLES = ("statusrating", "publishedratechoice")


def guard(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER period_lock_on_insert AFTER INSERT ON portfolio_{table}
            REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION portfolio_refuse_locked();
        CREATE CONSTRAINT TRIGGER never_deleted AFTER DELETE ON portfolio_{table}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION portfolio_refuse_deletion();
        """,
        f"""
        DROP TRIGGER period_lock_on_insert ON portfolio_{table};
        DROP TRIGGER never_deleted ON portfolio_{table};
        """,
    )


class Migration(migrations.Migration):

    dependencies = [("portfolio", "0011_initiative_aliases")]

    operations = [guard(table) for table in TABLES]
