"""Facts leave the record only with their workspace; writers and closing wait for each other; every dated fact is held."""

from django.db import migrations, models
from django.db.models.deletion import RESTRICT

HELD = (
    "adoptionreading", "assessment", "benefitline", "controldose", "costline", "datedsetting", "destination", "event",
    "exchangerate", "initiativehurdle", "priceindex", "reading", "stagechange", "trial",
)
REPLACEABLE = ("baselineapproval", "driver", "preregistration")
KEPT = (*HELD, *REPLACEABLE, "businesscase", "evidencefile", "periodlock")

KEY = """
CREATE FUNCTION portfolio_closing_key(workspace bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtextextended('closing a period of ' || workspace, 0)
$$;
"""

REFUSE_LOCKED = """
CREATE OR REPLACE FUNCTION portfolio_refuse_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(portfolio_closing_key(touched.workspace_id))
    FROM (SELECT DISTINCT workspace_id FROM changed ORDER BY workspace_id) touched;
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

CLOSE = """
CREATE FUNCTION portfolio_close_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(portfolio_closing_key(NEW.workspace_id));
    RETURN NEW;
END;
$$;
CREATE TRIGGER close_alone BEFORE INSERT ON portfolio_periodlock
    FOR EACH ROW EXECUTE FUNCTION portfolio_close_alone();
"""

UNCLOSE = """
DROP TRIGGER close_alone ON portfolio_periodlock;
DROP FUNCTION portfolio_close_alone();
"""

REFUSE_DELETION = """
CREATE FUNCTION portfolio_refuse_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM accounts_workspace WHERE id = OLD.workspace_id) THEN
        RAISE EXCEPTION 'A fact is superseded, never deleted; it leaves only with its workspace.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'facts_stay';
    END IF;
    RETURN NULL;
END;
$$;
"""


def on_insert(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""CREATE TRIGGER period_lock_on_insert AFTER INSERT ON portfolio_{table}
            REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION portfolio_refuse_locked();""",
        f"DROP TRIGGER period_lock_on_insert ON portfolio_{table};",
    )


def on_update(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""CREATE TRIGGER period_lock_on_update AFTER UPDATE ON portfolio_{table}
            REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION portfolio_refuse_locked();""",
        f"DROP TRIGGER period_lock_on_update ON portfolio_{table};",
    )


def never_deleted(table: str) -> migrations.RunSQL:
    """Deferred to the commit, when the workspace is seen to be gone or not."""
    return migrations.RunSQL(
        f"""CREATE CONSTRAINT TRIGGER never_deleted AFTER DELETE ON portfolio_{table}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION portfolio_refuse_deletion();""",
        f"DROP TRIGGER never_deleted ON portfolio_{table};",
    )


def may_go_together(related_name: str, to: str) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(blank=True, null=True, on_delete=RESTRICT, related_name=related_name, to=to)


class Migration(migrations.Migration):

    dependencies = [("portfolio", "0004_period_locks_hold")]

    operations = [
        migrations.RunSQL(KEY, migrations.RunSQL.noop),
        migrations.RunSQL(REFUSE_LOCKED, migrations.RunSQL.noop),
        migrations.RunSQL(CLOSE, UNCLOSE),
        migrations.RunSQL(REFUSE_DELETION, "DROP FUNCTION portfolio_refuse_deletion()"),
        *(on_insert(table) for table in ("initiativehurdle", *REPLACEABLE)),
        on_update("initiativehurdle"),
        *(never_deleted(table) for table in KEPT),
        migrations.AlterField("benefitline", "kpi", may_go_together("benefit_lines", "portfolio.kpi")),
        migrations.AlterField("benefitline", "evidence_file", may_go_together("+", "portfolio.evidencefile")),
    ]
