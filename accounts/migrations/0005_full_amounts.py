from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_saved_views")]

    operations = [
        migrations.AddField(model_name="user", name="has_full_amounts", field=models.BooleanField(default=False)),
    ]
