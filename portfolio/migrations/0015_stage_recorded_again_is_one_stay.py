"""An initiative is in its stage since it entered it, also where the stage was recorded again."""

from django.db import migrations

SINCE_ENTERED = """
    UPDATE portfolio_initiative AS initiative
    SET stage_since = stay.entered
    FROM (
        SELECT same.initiative_id, min(same.happened_on) AS entered
        FROM portfolio_stagechange AS same
        JOIN portfolio_initiative AS held ON held.id = same.initiative_id AND held.stage = same."to"
        WHERE same.superseded_at IS NULL
          AND NOT EXISTS (
            SELECT 1 FROM portfolio_stagechange AS other
            WHERE other.initiative_id = same.initiative_id
              AND other.superseded_at IS NULL
              AND other."to" <> same."to"
              AND other.happened_on > same.happened_on
          )
        GROUP BY same.initiative_id
    ) AS stay
    WHERE stay.initiative_id = initiative.id AND initiative.stage_since IS DISTINCT FROM stay.entered;
"""


class Migration(migrations.Migration):
    """Puts right what earlier releases stored."""

    dependencies = [("portfolio", "0014_assessments_in_order")]

    operations = [migrations.RunSQL(SINCE_ENTERED, migrations.RunSQL.noop)]
