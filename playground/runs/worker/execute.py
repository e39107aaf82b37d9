"""Carry out one claimed run: call the image API, store its results, and write the end."""

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from playground.core import key_sealing, metrics, spans
from playground.core.db.transactions import release_connection
from playground.core.files import disk, storage
from playground.core.logging import CLIENT_ID_HEADER, use_request_id
from playground.imageapi import errors
from playground.imageapi.catalog import Limits
from playground.imageapi.client.call import DEFAULT_LIMITS, ImageApiCall
from playground.imageapi.client.error_mapping import not_stored_error
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import ImageRequest, ImageResult, PartialPicture, ReceivedPicture
from playground.imaging.decode import PictureError
from playground.runs import paths
from playground.runs.models import Picture, Run, State
from playground.runs.services import disk_space, finish, results
from playground.runs.worker.preview_rate import preview_rate

logger = logging.getLogger(__name__)
# A rehearsed error comes again after every wait.
NO_RETRY_LIMITS: Final = Limits(max_retry_after=-1)
_STATE_BY_ERROR: Final = {"cancelled": State.CANCELLED, "interrupted": State.INTERRUPTED}


class RunExecution:
    """One claimed run while it is carried out; another thread may abort it."""

    def __init__(self, run: Run, sealed_key: str) -> None:
        self.run = run
        self.sealed_key = sealed_key
        self.call: ImageApiCall | None = None
        self.aborted = ""
        self.pictures: list[Picture] = []
        # Whether the end is written to the row.
        self.has_ended = False
        self._result: ImageResult | None = None
        self._error: ApiError | None = None
        self._unstored: list[ReceivedPicture] = []
        self._keeps_previews = True

    def abort(self, code: str) -> None:
        """End the run with `code` (cancelled, interrupted); pictures that have arrived stay."""
        self.aborted = code
        if self.call is not None:
            self.call.abort(code)

    def carry_out(self) -> None:
        """Call the API, store the results and write the end. Never raises; see `has_ended`."""
        # Log under the id of the request that submitted the run.
        facts = {"playground.api": self.run.api, "playground.request_id": self.run.origin}
        with use_request_id(self.run.origin), spans.span(f"run {self.run.endpoint}", facts):
            try:
                with spans.span("call image API", {"playground.api": self.run.api}, is_call=True):
                    self._result = self._call_api()
            except ApiError as error:
                self._error = error
            except Exception:
                # A run must end, also after a bug in this program.
                logger.exception("run %s failed by a bug of this program", self.run.pk)
                self._error = ApiError("interrupted", fault="server")
            self._attempt(self._store_again)
            for picture in self.pictures:
                self._attempt(partial(self._store_locked, picture))
            self._attempt(self._write_end)
            release_connection()

    def decode_pictures(self) -> None:
        """Decode the pictures of the run when its end is written. Never raises."""
        # A server that shuts down leaves it to the next start.
        if self.has_ended and self.aborted != "interrupted":
            with use_request_id(self.run.origin):
                self._attempt(lambda: results.decode_pictures(self.run, self.pictures))
            release_connection()

    def write_pending_end(self) -> None:
        """Write the end that could not be written before. Raises one of TRANSIENT_ERRORS."""
        self._store_again()
        self._write_end()

    def _attempt(self, step: Callable[[], None]) -> None:
        """Take one step of the end; log an error, so that the next step is taken anyway."""
        try:
            step()
        except Exception:
            logger.exception("run %s: a step of its end failed", self.run.pk)
            release_connection()

    def _call_api(self) -> ImageResult:
        api = settings.IMAGE_APIS.get(self.run.api)
        if api is None:
            raise ApiError("network_unreachable", "The API is no longer listed.")
        try:
            key = key_sealing.unseal_key(self.sealed_key)
        except key_sealing.KeySealError:
            raise ApiError("interrupted", charged="no") from None
        folder = paths.run_folder(self.run.pk)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ApiError("interrupted", charged="no", fault="disk") from error
        request = self._request()
        self.call = ImageApiCall(
            api,
            key,
            request,
            folder,
            seconds=settings.RUN_DEADLINE,
            listed=[listed.base_url for listed in settings.IMAGE_APIS.values()],
            on_sent=self._record_sent,
            on_partial=self._store_preview,
            on_picture=self._store_picture,
            wants_preview=self._wants_preview,
            spare_folder=paths.spare_folder(self.run.pk),
            headers=self._headers(api),
            limits=NO_RETRY_LIMITS if self.run.rehearsed else DEFAULT_LIMITS,
        )
        if self.aborted:
            raise ApiError(self.aborted, charged="no")
        release_connection()
        return self.call.run()

    def _headers(self, api: ImageApi) -> dict[str, str]:
        origin = {CLIENT_ID_HEADER: self.run.origin} if self.run.origin else {}
        # Other image APIs have no use for our traces.
        return (
            origin
            | (spans.trace_headers() if api.is_builtin else {})
            | ({errors.REHEARSAL_HEADER: self.run.rehearsed} if self.run.rehearsed else {})
        )

    def _request(self) -> ImageRequest:
        """Return the request, with its files on this machine. Raises ApiError when they cannot be fetched."""
        try:
            request = self.run.request()
            for image in request.files:
                storage.fetch_file_or_none(image.path)
        except storage.StorageUnreachableError as error:
            logger.error("run %s was not sent: %s", self.run.pk, error)
            raise ApiError("interrupted", charged="no", fault="files") from error
        return request

    def _record_sent(self) -> None:
        self.run.sent_at = timezone.now()
        # With retries: a restart of the database must not abort a request that is on its way.
        self._write({"sent_at": self.run.sent_at})
        release_connection()

    def _wants_preview(self) -> bool:
        return self._keeps_previews and preview_rate.admit(time.monotonic())

    def _store_preview(self, preview: PartialPicture) -> None:
        try:
            if self._keeps_previews:
                results.store_preview(self.run, preview)
            else:
                preview.path.unlink(missing_ok=True)
        except Exception as error:
            # A preview must neither break a paid call nor delay it twice: a locked database costs 20 s.
            logger.warning("run %s goes on without previews: %s", self.run.pk, type(error).__name__)
            self._keeps_previews = False
        release_connection()

    def _store_picture(self, received: ReceivedPicture) -> None:
        try:
            self.pictures.append(results.store_picture(self.run, received))
            # The end follows the last picture at once, except where a mask is locked.
            if not received.has_next and (len(self.pictures) < self.run.requested_count or self.run.mask):
                self._show_pictures()
        except PictureError as error:
            logger.warning("run %s: image %s is unusable: %s", self.run.pk, received.index + 1, error.reason)
        except Exception:
            # The picture and those after it are paid for: continue the call, and store this one at the end.
            logger.exception("run %s: image %s couldn't be stored yet", self.run.pk, received.index + 1)
            self._unstored.append(received)
        release_connection()

    def _show_pictures(self) -> None:
        # The picture is stored; a failure only delays pages that poll.
        with contextlib.suppress(DatabaseError):
            results.update_run(self.run.pk)

    def _store_again(self) -> None:
        """Store the pictures that could not be stored on arrival."""
        unstored, self._unstored = self._unstored, []
        for received in unstored:
            self._store_picture(received)

    def _store_locked(self, picture: Picture) -> None:
        # A server that shuts down has no time left.
        if self.aborted != "interrupted":
            results.store_locked_picture(self.run, picture)
            release_connection()

    @property
    def _failure(self) -> ApiError | None:
        """The error with which the run ends; None when it has its pictures."""
        error = self._error or (not_stored_error() if self._unstored else None)
        if error is None and self._result is None:
            error = ApiError("interrupted", fault="server")
        if not self.pictures:
            return error or ApiError("garbled_response")
        is_whole = len(self.pictures) >= self.run.requested_count
        return None if is_whole and error and error.code != "cancelled" else error

    @property
    def _state(self) -> State:
        failure = self._failure
        if failure is not None and failure.code in _STATE_BY_ERROR:
            return _STATE_BY_ERROR[failure.code]
        if not self.pictures:
            return State.FAILED
        return State.SUCCEEDED if len(self.pictures) >= self.run.requested_count else State.PARTIAL

    def _describe_end_briefly(self, now: datetime) -> dict[str, Any]:
        """Return the columns of the end that need no value of the API."""
        failure, state = self._failure, self._state
        columns = {"finished_at": now, "state": state, "charged": "yes" if self.pictures else "no"}
        if failure is None:
            return columns
        # Pictures that arrived were charged; a cancelled or interrupted run may have been charged for more.
        if state is not State.PARTIAL:
            was_sent = self.call is not None and self.call.was_sent
            columns["charged"] = failure.charged if was_sent else "no"
        return columns | {"error": failure.code, "error_facts": {"fault": failure.fault} if failure.fault else {}}

    def _describe_end(self, now: datetime) -> dict[str, Any]:
        """Return all columns of the end."""
        columns = self._describe_end_briefly(now) | {"bytes": disk.folder_bytes([paths.run_folder(self.run.pk)])}
        facts: dict[str, Any] = columns.get("error_facts", {})
        if (failure := self._failure) is not None:
            details = {"param": failure.param, "retry_after": failure.retry_after, "status": failure.status or None}
            details["provider_said"] = failure.provider_message or None
            facts = {**facts, **{name: value for name, value in details.items() if value is not None}}
            columns["request_id"] = failure.request_id[:200]
        if self.pictures:
            columns["price"] = results.picture_cost(self.run, self.pictures, self._result)
        if self._result is not None:
            columns |= _result_columns(self._result)
        spare = paths.spare_folder(self.run.pk)
        if not storage.is_remote() and any(paths.picture_path(picture).parent == spare for picture in self.pictures):
            facts = {**facts, "not_kept": True}
        return columns | ({"error_facts": facts} if facts else {})

    def _write_end(self) -> None:
        now = timezone.now()
        columns = brief_columns = self._describe_end_briefly(now)
        try:
            columns = self._describe_end(now)
        except Exception:
            logger.exception("run %s: its end could not be described in full", self.run.pk)
        try:
            self._write(columns)
        except disk_space.TRANSIENT_ERRORS:
            raise
        except Exception:
            # A value of the API may not fit into the row; the run must end anyway.
            logger.exception("run %s: its end could not be written in full", self.run.pk)
            columns = brief_columns
            self._write(columns)
        self.has_ended = True
        self._report_end(now, columns.get("price", 0))

    def _write(self, facts: dict[str, Any]) -> None:
        disk_space.write_with_reserve(lambda: results.update_run(self.run.pk, facts))

    def _report_end(self, now: datetime, price: int) -> None:
        failure = self._failure
        answer = failure or self._result
        ending = {"playground.state": self._state.value, "playground.code": failure.code if failure else ""}
        spans.annotate(ending, is_error=failure is not None)
        finish.log_and_count_end(
            self.run,
            self._state,
            failure.code if failure else "",
            now,
            request_id=answer.request_id if answer else "",
            pictures=len(self.pictures),
            price=price,
        )
        if self.run.sent_at is not None:
            seconds = (now - self.run.sent_at).total_seconds()
            metrics.observe("upstream_seconds", seconds, {"api": self.run.api, "endpoint": self.run.endpoint})


def _result_columns(result: ImageResult) -> dict[str, Any]:
    """Return the columns that describe the API's answer."""
    details = {name: getattr(result, name) for name in results.ANSWER_DETAILS}
    return {
        "request_id": result.request_id[:200],
        "usage": asdict(result.usage) if result.usage else None,
        "reported": {name: value for name, value in details.items() if value}
        | {"answer": {"created": result.created, "headers": dict(result.headers)}},
    }
