"""Models get the field's names; their tables keep theirs, so that two versions can run side by side."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("gateway", "0002_labels")]

    # RenameModel changes nothing in a database when the table's name stays.
    operations = [
        migrations.AlterModelTable("account", "gateway_account"),
        migrations.RenameModel("Account", "ApiKey"),
        migrations.AlterModelTable("day", "gateway_day"),
        migrations.RenameModel("Day", "KeyDay"),
        migrations.AlterModelTable("job", "gateway_job"),
        migrations.RenameModel("Job", "ImageCall"),
        migrations.AlterModelTable("entry", "gateway_entry"),
        migrations.RenameModel("Entry", "LedgerEntry"),
        migrations.AlterModelTable("kept", "gateway_kept"),
        migrations.RenameModel("Kept", "StoredAnswer"),
        migrations.AlterModelTable("repeat", "gateway_repeat"),
        migrations.RenameModel("Repeat", "IdempotencyKey"),
    ]
