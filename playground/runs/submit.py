"""From a valid form to a run that waits: one row, one wake-up, never two for the same form."""

import hashlib
import json
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import DatabaseError, IntegrityError
from django.utils import timezone

from playground import shutdown, statements, store
from playground.imageapi.messages import ImageRequest
from playground.runs import allowance, expectation, seal, tasks
from playground.runs.attach import attach
from playground.runs.connection import Connection
from playground.runs.folders import folder_of
from playground.runs.models import Run, State, new_id
from playground.runs.refusals import RunRefused
from playground.runs.turns import take_turn
from playground.web.requests import current_request_id

logger = logging.getLogger(__name__)
# A human double click has up to this long between the first run and the press that meets its page.
DOUBLE_CLICK: Final = timedelta(seconds=2)


def submit(
    visitor: str,
    connection: Connection,
    request: ImageRequest,
    *,
    token: str,
    rehearsed: str = "",
    page: str = "",
    pressed_at: datetime | None = None,
) -> Run:
    """Return the run of this form: one that exists already, or a new one.

    The same token with the same content is the run that exists; an empty token never is. The same
    content from the page of the run `page`, which was made from it less than DOUBLE_CLICK before `pressed_at` (now),
    is that run, whatever the token. The key is sealed onto the row until the runner claims it. The files of an edit
    are kept with the run; a mask is fitted to the first picture. `rehearsed` is the error to ask for. Raises
    RunRefused, SourceRefused and MaskRefused.
    """
    content = content_hash(connection.api.id, request, rehearsed)
    existing = find(visitor, token, content) or _just_made(visitor, page, content, pressed_at or timezone.now())
    if existing is not None and existing.deleted_at is None:
        return existing
    if existing is not None:
        # Who sends a form again whose run was deleted wants another.
        Run.objects.filter(pk=existing.pk).update(token="")
    if shutdown.is_updating():
        raise RunRefused("updating")
    if lack := allowance.lack_of_room(visitor, 1):
        raise RunRefused(lack)
    run_id = new_id()
    files = attach(run_id, request)
    facts = _facts(visitor, connection, request)
    run = Run(id=run_id, token=token, content=content, rehearsed=rehearsed, **files, **facts)
    try:
        is_written = _enter(run)
    except IntegrityError:
        store.remove_folder(folder_of(run_id))
        # The other click of a double click was quicker.
        return Run.objects.get(visitor=visitor, token=token, content=content)
    except DatabaseError:
        store.remove_folder(folder_of(run_id))
        raise
    if not is_written:
        store.remove_folder(folder_of(run_id))
        raise RunRefused("queue_full")
    logger.info("run=%s api=%s endpoint=%s submitted", run.pk, run.api, run.endpoint)
    tasks.execute_run.enqueue(run.pk)
    return run


def _enter(run: Run) -> bool:
    """Write the row, unless too many runs of the session wait. Raises IntegrityError when the form made one."""
    with statements.single():
        take_turn("queue", run.visitor)
        return statements.insert_below(run, allowance.MAX_QUEUED, visitor=run.visitor, state=State.QUEUED)


def find(visitor: str, token: str, content: str) -> Run | None:
    """The run that this form made already, if any."""
    return statements.find(Run, visitor=visitor, token=token, content=content) if token else None


def _just_made(visitor: str, page: str, content: str, pressed_at: datetime) -> Run | None:
    """Return the run `page` when this content made it a moment ago: a double click meets the page of its run."""
    run = statements.find(Run, pk=page, visitor=visitor, deleted_at=None) if page else None
    if run is None or pressed_at - run.created_at >= DOUBLE_CLICK:
        return None
    # What was sent differs from what its page sends again: the mask was fitted to the picture.
    is_same = content in (run.content, content_hash(run.api, run.request(), run.rehearsed))
    return run if is_same else None


def content_hash(api_id: str, request: ImageRequest, rehearsed: str = "") -> str:
    """Names what a form asks for, and of which API; files count by their bytes, a rehearsal by its code."""
    files = [one.digest or _hash_of(one.path) for one in (*request.images, request.mask) if one]
    said = [api_id, request.endpoint, request.parameters(), request.mask is not None, files]
    said += [rehearsed] if rehearsed else []
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _hash_of(path: Path) -> str:
    """Names the bytes of a file, read in blocks; empty when it is gone, which the run will tell."""
    try:
        with store.fetch(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _facts(visitor: str, connection: Connection, request: ImageRequest) -> dict[str, object]:
    seconds = expectation.expected_seconds(connection.api, request)
    price = expectation.expected_price(connection.api, request)
    return {
        "visitor": visitor,
        "origin": current_request_id.get(),
        "api": connection.api.id,
        "account": connection.api.profile.account,
        "endpoint": request.endpoint,
        "parameters": request.parameters(),
        "sealed_key": seal.seal(connection.key),
        "key_fingerprint": connection.fingerprint,
        "key_last4": connection.last4,
        "is_demo": connection.is_demo,
        "expected_low": seconds.low,
        "expected_high": seconds.high,
        "estimate_low": price.low,
        "estimate_high": price.high,
    }
