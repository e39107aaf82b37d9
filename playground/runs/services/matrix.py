"""Submit a matrix: all of its runs in one transaction, in the order of its cells; run one of them again."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from playground.core.files import storage
from playground.imageapi.schemas import ImageRequest
from playground.imaging.frames import Frame
from playground.runs.models import Matrix, Run, State
from playground.runs.paths import run_folder
from playground.runs.services.submit import (
    ApiConnection,
    check_submission,
    content_hash,
    insert_runs,
    prepare_run,
    submit_run,
)

# A run that ended so can be run again in its cell.
RETRIED_STATES = (State.FAILED, State.INTERRUPTED, State.CANCELLED)


def submit_matrix(
    visitor: str,
    connection: ApiConnection,
    requests: Sequence[ImageRequest],
    *,
    token: str,
    entries: dict[str, Any],
    axes: list[dict[str, Any]],
    frame: Frame | None = None,
    annotations: list[dict[str, Any]] | None = None,
) -> Matrix:
    """Return the matrix of this form: the one with the same token and content, or a new one.

    `entries` are those of the form, `axes` what varies. `frame` and `annotations` are those of `submit_run`. Raises
    what that raises; then nothing is queued.
    """
    contents = [content_hash(connection.api.id, request, frame=frame) for request in requests]
    content = hashlib.sha256(json.dumps(contents).encode()).hexdigest()
    same_form = Matrix.objects.filter(visitor=visitor, token=token, content=content)
    if (existing := same_form.first()) is not None:
        if existing.runs.filter(deleted_at=None).exists():
            return existing
        # The visitor deleted its runs and submits the form again: make a new one.
        same_form.update(token=f"deleted:{existing.pk}")
    check_submission(visitor)
    matrix = Matrix(visitor=visitor, token=token, content=content, entries=entries, axes=axes)
    runs = _prepare_runs(matrix, connection, requests, contents, frame, annotations)
    try:
        insert_runs(runs, matrix)
    except IntegrityError:
        # The other click of a double click was faster.
        return same_form.get()
    return matrix


def retry_run(run: Run, connection: ApiConnection) -> Run:
    """Run the request of an ended run once more in its cell; every further call returns that run.

    Raises RunRefused and SourceRejected.
    """
    assert run.matrix is not None and run.cell is not None
    return submit_run(
        run.visitor,
        connection,
        run.request(),
        token=f"retry:{run.pk}",
        cell=(run.matrix, run.cell),
        annotations=run.annotations,
    )


def _prepare_runs(
    matrix: Matrix,
    connection: ApiConnection,
    requests: Sequence[ImageRequest],
    contents: Sequence[str],
    frame: Frame | None,
    annotations: list[dict[str, Any]] | None,
) -> list[Run]:
    runs: list[Run] = []
    # All runs send the same files, a framed one in each size: make each once.
    made: dict[str | None, Run] = {}
    now = timezone.now()
    try:
        for number, (request, content) in enumerate(zip(requests, contents, strict=True)):
            size = request.size if frame else None
            run = prepare_run(
                matrix.visitor,
                connection,
                request,
                token=f"matrix:{matrix.pk}",
                content=content,
                frame=frame,
                annotations=annotations,
                same_files=made.get(size),
            )
            made.setdefault(size, run)
            # Workers take the oldest first.
            run.matrix, run.cell, run.created_at = matrix, number, now + timedelta(microseconds=number)
            runs.append(run)
    except BaseException:
        for run in runs:
            storage.remove_stored_folder(run_folder(run.pk))
        raise
    return runs
