from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('runs', '0010_provenance_and_transparency'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='frame',
            field=models.JSONField(blank=True, null=True),
        ),
    ]
