"""A closed period refuses facts dated in it from every path, COPY and plain SQL included."""

from django.db import migrations

TABLES = (
    "adoptionreading", "assessment", "benefitline", "controldose", "costline", "datedsetting", "destination", "event",
    "exchangerate", "priceindex", "reading", "stagechange", "trial",
)

FUNCTION = """
CREATE OR REPLACE FUNCTION portfolio_refuse_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    SELECT lock.happened_on, lock.through INTO held
    FROM changed JOIN portfolio_periodlock lock
        ON lock.workspace_id = changed.workspace_id AND lock.superseded_at IS NULL
        AND changed.happened_on BETWEEN lock.happened_on AND lock.through
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'The period from % to % is closed.', held.happened_on, held.through
            USING ERRCODE = 'check_violation', CONSTRAINT = 'period_lock_holds';
    END IF;
    RETURN NULL;
END;
$$;
"""


def trigger(table: str) -> str:
    return f"""
        CREATE TRIGGER period_lock_on_insert AFTER INSERT ON portfolio_{table}
            REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION portfolio_refuse_locked();
        CREATE TRIGGER period_lock_on_update AFTER UPDATE ON portfolio_{table}
            REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION portfolio_refuse_locked();
    """


def dropped(table: str) -> str:
    return f"""
        DROP TRIGGER period_lock_on_insert ON portfolio_{table};
        DROP TRIGGER period_lock_on_update ON portfolio_{table};
    """


class Migration(migrations.Migration):

    dependencies = [("portfolio", "0003_returns_in_full")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION portfolio_refuse_locked()"),
        *(migrations.RunSQL(trigger(table), dropped(table)) for table in TABLES),
    ]
