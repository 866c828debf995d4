from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_kept_answers")]

    operations = [
        migrations.AddField(model_name="user", name="has_shortcuts", field=models.BooleanField(default=True)),
    ]
