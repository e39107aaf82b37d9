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
) -> Matrix:
    """Return the matrix of this form: the one with the same token and content, or a new one.

    `entries` are those of the form, `axes` what varies. Raises RunRefused and SourceRejected; then nothing is queued.
    """
    contents = [content_hash(connection.api.id, request) for request in requests]
    content = hashlib.sha256(json.dumps(contents).encode()).hexdigest()
    same_form = Matrix.objects.filter(visitor=visitor, token=token, content=content)
    if (existing := same_form.first()) is not None:
        if existing.runs.filter(deleted_at=None).exists():
            return existing
        # The visitor deleted its runs and submits the form again: make a new one.
        same_form.update(token=f"deleted:{existing.pk}")
    check_submission(visitor)
    matrix = Matrix(visitor=visitor, token=token, content=content, entries=entries, axes=axes)
    runs = _prepare_runs(matrix, connection, requests, contents)
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
    return submit_run(run.visitor, connection, run.request(), token=f"retry:{run.pk}", cell=(run.matrix, run.cell))


def _prepare_runs(
    matrix: Matrix, connection: ApiConnection, requests: Sequence[ImageRequest], contents: Sequence[str]
) -> list[Run]:
    runs: list[Run] = []
    now = timezone.now()
    try:
        for number, (request, content) in enumerate(zip(requests, contents, strict=True)):
            run = prepare_run(matrix.visitor, connection, request, token=f"matrix:{matrix.pk}", content=content)
            # Workers take the oldest first.
            run.matrix, run.cell, run.created_at = matrix, number, now + timedelta(microseconds=number)
            runs.append(run)
    except BaseException:
        for run in runs:
            storage.remove_stored_folder(run_folder(run.pk))
        raise
    return runs
