"""Models of runs, their pictures, sources of drafts, and workers."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from playground.core.files import storage
from playground.imageapi import schemas
from playground.imageapi.catalog import MEDIA_TYPES, OUTPUT_FORMATS, RESULT_MEDIA_TYPES, Endpoint
from playground.imageapi.pricing import Estimate
from playground.imageapi.schemas import ImageRequest
from playground.runs.paths import run_folder

# As `new_id` writes an id.
ID_PATTERN: Final = "[0-9a-f]{20}"
# At most 999, so that a long number in a URL never reaches the database.
NUMBER_PATTERN: Final = "[1-9][0-9]{0,2}"
# As `sharing.share_run` writes the token in the address of a shared run.
SHARE_PATTERN: Final = "[0-9a-f]{32}"


# Before the id of a run in the token of the run that gets the pictures it is missing.
MISSING_PREFIX: Final = "missing:"
# After the place of a picture in that of its locked version.
LOCKED_SUFFIX: Final = "/locked"


def new_id() -> str:
    """Return an id of 80 random bits, which cannot be guessed."""
    return secrets.token_hex(10)


class State(models.TextChoices):
    """The state of a run, as in the run card's `data-state`."""

    QUEUED = "queued", pgettext_lazy("state of a run", "waiting")
    RUNNING = "running", pgettext_lazy("state of a run", "in progress")
    SUCCEEDED = "succeeded", pgettext_lazy("state of a run", "succeeded")
    PARTIAL = "partial", pgettext_lazy("state of a run", "partly succeeded")
    FAILED = "failed", pgettext_lazy("state of a run", "failed")
    INTERRUPTED = "interrupted", pgettext_lazy("state of a run", "interrupted")
    CANCELLED = "cancelled", pgettext_lazy("state of a run", "canceled")


ACTIVE = (State.QUEUED, State.RUNNING)
# Ended without what was asked for. A partial run has images.
FAILED: Final = (State.FAILED, State.INTERRUPTED, State.CANCELLED)
# Pages follow an ended run for so long until its pictures are decoded. After a crash it may take longer.
DECODING_PERIOD: Final = timedelta(minutes=1)
# The file names of every mask and of every layer of annotations that is sent.
MASK_NAME = "mask.png"
MARKUP_NAME = "markup.png"


class Decoding(models.TextChoices):
    """Whether the pixels of a picture were decoded. DONE also covers SVG, which never is."""

    PENDING = "pending"
    DONE = "done"
    # Decoding reached a limit of the sandbox; only its owner can see the picture.
    FAILED = "failed"


class Matrix(models.Model):
    """Runs that were submitted together, prompts times settings: their cells fill one sheet."""

    id = models.CharField(primary_key=True, max_length=20, default=new_id, editable=False)
    visitor = models.CharField(max_length=64)
    # As for a run: a second submit of the same form is the same matrix.
    token = models.CharField(max_length=64)
    content = models.CharField(max_length=64)
    # The entries of the form, to change them and submit it again.
    entries = models.JSONField(default=dict)
    # What varies, the last one fastest: [{"name": "size", "values": ["1024x1024", …]}, …].
    axes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "matrices"
        constraints = [
            models.UniqueConstraint(fields=("visitor", "token", "content"), name="one_matrix_for_the_same_form")
        ]

    def __str__(self) -> str:
        return self.id


class Run(models.Model):
    """One request of a visitor to an image API, with everything that came back."""

    id = models.CharField(_("run"), primary_key=True, max_length=20, default=new_id, editable=False)
    visitor = models.CharField(max_length=64)
    # The once-only token of the form and the hash of its entries: a second submit of both returns the same run.
    token = models.CharField(max_length=64, blank=True)
    content = models.CharField(max_length=64, blank=True)

    # The matrix that it belongs to, and its place there, counted from 0; a run again has the place of the first.
    matrix = models.ForeignKey(Matrix, on_delete=models.SET_NULL, related_name="runs", null=True, blank=True)
    cell = models.PositiveSmallIntegerField(null=True, blank=True)

    api = models.CharField("API", max_length=32)
    account = models.CharField(max_length=32)
    endpoint = models.CharField(_("endpoint"), max_length=16)
    parameters = models.JSONField(default=dict)
    # Pictures of an edit in the order sent: name, file, thumbnail, media_type, size (bytes), width, height, role,
    # digest, and `parent`: the result that it is (Picture.place). The first may have `frame`: mode and sides of its
    # Frame, `box` (the frame over the picture), `kept` (the picture in what was sent), `original` (the entry of the
    # picture before) and `mask` (the file of its own mask). `is_notes`: a copy of the first one with annotations.
    sources = models.JSONField(default=list, blank=True)
    mask = models.CharField(max_length=100, blank=True)
    # The results that lead to it (Picture.place): from the first version to its parent. Those of versions that are
    # gone stay, so that no line breaks. None: it is a first version.
    lineage = models.JSONField(null=True, blank=True)
    # The first version's id; empty for that version itself.
    family = models.CharField(max_length=20, blank=True, default="", db_default="")
    # Drawn on the first picture (imaging/annotations.py): sent as a copy of it, or as the file `markup`.
    annotations = models.JSONField(null=True, blank=True)
    markup = models.CharField(max_length=100, blank=True, default="", db_default="")
    # The error code that a rehearsal requests from the built-in API; empty for a real run.
    rehearsed = models.CharField(max_length=40, blank=True)

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    version = models.PositiveIntegerField(default=1)
    error = models.CharField(_("error code"), max_length=40, blank=True)
    # Values for the error sentence: param, retry_after (seconds), provider_said, status.
    error_facts = models.JSONField(default=dict, blank=True)
    charged = models.CharField(_("charged"), max_length=5, default="no")

    sealed_key = models.TextField(blank=True)
    key_fingerprint = models.CharField(max_length=64)
    key_last4 = models.CharField(max_length=4, blank=True)
    # Made with a demo key: nothing is really charged. The default is also in the database, so that a server of the
    # previous version can write rows during a rolling upgrade.
    is_demo = models.BooleanField(_("demo key"), default=False, db_default=False)

    created_at = models.DateTimeField(_("created"), default=timezone.now)
    claimed_at = models.DateTimeField(_("started"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    worker = models.CharField(_("worker"), max_length=40, blank=True)
    cancel_requested = models.BooleanField(default=False)
    # In the address of its read-only page, which anyone may open; None: it is not shared. And whether that page shows
    # the first source and the mask, too.
    share_token = models.CharField(max_length=32, null=True, blank=True, unique=True)
    shares_source = models.BooleanField(default=False, db_default=False)
    # Hidden since then; the runs of one deletion share the time.
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    expected_low = models.PositiveIntegerField(default=0)
    expected_high = models.PositiveIntegerField(default=0)
    estimate_low = models.BigIntegerField(default=0)
    estimate_high = models.BigIntegerField(default=0)
    price = models.BigIntegerField(null=True, blank=True)

    # The id of the request that submitted it, and the one that the API gave to the call.
    origin = models.CharField(_("request ID"), max_length=40, blank=True)
    request_id = models.CharField(_("request ID of the API"), max_length=200, blank=True)
    usage = models.JSONField(null=True, blank=True)
    # As the API describes its pictures: size, quality, output_format, background; in `answer` created and headers.
    reported = models.JSONField(default=dict, blank=True)
    # The newest preview of each picture: number -> step.
    previews = models.JSONField(default=dict, blank=True)
    # Size of its folder: the files of the edit at first, with its pictures once it has ended.
    bytes = models.BigIntegerField(_("bytes"), default=0, db_default=0)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=("visitor", "token", "content"),
                condition=~models.Q(token=""),
                name="one_run_for_the_same_form",
            ),
        ]
        indexes = [
            # Finds a page of the history, however far back, without reading the runs before it. `deleted_at` comes
            # last: PostgreSQL does not treat IS NULL as a fixed value, and would sort all runs each time.
            models.Index(fields=("visitor", "-created_at", "-id", "deleted_at"), name="runs_of_a_visitor"),
            models.Index(fields=("family", "-created_at", "-id"), name="runs_of_a_family"),
            models.Index(fields=("state", "created_at")),
            models.Index(fields=("deleted_at",), condition=~models.Q(deleted_at=None), name="runs_deleted"),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def prompt(self) -> str:
        return str(self.parameters.get("prompt", ""))

    @property
    def requested_count(self) -> int:
        """The number of pictures that the request asks for."""
        return int(self.parameters.get("n", 1))

    @property
    def wants_transparency(self) -> bool:
        """True when a transparent background was requested."""
        return bool(self.parameters.get("background") == "transparent")

    @property
    def estimate(self) -> Estimate:
        """The range of its price in micro-dollars."""
        return Estimate(self.estimate_low, self.estimate_high)

    @cached_property
    def all_pictures(self) -> list["Picture"]:
        """The pictures by number with those that were deleted; selectors set them for many runs with one query."""
        return list(self.pictures.all())

    @property
    def ordered_pictures(self) -> list["Picture"]:
        """The pictures by number, without those that the visitor deleted."""
        return [picture for picture in self.all_pictures if picture.deleted_at is None]

    def is_decoding(self, now: datetime) -> bool:
        """Say whether pictures of the ended run are being decoded; one that breaks then is taken back."""
        return (
            self.finished_at is not None
            and now - self.finished_at < DECODING_PERIOD
            and any(picture.decoding == Decoding.PENDING for picture in self.all_pictures)
        )

    @property
    def frame(self) -> dict[str, Any]:
        """The cut or padding of the first source before it was sent; empty when it was sent whole."""
        return dict(self.sources[0].get("frame") or {}) if self.sources else {}

    @property
    def parent_places(self) -> list[str]:
        """The results that it was made from, the one of its line first."""
        places = [*(self.lineage or [])[-1:], *(facts.get("parent", "") for facts in self.sources)]
        return [place for place in dict.fromkeys(places) if place]

    @property
    def kept_box(self) -> tuple[int, int, int, int] | None:
        """The box of the picture in a first source that was cut or padded."""
        left, top, right, bottom = self.frame.get("kept") or (0, 0, 0, 0)
        return (left, top, right, bottom) if right else None

    @property
    def was_sent(self) -> bool:
        return self.sent_at is not None

    def request(self) -> ImageRequest:
        """Return the request as it goes to the API, with the run's files."""
        endpoint: Endpoint = "edits" if self.endpoint == "edits" else "generations"
        images, mask, markup = self._source_images(), self._layer(self.mask), self._layer(self.markup)
        return ImageRequest.from_parameters(endpoint, self.parameters, images, mask, markup)

    @property
    def notes_number(self) -> int:
        """The number of the copy with annotations among the pictures, from 1; 0 when none was sent."""
        return next((number for number, facts in enumerate(self.sources, start=1) if facts.get("is_notes")), 0)

    def elapsed_seconds(self, now: datetime) -> float:
        """Return the seconds from the claim until the end, or until `now`; 0 while it waits."""
        if self.claimed_at is None:
            return 0.0
        return max(0.0, ((self.finished_at or now) - self.claimed_at).total_seconds())

    def _source_images(self) -> tuple[schemas.SourceImage, ...]:
        folder = run_folder(self.pk)
        return tuple(
            schemas.SourceImage(
                folder / facts["file"], facts["name"], facts["media_type"], facts["size"], facts.get("digest", "")
            )
            for facts in self.sources
        )

    def _layer(self, name: str) -> schemas.SourceImage | None:
        """Return the mask or the layer of annotations as part of a request; None when none was sent."""
        if not name:
            return None
        path = run_folder(self.pk) / name
        size = path.stat().st_size if storage.fetch_file_or_none(path) else 0
        return schemas.SourceImage(path, name, MEDIA_TYPES["png"], size)


class Picture(models.Model):
    """A final picture of a run, stored byte for byte as the API delivered it."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="pictures")
    number = models.PositiveSmallIntegerField()
    file = models.CharField(max_length=100)
    thumbnail = models.CharField(max_length=100, blank=True)
    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    has_alpha = models.BooleanField(default=False)
    # The file carries Content Credentials (C2PA). False for pictures that arrived before this was looked for, and for
    # those that a server of the previous version stores during a rolling upgrade.
    has_credentials = models.BooleanField(default=False, db_default=False)
    # What was found in a picture that was requested transparent (TransparencyFacts); None: not looked for.
    transparency = models.JSONField(null=True, blank=True)
    # The provider's answer to the check of the picture's provenance (ProvenanceCheck); None: not asked.
    provenance = models.JSONField(null=True, blank=True)
    # The file is shown to its owner as soon as its structure was checked; its pixels are decoded after the run's end.
    # The default is that of pictures that servers of the previous version store during a rolling upgrade.
    decoding = models.CharField(max_length=8, choices=Decoding, default=Decoding.DONE, db_default=Decoding.DONE)
    revised_prompt = models.TextField(blank=True)
    # Marked by the visitor as one to keep in view.
    starred = models.BooleanField(default=False, db_default=False)
    # Hidden since then. The row stays until its run is removed: the picture arrived and was paid for.
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Masked edits: the picture with the rest kept from the source, how it was made (LockFacts), a map of what the API
    # changed outside the mask, and the percentage of the pixels there.
    locked = models.CharField(max_length=100, blank=True)
    lock_facts = models.JSONField(default=dict, blank=True)
    heat = models.CharField(max_length=100, blank=True)
    outside_changed = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=("run", "number"), name="one_picture_a_number")]
        indexes = [
            models.Index(fields=("deleted_at",), condition=~models.Q(deleted_at=None), name="pictures_deleted"),
            models.Index(fields=("run",), condition=models.Q(decoding=Decoding.PENDING), name="pictures_pending"),
        ]

    def __str__(self) -> str:
        return self.place

    @property
    def place(self) -> str:
        """Its run and number, as URLs and forms name it: `RUN/NUMBER`."""
        return f"{self.run_id}/{self.number}"

    @property
    def version_places(self) -> list[str]:
        """The places of its versions, the one that pages show first first: `RUN/NUMBER/locked`, `RUN/NUMBER`."""
        return [f"{self.place}{LOCKED_SUFFIX}", self.place] if self.locked else [self.place]

    @property
    def is_still(self) -> bool:
        """True for a picture that can be converted and sent with an edit: not an animation, not an SVG."""
        return self.format in OUTPUT_FORMATS

    @property
    def media_type(self) -> str:
        return RESULT_MEDIA_TYPES[self.format]


class Source(models.Model):
    """A picture of a draft: upright, without metadata, ready to be sent."""

    id = models.CharField(primary_key=True, max_length=20, default=new_id, editable=False)
    visitor = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=200, blank=True)
    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    has_alpha = models.BooleanField(default=False)
    digest = models.CharField(max_length=64, blank=True)
    # How it is framed while it is the first picture, as typed: mode, left, top, right, bottom. None: sent whole.
    frame = models.JSONField(null=True, blank=True)
    # The result that it is a copy of (Picture.place).
    parent = models.CharField(max_length=24, blank=True, default="", db_default="")
    # Drawn on this picture; sent while it is the first one.
    annotations = models.JSONField(null=True, blank=True)
    file = models.CharField(max_length=100)
    thumbnail = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("position", "created_at", "id")
        indexes = [models.Index(fields=("visitor", "position"))]

    def __str__(self) -> str:
        return self.id

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.format]


class SavedTemplate(models.Model):
    """A visitor's own prompt template: a prompt with slots in braces."""

    id = models.CharField(primary_key=True, max_length=20, default=new_id, editable=False)
    visitor = models.CharField(max_length=64)
    name = models.CharField(max_length=60)
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    # Saved, imported or filled in last.
    used_at = models.DateTimeField(default=timezone.now)
    # Hidden since then; the templates of one deletion share the time.
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")
        indexes = [models.Index(fields=("visitor", "created_at"), name="templates_of_a_visitor")]

    def __str__(self) -> str:
        return self.id


class Worker(models.Model):
    """A worker that is alive; it renews `beat_at` every two seconds."""

    id = models.CharField(_("worker"), primary_key=True, max_length=40)
    beat_at = models.DateTimeField(_("last heartbeat"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.id


class BlockedSession(models.Model):
    """A session that may not make runs, because an operator blocked it."""

    visitor = models.CharField(primary_key=True, max_length=64)
    created_at = models.DateTimeField(_("blocked"), default=timezone.now)

    class Meta:
        verbose_name = _("blocked session")
        verbose_name_plural = _("blocked sessions")

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class Removal(models.Model):
    """A removed file, or folder when its name ends with a slash; other machines drop their copies of it."""

    name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.name


class Tally(models.Model):
    """A metric: a count, a sum of milliseconds, a time. All but the last pruning's are written only with METRICS."""

    # The name and its labels.
    id = models.CharField(primary_key=True, max_length=200)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.id
