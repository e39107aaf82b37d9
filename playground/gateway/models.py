"""Tables of the built-in image API: keys, calls, and every movement of pictures and money.

Money is whole micro-dollars. The counters of keys and days change in the transaction that writes the ledger entry, by
conditional UPDATEs; `manage.py reconcile` proves that they agree. Tables and columns are older than the names of the
models and fields: `db_table` and `db_column` keep them, so that two versions can work on one database.
"""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from playground.imageapi.catalog import DAILY_IMAGES, DEFAULT_CONCURRENCY

# `cr_` and eight characters: enough to tell keys apart in a list, far from enough to guess one.
PREFIX_LENGTH: Final = 11


class ApiKey(models.Model):
    """A key that may call, and its limits. Only its SHA-256 is stored, in `hash`."""

    # A fast hash is safe for 160 random bits; see authentication.hash_key.
    hash = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(_("starts with"), max_length=PREFIX_LENGTH, db_index=True, editable=False)
    name = models.CharField(_("name"), max_length=100, blank=True)
    is_demo = models.BooleanField(_("demo key"), default=False, editable=False)
    is_disabled = models.BooleanField(_("disabled"), default=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    # Both defaults are numbers of imageapi/catalog.py, the list of limits: workers keep to the first (the profile
    # `builtin`), and pages name both. Neither may import this app.
    daily_images = models.PositiveIntegerField(_("images per day"), default=DAILY_IMAGES)
    concurrency = models.PositiveIntegerField(_("concurrent requests"), default=DEFAULT_CONCURRENCY)
    # Budgets in micro-dollars; none means no limit.
    daily_micro_usd = models.PositiveBigIntegerField(_("daily budget, micro-dollars"), null=True, blank=True)
    total_micro_usd = models.PositiveBigIntegerField(_("total budget, micro-dollars"), null=True, blank=True)

    spent_micro_usd = models.PositiveBigIntegerField(_("spent, micro-dollars"), default=0, editable=False)
    held_micro_usd = models.PositiveBigIntegerField(_("reserved, micro-dollars"), default=0, editable=False)
    # Sealed (core.key_sealing); empty: jobs of this key cannot have a webhook.
    webhook_secret = models.TextField(default="", db_default="", editable=False)

    class Meta:
        db_table = "gateway_account"
        verbose_name = _("key")
        verbose_name_plural = _("keys")

    def __str__(self) -> str:
        return f"{self.prefix}… {self.name}".strip()


class KeyDay(models.Model):
    """Usage of a key on one Beijing day, and the reserve of that day's calls that still run."""

    api_key = models.ForeignKey(
        ApiKey, models.CASCADE, related_name="days", verbose_name=_("key"), db_column="account_id"
    )
    date = models.DateField(_("Beijing day"))
    images = models.PositiveIntegerField(_("images"), default=0)
    held_images = models.PositiveIntegerField(_("images reserved"), default=0)
    spent_micro_usd = models.PositiveBigIntegerField(_("spent, micro-dollars"), default=0)
    held_micro_usd = models.PositiveBigIntegerField(_("reserved, micro-dollars"), default=0)

    class Meta:
        db_table = "gateway_day"
        verbose_name = _("daily usage")
        verbose_name_plural = _("daily usage")
        constraints = [models.UniqueConstraint(fields=["api_key", "date"], name="one_row_a_day")]


class BudgetAlert(models.Model):
    """An alert: a key has spent this percentage of a budget. Was the operator told? (services/budget_alerts.py)"""

    api_key = models.ForeignKey(ApiKey, models.CASCADE, related_name="alerts")
    # The day, or `total`, and the amount: a raised budget is a new one.
    period = models.CharField(max_length=40)
    day = models.DateField(null=True)
    percent = models.PositiveSmallIntegerField()
    spent_micro_usd = models.PositiveBigIntegerField()
    budget_micro_usd = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    is_mailed = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "period", "percent"], name="one_alert_a_threshold")]
        indexes = [models.Index(fields=["next_at"], condition=Q(sent_at__isnull=True), name="pending_alerts")]


class CallState(models.TextChoices):
    """Steps of a call in order, and its two failures: before the charge, and void, with the charge taken back."""

    ADMITTED = "admitted", _("admitted")
    SENT = "sent", _("sent")
    ANSWERED = "answered", _("responded")
    CHARGED = "charged", _("charged")
    DELIVERED = "delivered", pgettext_lazy("state of a call", "delivered")
    FAILED = "failed", _("failed")
    VOID = "void", _("void")


# A call in one of these states takes one of its key's slots.
ACTIVE_STATES: Final = (CallState.ADMITTED, CallState.SENT, CallState.ANSWERED)


class ImageCall(models.Model):
    """One call for pictures, also a refused one. `id` is the request id in its answer."""

    # Usage pages by it: times can repeat, and request ids have no order.
    number = models.BigAutoField(primary_key=True)
    id = models.CharField(_("request ID"), max_length=40, unique=True)
    api_key = models.ForeignKey(
        ApiKey, models.CASCADE, related_name="calls", verbose_name=_("key"), db_column="account_id"
    )
    date = models.DateField(_("Beijing day"))
    created_at = models.DateTimeField(_("created"))
    ended_at = models.DateTimeField(_("finished"), null=True)
    state = models.CharField(_("state"), max_length=9, choices=CallState)

    endpoint = models.CharField(_("endpoint"), max_length=16)
    size = models.CharField(_("size"), max_length=16, blank=True)
    quality = models.CharField(_("quality"), max_length=16, blank=True)
    n = models.PositiveSmallIntegerField(_("images requested"), null=True)

    # The process that works on the call counts as alive until then; null when no process works on it.
    leased_until = models.DateTimeField(_("lease until"), null=True)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True)
    code = models.CharField(_("error code"), max_length=40, blank=True)
    images = models.PositiveSmallIntegerField(_("images"), default=0)
    micro_usd = models.PositiveBigIntegerField(_("price, micro-dollars"), default=0)

    class Meta:
        db_table = "gateway_job"
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        indexes = [
            models.Index(fields=["api_key", "date"], name="jobs_of_a_day"),
            models.Index(fields=["api_key", "state"], condition=Q(leased_until__isnull=False), name="open_jobs"),
            models.Index(fields=["leased_until"], condition=Q(leased_until__isnull=False), name="leases"),
        ]


class WebhookState(models.TextChoices):
    """Pending until the address answers with 2xx, or the last attempt has failed."""

    PENDING = "pending", pgettext_lazy("state of a webhook", "pending")
    DELIVERED = "delivered", pgettext_lazy("state of a webhook", "delivered")
    FAILED = "failed", pgettext_lazy("state of a webhook", "failed")


class ImageJob(models.Model):
    """A call with `Prefer: respond-async`. Its status follows from the state of the call."""

    id = models.CharField(_("job ID"), max_length=40, primary_key=True)
    call = models.OneToOneField(ImageCall, models.CASCADE, related_name="job", verbose_name=_("request"))
    # The start of addresses of its pictures; `has_urls`: its result has these instead of the pictures.
    site = models.CharField(max_length=300, blank=True)
    has_urls = models.BooleanField(default=False)
    # The answer without its pictures, or the error, when the call has ended.
    outcome = models.JSONField(null=True)
    webhook_url = models.CharField(max_length=2048, blank=True)
    webhook_state = models.CharField(_("webhook"), max_length=9, choices=WebhookState, blank=True)
    webhook_attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # The next attempt, or the end of the lease of the process that makes one; null before the first attempt.
    webhook_next_at = models.DateTimeField(_("next attempt"), null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(
                fields=["webhook_next_at"],
                condition=Q(webhook_state=WebhookState.PENDING),
                name="pending_webhooks",
            )
        ]

    def __str__(self) -> str:
        return self.id


class LedgerKind(models.TextChoices):
    """Kinds of ledger entries: a charge or a release ends the hold, a void undoes the charge."""

    HOLD = "hold", _("hold")
    CHARGE = "charge", _("charge")
    RELEASE = "release", _("release")
    VOID = "void", _("void")


class LedgerEntry(models.Model):
    """A movement. It is never changed or deleted; the counters are the sums of these columns."""

    # PROTECT: a call with entries is never deleted, or the sums would no longer prove anything.
    call = models.ForeignKey(
        ImageCall, models.PROTECT, related_name="entries", verbose_name=_("request"), db_column="job_id"
    )
    kind = models.CharField(_("movement"), max_length=7, choices=LedgerKind)
    created_at = models.DateTimeField(_("time"), db_column="at")
    api_key = models.ForeignKey(
        ApiKey, models.PROTECT, related_name="entries", verbose_name=_("key"), db_column="account_id"
    )
    date = models.DateField(_("Beijing day"))
    images = models.IntegerField(_("images"), default=0)
    held_images = models.IntegerField(_("images reserved"), default=0)
    spent_micro_usd = models.BigIntegerField(_("spent, micro-dollars"), default=0)
    held_micro_usd = models.BigIntegerField(_("reserved, micro-dollars"), default=0)

    class Meta:
        db_table = "gateway_entry"
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        constraints = [models.UniqueConstraint(fields=["call", "kind"], name="one_entry_of_a_kind")]


class StoredAnswer(models.Model):
    """An answer on disk, in the folder `token`: for the addresses of its pictures, and for repeated calls."""

    call = models.OneToOneField(ImageCall, models.CASCADE, related_name="stored_answer", db_column="job_id")
    token = models.CharField(max_length=40, unique=True)
    bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True, db_column="until")
    # End of the pictures' addresses; null when none were given out.
    published_until = models.DateTimeField(null=True, db_column="shown_until")

    class Meta:
        db_table = "gateway_kept"


class IdempotencyKey(models.Model):
    """The last call under an Idempotency-Key: `key` is the header's SHA-256, `fingerprint` that of the request."""

    api_key = models.ForeignKey(ApiKey, models.CASCADE, related_name="idempotency_keys", db_column="account_id")
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    call = models.ForeignKey(ImageCall, models.CASCADE, related_name="idempotency_keys", db_column="job_id")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "gateway_repeat"
        constraints = [models.UniqueConstraint(fields=["api_key", "key"], name="one_job_a_repeat")]
