"""Fields get the field's names; their columns keep theirs, so that two versions can run side by side."""

from django.db import migrations, models
from django.db.models import CASCADE, PROTECT
from django.db.models.fields.related import ForeignKey, OneToOneField


def rename(model: str, old: str, new: str, field: models.Field) -> list[migrations.operations.base.Operation]:
    """Name the column first, so that the new name of the field leaves it alone."""
    return [migrations.AlterField(model, old, field), migrations.RenameField(model, old, new)]


KEY = {"to": "gateway.apikey", "db_column": "account_id"}
CALL = {"to": "gateway.imagecall", "db_column": "job_id"}
DATES = models.UniqueConstraint(fields=["api_key", "date"], name="one_row_a_day")
KINDS = models.UniqueConstraint(fields=["call", "kind"], name="one_entry_of_a_kind")
KEYS = models.UniqueConstraint(fields=["api_key", "key"], name="one_job_a_repeat")
IS_OPEN = models.Q(leased_until__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("gateway", "0003_model_names")]

    # Columns, constraints and indexes are what they were: nothing is left to do in the database.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("keyday", "one_row_a_day"),
                migrations.RemoveConstraint("ledgerentry", "one_entry_of_a_kind"),
                migrations.RemoveConstraint("idempotencykey", "one_job_a_repeat"),
                migrations.RemoveIndex("imagecall", "jobs_of_a_day"),
                migrations.RemoveIndex("imagecall", "open_jobs"),
                *rename(
                    "keyday",
                    "account",
                    "api_key",
                    ForeignKey(on_delete=CASCADE, related_name="days", verbose_name="key", **KEY),
                ),
                *rename(
                    "imagecall",
                    "account",
                    "api_key",
                    ForeignKey(on_delete=CASCADE, related_name="calls", verbose_name="key", **KEY),
                ),
                *rename(
                    "ledgerentry",
                    "account",
                    "api_key",
                    ForeignKey(on_delete=PROTECT, related_name="entries", verbose_name="key", **KEY),
                ),
                *rename(
                    "ledgerentry",
                    "job",
                    "call",
                    ForeignKey(on_delete=PROTECT, related_name="entries", verbose_name="call", **CALL),
                ),
                *rename("ledgerentry", "at", "created_at", models.DateTimeField("time", db_column="at")),
                *rename(
                    "storedanswer",
                    "job",
                    "call",
                    OneToOneField(on_delete=CASCADE, related_name="stored_answer", **CALL),
                ),
                *rename(
                    "storedanswer", "until", "expires_at", models.DateTimeField(db_index=True, db_column="until")
                ),
                *rename(
                    "storedanswer",
                    "shown_until",
                    "published_until",
                    models.DateTimeField(null=True, db_column="shown_until"),
                ),
                *rename(
                    "idempotencykey",
                    "account",
                    "api_key",
                    ForeignKey(on_delete=CASCADE, related_name="idempotency_keys", **KEY),
                ),
                *rename(
                    "idempotencykey",
                    "job",
                    "call",
                    ForeignKey(on_delete=CASCADE, related_name="idempotency_keys", **CALL),
                ),
                migrations.AddConstraint("keyday", DATES),
                migrations.AddConstraint("ledgerentry", KINDS),
                migrations.AddConstraint("idempotencykey", KEYS),
                migrations.AddIndex("imagecall", models.Index(fields=["api_key", "date"], name="jobs_of_a_day")),
                migrations.AddIndex(
                    "imagecall", models.Index(fields=["api_key", "state"], condition=IS_OPEN, name="open_jobs")
                ),
            ]
        )
    ]
