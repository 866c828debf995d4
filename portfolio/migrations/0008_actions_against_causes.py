"""Actions against causes of failure, and evidence for each scored cause."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import portfolio.choices
import portfolio.models.assessments
from django.conf import settings
from django.db import migrations, models


LOCKED = """
CREATE TRIGGER period_lock_on_insert AFTER INSERT ON portfolio_mitigation
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION portfolio_refuse_locked();
"""

KEPT = """
CREATE CONSTRAINT TRIGGER never_deleted AFTER DELETE ON portfolio_mitigation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION portfolio_refuse_deletion();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_kept_answers'),
        ('portfolio', '0007_shares_keep_history'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mitigation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(db_column='happened_on')),
                ('recorded_at', models.DateTimeField()),
                ('declared_history', models.BooleanField(default=False)),
                ('source', models.CharField(blank=True, max_length=80)),
                ('external_id', models.CharField(blank=True, max_length=200)),
                ('identity', models.CharField(blank=True, max_length=210)),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('supersede_reason', models.CharField(blank=True, max_length=400)),
                ('number', models.PositiveIntegerField()),
                ('cause', models.CharField(choices=[('integration', 'Integration'), ('scalability', 'Scalability'), ('roi_justification', 'Roi justification'), ('workforce', 'Workforce'), ('data_governance', 'Data governance'), ('responsible_ai', 'Responsible ai'), ('human_factors', 'Human factors'), ('data_licensing', 'Data licensing')], max_length=24)),
                ('what', models.CharField(max_length=400)),
                ('owner', models.CharField(blank=True, max_length=120)),
                ('due', models.DateField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done'), ('dropped', 'Dropped')], default=portfolio.choices.MitigationState['OPEN'], max_length=24)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=1000)),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='assessment',
            name='never_edited',
        ),
        migrations.AddField(
            model_name='assessment',
            name='evidence_by_cause',
            field=models.JSONField(blank=True, default=dict, validators=[portfolio.models.assessments.valid_evidence]),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assessment',
            trigger=pgtrigger.compiler.Trigger(name='never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."workspace_id" IS DISTINCT FROM (NEW."workspace_id") OR OLD."happened_on" IS DISTINCT FROM (NEW."happened_on") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."declared_history" IS DISTINCT FROM (NEW."declared_history") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."external_id" IS DISTINCT FROM (NEW."external_id") OR OLD."identity" IS DISTINCT FROM (NEW."identity") OR OLD."initiative_id" IS DISTINCT FROM (NEW."initiative_id") OR OLD."scores" IS DISTINCT FROM (NEW."scores") OR OLD."evidence" IS DISTINCT FROM (NEW."evidence") OR OLD."evidence_by_cause" IS DISTINCT FROM (NEW."evidence_by_cause"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e6f56b69a0d75f892ee9d78ca8debea29299a4e1', operation='UPDATE', pgid='pgtrigger_never_edited_af93f', table='portfolio_assessment', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='mitigation',
            name='initiative',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mitigations', to='portfolio.initiative'),
        ),
        migrations.AddField(
            model_name='mitigation',
            name='owner_user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mitigation',
            name='recorded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mitigation',
            name='superseded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mitigation',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace'),
        ),
        migrations.AddConstraint(
            model_name='mitigation',
            constraint=models.UniqueConstraint(models.F('workspace'), models.F('source'), models.F('identity'), condition=models.Q(('superseded_at__isnull', True), models.Q(('identity', ''), _negated=True)), name='mitigation_identity_unique'),
        ),
        migrations.AddConstraint(
            model_name='mitigation',
            constraint=models.UniqueConstraint(models.F('initiative'), models.F('number'), condition=models.Q(('superseded_at__isnull', True)), name='mitigation_one_live'),
        ),
        migrations.AddConstraint(
            model_name='mitigation',
            constraint=models.CheckConstraint(condition=models.Q(('cause__in', ['integration', 'scalability', 'roi_justification', 'workforce', 'data_governance', 'responsible_ai', 'human_factors', 'data_licensing'])), name='mitigation_cause_known'),
        ),
        migrations.AddConstraint(
            model_name='mitigation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'done', 'dropped'])), name='mitigation_state_known'),
        ),
        migrations.AddConstraint(
            model_name='mitigation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', True), ('state', portfolio.choices.MitigationState['OPEN'])), models.Q(models.Q(('state', portfolio.choices.MitigationState['OPEN']), _negated=True), ('ended_on__isnull', False)), _connector='OR'), name='mitigation_ended_or_open'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mitigation',
            trigger=pgtrigger.compiler.Trigger(name='never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."workspace_id" IS DISTINCT FROM (NEW."workspace_id") OR OLD."happened_on" IS DISTINCT FROM (NEW."happened_on") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."recorded_by_id" IS DISTINCT FROM (NEW."recorded_by_id") OR OLD."declared_history" IS DISTINCT FROM (NEW."declared_history") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."external_id" IS DISTINCT FROM (NEW."external_id") OR OLD."identity" IS DISTINCT FROM (NEW."identity") OR OLD."initiative_id" IS DISTINCT FROM (NEW."initiative_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."cause" IS DISTINCT FROM (NEW."cause") OR OLD."what" IS DISTINCT FROM (NEW."what") OR OLD."owner" IS DISTINCT FROM (NEW."owner") OR OLD."owner_user_id" IS DISTINCT FROM (NEW."owner_user_id") OR OLD."due" IS DISTINCT FROM (NEW."due") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."ended_on" IS DISTINCT FROM (NEW."ended_on") OR OLD."note" IS DISTINCT FROM (NEW."note"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1b316e52453fbe654a078622fe450bdff353e131', operation='UPDATE', pgid='pgtrigger_never_edited_7212a', table='portfolio_mitigation', when='BEFORE')),
        ),
        migrations.RunSQL(LOCKED, "DROP TRIGGER period_lock_on_insert ON portfolio_mitigation;"),
        migrations.RunSQL(KEPT, "DROP TRIGGER never_deleted ON portfolio_mitigation;"),
    ]
