"""Who shares a KPI, and which targets were taken back, is kept as it changes."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


SHARES_OF_BEFORE = """
INSERT INTO portfolio_kpishareevent
    (id, workspace_id, kpi_id, initiative_id, pgh_created_at, pgh_label, pgh_obj_id)
SELECT share.id, share.workspace_id, share.kpi_id, share.initiative_id, kpi.created_at, 'insert', share.id
FROM portfolio_kpishare share JOIN portfolio_kpi kpi ON kpi.id = share.kpi_id;
"""

TARGETS_TAKEN_BACK_BEFORE = """
INSERT INTO portfolio_kpitargetevent
    (id, workspace_id, kpi_id, due_on, value, pgh_created_at, pgh_label, pgh_obj_id)
SELECT DISTINCT ON (gone.pgh_obj_id) gone.id, gone.workspace_id, gone.kpi_id, gone.due_on, gone.value,
    COALESCE(
        (SELECT MIN(later.pgh_created_at) FROM portfolio_kpitargetevent later
         WHERE later.kpi_id = gone.kpi_id AND later.pgh_id > gone.pgh_id
             AND later.pgh_created_at > gone.pgh_created_at),
        NOW()
    ),
    'delete', gone.pgh_obj_id
FROM portfolio_kpitargetevent gone
WHERE NOT EXISTS (SELECT FROM portfolio_kpitarget target WHERE target.id = gone.pgh_obj_id)
ORDER BY gone.pgh_obj_id, gone.pgh_id DESC;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_kept_answers'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('portfolio', '0006_approvals_hold_numbers'),
    ]

    operations = [
        migrations.CreateModel(
            name='KpiShareEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='kpishare',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_kpishareevent" ("id", "initiative_id", "kpi_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NEW."id", NEW."initiative_id", NEW."kpi_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='ab3bcf3c74c569666de03f915f4079f07a60e177', operation='INSERT', pgid='pgtrigger_insert_insert_ca8d3', table='portfolio_kpishare', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='kpishare',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_kpishareevent" ("id", "initiative_id", "kpi_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (NEW."id", NEW."initiative_id", NEW."kpi_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."workspace_id"); RETURN NULL;', hash='09fd59591ddf833d0797131bb927da8a21f459e8', operation='UPDATE', pgid='pgtrigger_update_update_e7e98', table='portfolio_kpishare', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='kpishare',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_kpishareevent" ("id", "initiative_id", "kpi_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "workspace_id") VALUES (OLD."id", OLD."initiative_id", OLD."kpi_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."workspace_id"); RETURN NULL;', hash='6b78754722da1ddc2353651a6542b5ae76a2a614', operation='DELETE', pgid='pgtrigger_delete_delete_77c61', table='portfolio_kpishare', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='kpitarget',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_kpitargetevent" ("due_on", "id", "kpi_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "value", "workspace_id") VALUES (OLD."due_on", OLD."id", OLD."kpi_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."value", OLD."workspace_id"); RETURN NULL;', hash='0503ee71c010d8333eb236135b14d50a6b19e3d0', operation='DELETE', pgid='pgtrigger_delete_delete_b3b63', table='portfolio_kpitarget', when='AFTER')),
        ),
        migrations.AddField(
            model_name='kpishareevent',
            name='initiative',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.initiative'),
        ),
        migrations.AddField(
            model_name='kpishareevent',
            name='kpi',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.kpi'),
        ),
        migrations.AddField(
            model_name='kpishareevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='kpishareevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history', to='portfolio.kpishare'),
        ),
        migrations.AddField(
            model_name='kpishareevent',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.workspace'),
        ),
        migrations.RunSQL(SHARES_OF_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(TARGETS_TAKEN_BACK_BEFORE, migrations.RunSQL.noop),
    ]
