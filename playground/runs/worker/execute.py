"""Carry out one run: claim, call, keep what comes, say how it ended. The page only reads what this writes."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from playground.core import metrics
from playground.core.db.statements import release_connection
from playground.core.files import disk, storage
from playground.core.logging import ORIGIN_HEADER, use_request_id
from playground.imageapi import errors
from playground.imageapi.catalog import Limits
from playground.imageapi.client.call import DEFAULT_LIMITS, ImageApiCall
from playground.imageapi.client.error_mapping import not_stored_error
from playground.imageapi.errors import ApiError
from playground.imageapi.schemas import ImageRequest, ImageResult, PartialPicture, ReceivedPicture
from playground.imaging.decode import PictureError
from playground.runs import folders, paths
from playground.runs.models import Picture, Run, State
from playground.runs.services import disk_reserve, key_sealing, results
from playground.runs.services import finish as endings
from playground.runs.worker import claims

logger = logging.getLogger(__name__)
# A rehearsed refusal comes again however long one waits.
NO_RETRY_LIMITS: Final = Limits(longest_retry_after=-1)
# How long a run may be held up by the decoding of other runs' pictures, a picture.
_PATIENCE_SECONDS: Final = 0.05
_ENDINGS: Final = {"cancelled": State.CANCELLED, "interrupted": State.INTERRUPTED}


class RunExecution:
    """One claimed run while it is carried out; another thread may abort it."""

    def __init__(self, run: Run, sealed_key: str) -> None:
        self.run = run
        self.sealed_key = sealed_key
        self.call: ImageApiCall | None = None
        self.aborted = ""
        self.pictures: list[Picture] = []
        # Whether the row says how it ended.
        self.has_ended = False
        self._result: ImageResult | None = None
        self._error: ApiError | None = None
        self._late: list[ReceivedPicture] = []
        self._keeps_previews = True

    def abort(self, code: str) -> None:
        """End it with `code` (cancelled, interrupted); pictures that have come are kept."""
        self.aborted = code
        if self.call is not None:
            self.call.abort(code)

    def carry_out(self) -> None:
        """From the claim to the last row. Never raises; `has_ended` is False when the row could not be written."""
        # Lines about it are found under the request that submitted it.
        with use_request_id(self.run.origin):
            self._carry_out()

    def finish(self) -> None:
        """Write the end that could not be written before. Raises one of TRANSIENT_ERRORS."""
        self._keep_late()
        self._write_end()

    def _carry_out(self) -> None:
        try:
            self._result = self._call()
        except ApiError as failed:
            self._error = failed
        except Exception:
            # The one place that may catch all: a run must not stay running for ever because of our own fault.
            logger.exception("run %s failed by our own fault", self.run.pk)
            self._error = ApiError("interrupted", fault="server")
        self._attempt(self._keep_late)
        self._attempt(self._check)
        for picture in self.pictures:
            self._attempt(partial(self._lock, picture))
        self._attempt(self._write_end)
        self._attempt(self._catch_up)
        release_connection()

    def _attempt(self, act: Callable[[], None]) -> None:
        """One step of the ending: when it fails, the next one is taken all the same."""
        try:
            act()
        except Exception:
            logger.exception("run %s: not all of its end could be kept", self.run.pk)
            release_connection()

    def _call(self) -> ImageResult:
        api = settings.IMAGE_APIS.get(self.run.api)
        if api is None:
            raise ApiError("network_unreachable", "The API is not listed any more.")
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
            listed=[one.base_url for one in settings.IMAGE_APIS.values()],
            on_sent=self._sent,
            on_partial=self._partial,
            on_picture=self._picture,
            spare_folder=folders.spare_folder(self.run.pk),
            headers=self._headers(),
            limits=NO_RETRY_LIMITS if self.run.rehearsed else DEFAULT_LIMITS,
        )
        if self.aborted:
            raise ApiError(self.aborted, charged="no")
        release_connection()
        return self.call.run()

    def _headers(self) -> dict[str, str]:
        named_after = {ORIGIN_HEADER: self.run.origin} if self.run.origin else {}
        return named_after | ({errors.REHEARSAL_HEADER: self.run.rehearsed} if self.run.rehearsed else {})

    def _request(self) -> ImageRequest:
        """What is to be sent, with its files at hand. Raises ApiError when they cannot be had."""
        try:
            request = self.run.request()
            for one in (*request.images, *([request.mask] if request.mask else [])):
                storage.fetch_files(one.path)
        except storage.StorageUnreachableError as error:
            logger.error("run %s was not sent: %s", self.run.pk, error)
            raise ApiError("interrupted", charged="no", fault="files") from error
        return request

    def _sent(self) -> None:
        self.run.sent_at = timezone.now()
        # It is on its way: a database that is just being restarted must not break it off.
        self._write({"sent_at": self.run.sent_at})
        release_connection()

    def _partial(self, preview: PartialPicture) -> None:
        try:
            if self._keeps_previews:
                results.store_preview(self.run, preview)
            else:
                preview.path.unlink(missing_ok=True)
        except Exception as error:
            # A preview must not break a call that is paid for, nor hold it up twice: a locked database takes 20 s.
            logger.warning("run %s goes on without previews: %s", self.run.pk, type(error).__name__)
            self._keeps_previews = False
        release_connection()

    def _picture(self, received: ReceivedPicture) -> None:
        try:
            self.pictures.append(results.store_picture(self.run, received))
        except PictureError as error:
            self._say_unusable(received.index + 1, error.reason)
        except Exception:
            # It is paid for, and so are those behind it: the call goes on, and this one is tried again at the end.
            logger.exception("run %s: picture %s could not be kept yet", self.run.pk, received.index + 1)
            self._late.append(received)
        release_connection()

    def _keep_late(self) -> None:
        """Keep what could not be kept when it came."""
        late, self._late = self._late, []
        for received in late:
            self._picture(received)

    def _check(self) -> None:
        """Decode what came before the run counts as finished, unless that would mean to wait for others."""
        if self.aborted == "interrupted":
            return
        for unusable in results.check_pictures(self.pictures, patience=_PATIENCE_SECONDS):
            self.pictures.remove(unusable)
            results.discard_picture(unusable)
            self._say_unusable(unusable.number, "broken")

    def _catch_up(self) -> None:
        """Decode what was left; a finished run keeps even what nobody can decode: a browser may."""
        for unusable in results.check_pictures(self.pictures):
            logger.warning("run %s: picture %s can not be decoded", self.run.pk, unusable.number)

    def _say_unusable(self, number: int, reason: str) -> None:
        logger.warning("run %s: picture %s is unusable: %s", self.run.pk, number, reason)

    def _lock(self, picture: Picture) -> None:
        # A server that stops has no time left.
        if self.aborted != "interrupted":
            results.store_locked_picture(self.run, picture)
            release_connection()

    @property
    def _failure(self) -> ApiError | None:
        """What the run is said to have ended with; None when it got its pictures."""
        error = self._error or (not_stored_error() if self._late else None)
        if error is None and self._result is None:
            error = ApiError("interrupted", fault="server")
        if not self.pictures:
            return error or ApiError("garbled_response")
        is_whole = len(self.pictures) >= self.run.requested_count
        return None if is_whole and error and error.code != "cancelled" else error

    @property
    def _state(self) -> State:
        failure = self._failure
        if failure is not None and failure.code in _ENDINGS:
            return _ENDINGS[failure.code]
        if not self.pictures:
            return State.FAILED
        return State.SUCCEEDED if len(self.pictures) >= self.run.requested_count else State.PARTIAL

    def _describe_end_briefly(self, now: datetime) -> dict[str, Any]:
        """What can be told without a word of the API's."""
        failure, state = self._failure, self._state
        ending = {"finished_at": now, "state": state, "charged": "yes" if self.pictures else "no"}
        if failure is None:
            return ending
        # Pictures that came were paid for, whatever broke later; who stopped the run may have paid more.
        if state is not State.PARTIAL:
            was_sent = self.call is not None and self.call.was_sent
            ending["charged"] = failure.charged if was_sent else "no"
        return ending | {"error": failure.code, "error_facts": {"fault": failure.fault} if failure.fault else {}}

    def _describe_end(self, now: datetime) -> dict[str, Any]:
        """The same with all that is known."""
        ending = self._describe_end_briefly(now) | {"bytes": disk.folder_bytes([paths.run_folder(self.run.pk)])}
        facts: dict[str, Any] = ending.get("error_facts", {})
        if (failure := self._failure) is not None:
            said = {"param": failure.param, "retry_after": failure.retry_after, "status": failure.status or None}
            said["provider_said"] = failure.provider_message or None
            facts = {**facts, **{name: value for name, value in said.items() if value is not None}}
            ending["request_id"] = failure.request_id[:200]
        if self.pictures:
            ending["price"] = results.picture_cost(self.run, self.pictures, self._result)
        if self._result is not None:
            ending |= _reported(self._result)
        spare = folders.spare_folder(self.run.pk)
        if not storage.is_remote() and any(paths.picture_path(one).parent == spare for one in self.pictures):
            facts = {**facts, "not_kept": True}
        return ending | ({"error_facts": facts} if facts else {})

    def _write_end(self) -> None:
        now = timezone.now()
        ending = brief = self._describe_end_briefly(now)
        try:
            ending = self._describe_end(now)
        except Exception:
            logger.exception("run %s: not all that is known of its end could be told", self.run.pk)
        try:
            self._write(ending)
        except disk_reserve.TRANSIENT_ERRORS:
            raise
        except Exception:
            # Whatever an API answered, its run ends.
            logger.exception("run %s: not all that is known of its end could be written", self.run.pk)
            ending = brief
            self._write(ending)
        self.has_ended = True
        self._report(now, ending.get("price", 0))

    def _write(self, facts: dict[str, Any]) -> None:
        disk_reserve.write_with_reserve(lambda: results.update_run(self.run.pk, facts))

    def _report(self, now: datetime, price: int) -> None:
        failure = self._failure
        said = failure or self._result
        endings.log_and_count_end(
            self.run,
            self._state,
            failure.code if failure else "",
            now,
            request_id=said.request_id if said else "",
            pictures=len(self.pictures),
            price=price,
        )
        if self.run.sent_at is not None:
            seconds = (now - self.run.sent_at).total_seconds()
            metrics.observe("upstream_seconds", seconds, {"api": self.run.api, "endpoint": self.run.endpoint})


def _reported(result: ImageResult) -> dict[str, Any]:
    """What the API said of its pictures, for the receipt."""
    said = {name: getattr(result, name) for name in ("size", "quality", "output_format", "background")}
    return {
        "request_id": result.request_id[:200],
        "usage": asdict(result.usage) if result.usage else None,
        "reported": {name: value for name, value in said.items() if value}
        | {"answer": {"created": result.created, "headers": dict(result.headers)}},
    }


def claim_and_execute_run(run_id: str, worker: str = "") -> None:
    """Work on the run in this thread, unless another worker has it."""
    claimed = claims.claim_run(run_id, worker, timezone.now())
    if claimed is not None:
        RunExecution(*claimed).carry_out()
