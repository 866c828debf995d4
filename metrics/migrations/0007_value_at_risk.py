import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_kept_answers'),
        ('metrics', '0006_risk_fits'),
        ('portfolio', '0007_shares_keep_history'),
    ]

    operations = [
        migrations.AddField(
            model_name='currentportfolio',
            name='moved',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='currentsnapshot',
            name='benefit_ahead',
            field=models.DecimalField(decimal_places=4, max_digits=30, null=True),
        ),
        migrations.AddField(
            model_name='currentsnapshot',
            name='never_in_production',
            field=models.DecimalField(decimal_places=6, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name='currentsnapshot',
            name='raised_causes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), default=list, size=None),
        ),
        migrations.AddField(
            model_name='currentsnapshot',
            name='signal_codes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), default=list, size=None),
        ),
        migrations.AddField(
            model_name='currentsnapshot',
            name='spend_ahead',
            field=models.DecimalField(decimal_places=4, max_digits=30, null=True),
        ),
        migrations.AddField(
            model_name='currentsnapshot',
            name='value_at_risk',
            field=models.DecimalField(decimal_places=4, max_digits=30, null=True),
        ),
        migrations.AddField(
            model_name='portfoliosnapshot',
            name='risk',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='benefit_ahead',
            field=models.DecimalField(decimal_places=4, max_digits=30, null=True),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='misses_roi',
            field=models.DecimalField(decimal_places=6, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='never_in_production',
            field=models.DecimalField(decimal_places=6, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='raised_causes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), default=list, size=None),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='spend_ahead',
            field=models.DecimalField(decimal_places=4, max_digits=30, null=True),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='value_at_risk',
            field=models.DecimalField(decimal_places=4, max_digits=30, null=True),
        ),
        migrations.AddIndex(
            model_name='currentsnapshot',
            index=models.Index(models.F('workspace'), models.OrderBy(models.F('value_at_risk'), descending=True, nulls_last=True), models.F('initiative'), condition=models.Q(('never_in_production__isnull', False)), name='current_by_value_at_risk'),
        ),
    ]
