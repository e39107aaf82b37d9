"""Submit a run: estimate it, write one queued row, and wake a worker."""

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from playground.core import key_sealing, shutdown
from playground.core.db.transactions import take_transaction_lock
from playground.core.files import storage
from playground.core.logging import current_request_id
from playground.imageapi import pricing
from playground.imageapi.catalog import ANIMATION, AUTO, PARAMETER, VECTOR
from playground.imageapi.providers import ImageApi, is_demo_key
from playground.imageapi.schemas import ImageRequest
from playground.imaging.frames import Frame
from playground.runs.exceptions import RunRefused
from playground.runs.models import Matrix, Run, State, new_id
from playground.runs.paths import run_folder
from playground.runs.services import blocking, disk_space, framing
from playground.runs.services.attachments import attach_files, link_files, source_size
from playground.runs.services.wakeup import notify_worker

logger = logging.getLogger(__name__)
# Queued runs of one session.
MAX_QUEUED: Final = 40
# A longer line begins with the first version that fits; its family keeps the first one of all.
MAX_LINEAGE: Final = 40
# A double click of a human takes up to this long from the first run to the press on its page.
DOUBLE_CLICK: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class ApiConnection:
    """An API and the visitor's key for it."""

    api: ImageApi
    key: str = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """A keyed hash that groups the runs of one key."""
        return hmac.new(f"fingerprint {settings.SECRET_KEY}".encode(), self.key.encode(), hashlib.sha256).hexdigest()[
            :32
        ]

    @property
    def is_demo(self) -> bool:
        """True if nothing is really charged: the built-in API with a demo key."""
        return self.api.is_builtin and is_demo_key(self.key, settings.SECRET_KEY)

    @property
    def last4(self) -> str:
        """The end of the key, by which visitors recognize it."""
        return self.key[-4:]


def submit_run(
    visitor: str,
    connection: ApiConnection,
    request: ImageRequest,
    *,
    token: str,
    rehearsed: str = "",
    page: str = "",
    pressed_at: datetime | None = None,
    frame: Frame | None = None,
    cell: tuple[Matrix, int] | None = None,
    annotations: list[dict[str, Any]] | None = None,
) -> Run:
    """Return the run of this form: one that exists already, or a new one.

    The same token with the same content is the run that exists; an empty token never is. The same
    content from the page of the run `page`, which was made from it less than DOUBLE_CLICK before `pressed_at` (now),
    is that run, whatever the token. The key is sealed in the row until a worker claims it. The files of an edit
    are stored with the run; a mask has the size of the first picture. `rehearsed` is the error to rehearse, `cell` a
    place in a matrix. With a `frame` the first picture is cut or padded to the requested size. `annotations` are
    drawn on the request's markup, or else on its last picture. Raises RunRefused, SourceRejected, MaskRejected and
    FrameError.
    """
    if frame and request.images:
        request = replace(request, size=framing.resolve_size(frame, source_size(request.images[0]), request.size))
    content = content_hash(connection.api.id, request, rehearsed, frame)
    existing = _find_existing_run(visitor, token, content, page, pressed_at or timezone.now())
    if existing is not None and existing.deleted_at is None:
        return existing
    if existing is not None:
        # The visitor deleted that run and submits the form again: make a new one.
        Run.objects.filter(pk=existing.pk).update(token="")
    check_submission(visitor)
    run = prepare_run(
        visitor,
        connection,
        request,
        token=token,
        content=content,
        rehearsed=rehearsed,
        frame=frame,
        annotations=annotations,
    )
    if cell:
        run.matrix, run.cell = cell
    try:
        insert_runs([run])
    except IntegrityError:
        # The other click of a double click was faster.
        return Run.objects.get(visitor=visitor, token=token, content=content)
    return run


def check_submission(visitor: str) -> None:
    """Raise RunRefused when the visitor cannot submit anything now."""
    if shutdown.is_updating():
        raise RunRefused("updating")
    if blocking.is_blocked(visitor):
        raise RunRefused("blocked")
    if problem := disk_space.quota_problem(visitor, 1):
        raise RunRefused(problem)


def prepare_run(
    visitor: str,
    connection: ApiConnection,
    request: ImageRequest,
    *,
    token: str,
    content: str,
    rehearsed: str = "",
    frame: Frame | None = None,
    annotations: list[dict[str, Any]] | None = None,
    same_files: Run | None = None,
) -> Run:
    """Store the files of a run and return its row, which `insert_runs` writes. Raises as `submit_run` does.

    `same_files` is a run that was prepared with the same files: they are linked instead of made again.
    """
    run_id = new_id()
    if same_files:
        files = link_files(run_id, same_files)
    else:
        files = attach_files(run_id, request, connection.api.profile, frame, annotations)
    facts = _run_fields(visitor, connection, request)
    line = line_of_parents(visitor, files.get("sources", []))
    return Run(id=run_id, token=token, content=content, rehearsed=rehearsed, **files, **line, **facts)


def insert_runs(runs: Sequence[Run], matrix: Matrix | None = None) -> None:
    """Write the rows of one visitor in one transaction, and wake a worker; on failure remove the files.

    A new `matrix` of the runs is written with them. Raises RunRefused when more than MAX_QUEUED runs would wait, and
    IntegrityError when the form already made them.
    """
    try:
        with transaction.atomic():
            take_transaction_lock("queue", runs[0].visitor)
            waiting = Run.objects.filter(visitor=runs[0].visitor, state=State.QUEUED).count()
            if waiting + len(runs) > MAX_QUEUED:
                raise RunRefused("queue_full")
            if matrix is not None:
                matrix.save(force_insert=True)
            Run.objects.bulk_create(runs)
    except BaseException:
        for run in runs:
            storage.remove_stored_folder(run_folder(run.pk))
        raise
    for run in runs:
        logger.info("run=%s api=%s endpoint=%s submitted", run.pk, run.api, run.endpoint)
        notify_worker(run.pk)


def expected_seconds(api: ImageApi, request: ImageRequest) -> pricing.SecondsRange:
    """Return the range of seconds that `api` will need; the demo takes DEMO_SECONDS."""
    if api.is_builtin:
        return pricing.demo_latency(settings.DEMO_SECONDS)
    return pricing.expected_latency(
        *_size_and_quality(request),
        sources=len(request.images),
        fidelity=request.input_fidelity or "low",
        qualities=api.profile.capabilities(request.model).model.qualities,
        is_slow=request.complexity == "high" or request.output_format in (ANIMATION, VECTOR),
    )


def expected_price(api: ImageApi, request: ImageRequest) -> pricing.Estimate:
    """Return the range of the price at `api` in micro-dollars; approximate where tokens are charged."""
    if not api.profile.priced_by_table:
        return pricing.expected_official_cost(request)
    return pricing.estimate_price(*_size_and_quality(request), request.n or 1)


def _find_existing_run(visitor: str, token: str, content: str, page: str, pressed_at: datetime) -> Run | None:
    """Return the run that this form made already; else the run `page` if the form is its double click."""
    same_form = Run.objects.filter(visitor=visitor, token=token, content=content)
    if token and (run := same_form.only("deleted_at").first()) is not None:
        return run
    run = Run.objects.filter(pk=page, visitor=visitor, deleted_at=None).first() if page else None
    if run is None or pressed_at - run.created_at >= DOUBLE_CLICK:
        return None
    # The page of a run sends the fitted mask, whose hash differs from that of the uploaded one.
    is_same = content in (run.content, content_hash(run.api, run.request(), run.rehearsed))
    return run if is_same else None


def content_hash(api_id: str, request: ImageRequest, rehearsed: str = "", frame: Frame | None = None) -> str:
    """Hash the API, the parameters, the bytes of the files, the rehearsal and the frame of a form."""
    files = [image.digest or _file_hash(image.path) for image in request.files]
    content: list[Any] = [api_id, request.endpoint, request.parameters(), request.mask is not None, files]
    content += [rehearsed] if rehearsed else []
    content += [framing.describe_frame(frame)] if frame else []
    content += [{"markup": True}] if request.markup else []
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _file_hash(path: Path) -> str:
    """Hash a file; return an empty string when it is gone, since `attach_files` reports that."""
    try:
        with storage.fetch_file(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _run_fields(visitor: str, connection: ApiConnection, request: ImageRequest) -> dict[str, object]:
    seconds = expected_seconds(connection.api, request)
    price = expected_price(connection.api, request)
    return {
        "visitor": visitor,
        "origin": current_request_id.get(),
        "api": connection.api.id,
        "account": connection.api.profile.account,
        "endpoint": request.endpoint,
        "parameters": request.parameters(),
        "sealed_key": key_sealing.seal_key(connection.key),
        "key_fingerprint": connection.fingerprint,
        "key_last4": connection.last4,
        "is_demo": connection.is_demo,
        "expected_low": seconds.low,
        "expected_high": seconds.high,
        "estimate_low": price.low,
        "estimate_high": price.high,
    }


def line_of_parents(visitor: str, sources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the columns `family` and `lineage` of a run with these sources; the first that is a result counts."""
    parent = next((facts["parent"] for facts in sources if facts.get("parent")), "")
    if not parent:
        return {}
    run_id = parent.partition("/")[0]
    run = Run.objects.filter(pk=run_id, visitor=visitor).only("family", "lineage").first()
    earlier = (run.lineage if run else None) or []
    return {"family": run.family if run and run.family else run_id, "lineage": [*earlier, parent][-MAX_LINEAGE:]}


def _size_and_quality(request: ImageRequest) -> tuple[str, str]:
    size = request.size or PARAMETER["size"].default_for(request.endpoint) or AUTO
    quality = request.quality or PARAMETER["quality"].default_for(request.endpoint) or AUTO
    return str(size), str(quality)
