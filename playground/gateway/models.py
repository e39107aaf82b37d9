"""The books of the image API: who may call, what each call was, and every movement of pictures and money.

Money is whole micro-dollars. Counters of accounts and days change in the transaction that writes the ledger row, by
conditional UPDATEs; `manage.py reconcile` proves that they agree.
"""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone

from playground.imageapi.options import CALLS_AT_ONCE, DAILY_IMAGES

PREFIX_LENGTH: Final = 11


class Account(models.Model):
    """A key that may call, and its limits. The key itself is kept nowhere: `hash` is its SHA-256."""

    hash = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(max_length=PREFIX_LENGTH, db_index=True, editable=False)
    name = models.CharField(max_length=100, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    is_disabled = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    daily_images = models.PositiveIntegerField(default=DAILY_IMAGES)
    concurrency = models.PositiveIntegerField(default=CALLS_AT_ONCE)
    # Budgets in micro-dollars; none means no limit.
    daily_micro_usd = models.PositiveBigIntegerField(null=True, blank=True)
    total_micro_usd = models.PositiveBigIntegerField(null=True, blank=True)

    spent_micro_usd = models.PositiveBigIntegerField(default=0, editable=False)
    held_micro_usd = models.PositiveBigIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}".strip()


class Day(models.Model):
    """What an account used on one Beijing day, and what calls of that day that still run may use."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="days")
    date = models.DateField()
    images = models.PositiveIntegerField(default=0)
    held_images = models.PositiveIntegerField(default=0)
    spent_micro_usd = models.PositiveBigIntegerField(default=0)
    held_micro_usd = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "date"], name="one_row_a_day")]


class State(models.TextChoices):
    """Where a call stands, in order; or it is failed, or void: charged, and the charge taken back."""

    ADMITTED = "admitted"
    SENT = "sent"
    ANSWERED = "answered"
    CHARGED = "charged"
    DELIVERED = "delivered"
    FAILED = "failed"
    VOID = "void"


# A call in one of these takes one of its key's slots.
WORKING: Final = (State.ADMITTED, State.SENT, State.ANSWERED)


class Job(models.Model):
    """One call for pictures, refused ones too. `id` is the request id that its answer carries."""

    number = models.BigAutoField(primary_key=True)
    id = models.CharField(max_length=40, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="jobs")
    date = models.DateField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=9, choices=State)

    endpoint = models.CharField(max_length=16)
    size = models.CharField(max_length=16, blank=True)
    quality = models.CharField(max_length=16, blank=True)
    n = models.PositiveSmallIntegerField(null=True)

    # Until then the process that works on the call is taken to be alive; none when nobody works on it any more.
    leased_until = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    code = models.CharField(max_length=40, blank=True)
    images = models.PositiveSmallIntegerField(default=0)
    micro_usd = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["account", "date"], name="jobs_of_a_day"),
            models.Index(fields=["account", "state"], condition=Q(leased_until__isnull=False), name="open_jobs"),
            models.Index(fields=["leased_until"], condition=Q(leased_until__isnull=False), name="leases"),
        ]


class Kind(models.TextChoices):
    """What a ledger row does: hold, charge (ends the hold), release (ends it too), void (undoes a charge)."""

    HOLD = "hold"
    CHARGE = "charge"
    RELEASE = "release"
    VOID = "void"


class Entry(models.Model):
    """A row of the ledger. It is never changed or deleted; the counters are the sums of these columns."""

    job = models.ForeignKey(Job, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=7, choices=Kind)
    at = models.DateTimeField()
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    date = models.DateField()
    images = models.IntegerField(default=0)
    held_images = models.IntegerField(default=0)
    spent_micro_usd = models.BigIntegerField(default=0)
    held_micro_usd = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "kind"], name="one_entry_of_a_kind")]


class Kept(models.Model):
    """An answer on disk, in a folder of the name `token`: for its addresses, and for the same call sent again."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="kept")
    token = models.CharField(max_length=40, unique=True)
    bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    # Until then the pictures have addresses; none when they were never given out.
    shown_until = models.DateTimeField(null=True)


class Repeat(models.Model):
    """The last call under an Idempotency-Key: `key` is its SHA-256, `fingerprint` that of what was asked."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="repeats")
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    job = models.ForeignKey(Job, models.CASCADE, related_name="repeats")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="one_job_a_repeat")]
