from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('runs', '0011_starred_pictures'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='frame',
            field=models.JSONField(blank=True, null=True),
        ),
    ]
