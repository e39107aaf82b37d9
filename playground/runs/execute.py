"""Carry out one run: claim, call, keep what comes, say how it ended. The page only reads what this writes."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from playground import disk, store
from playground.imageapi import rehearsals
from playground.imageapi.client import DEFAULT_LIMITS, Call
from playground.imageapi.errors import ApiError
from playground.imageapi.limits import Limits
from playground.imageapi.messages import ImageRequest, ImageResult, PartialPicture, ReceivedPicture
from playground.pixels.decode import PictureError
from playground.runs import claim, endings, files, folders, keep, lock, reserve, rows, seal
from playground.runs.models import Picture, Run, State
from playground.web import metrics
from playground.web.requests import ORIGIN_HEADER, named

logger = logging.getLogger(__name__)
# A rehearsed refusal comes again however long one waits.
UNREPEATED: Final = Limits(longest_retry_after=-1)
# How long a run may be held up by the decoding of other runs' pictures, a picture.
_PATIENCE_SECONDS: Final = 0.05
_ENDINGS: Final = {"cancelled": State.CANCELLED, "interrupted": State.INTERRUPTED}


class Execution:
    """One claimed run while it is carried out; another thread may abort it."""

    def __init__(self, run: Run, sealed_key: str) -> None:
        self.run = run
        self.sealed_key = sealed_key
        self.call: Call | None = None
        self.aborted = ""
        self.pictures: list[Picture] = []

    def abort(self, code: str) -> None:
        """End it with `code` (cancelled, interrupted); pictures that have come are kept."""
        self.aborted = code
        if self.call is not None:
            self.call.abort(code)

    def carry_out(self) -> None:
        """From the claim to the last row. Never raises: whatever happens is said in the run's row."""
        # Lines about it are found under the request that submitted it.
        with named(self.run.origin):
            self._carry_out()

    def _carry_out(self) -> None:
        result: ImageResult | None = None
        error: ApiError | None = None
        try:
            result = self._call()
        except ApiError as failed:
            error = failed
        except Exception:
            # The one place that may catch all: a run must not stay running for ever because of our own fault.
            logger.exception("run %s failed by our own fault", self.run.pk)
            error = ApiError("interrupted")
        self._attempt(self._check)
        self._attempt(self._lock)
        self._attempt(lambda: self._finish(result, error))
        self._attempt(self._catch_up)
        rest_connection()

    def _attempt(self, act: Callable[[], None]) -> None:
        """One step of the ending: when it fails, the next one is taken all the same."""
        try:
            act()
        except Exception:
            logger.exception("run %s ended, but not all of its end could be kept", self.run.pk)

    def _call(self) -> ImageResult:
        api = settings.IMAGE_APIS.get(self.run.api)
        if api is None:
            raise ApiError("network_unreachable", "The API is not listed any more.")
        try:
            key = seal.unseal(self.sealed_key)
        except seal.Unsealable:
            raise ApiError("interrupted", charged="no") from None
        folder = files.folder_of(self.run.pk)
        folder.mkdir(parents=True, exist_ok=True)
        request = self._request()
        self.call = Call(
            api,
            key,
            request,
            folder,
            seconds=settings.RUN_DEADLINE,
            listed=[one.base_url for one in settings.IMAGE_APIS.values()],
            on_sent=self._sent,
            on_partial=self._partial,
            on_picture=self._picture,
            spare=folders.spare_folder_of(self.run.pk),
            headers=self._headers(),
            limits=UNREPEATED if self.run.rehearsed else DEFAULT_LIMITS,
        )
        if self.aborted:
            raise ApiError(self.aborted, charged="no")
        rest_connection()
        return self.call.run()

    def _headers(self) -> dict[str, str]:
        named_after = {ORIGIN_HEADER: self.run.origin} if self.run.origin else {}
        return named_after | ({rehearsals.HEADER: self.run.rehearsed} if self.run.rehearsed else {})

    def _request(self) -> ImageRequest:
        """What is to be sent, with its files at hand. Raises ApiError when they cannot be had."""
        try:
            request = self.run.request()
            for one in (*request.images, *([request.mask] if request.mask else [])):
                store.fetched(one.path)
        except store.Unreachable as error:
            logger.error("run %s was not sent: %s", self.run.pk, error)
            raise ApiError("interrupted", charged="no") from error
        return request

    def _sent(self) -> None:
        self.run.sent_at = timezone.now()
        # It is on its way: a database that is just being restarted must not break it off.
        self._write({"sent_at": self.run.sent_at})
        rest_connection()

    def _partial(self, partial: PartialPicture) -> None:
        keep.keep_preview(self.run, partial)
        rest_connection()

    def _picture(self, received: ReceivedPicture) -> None:
        try:
            self.pictures.append(keep.keep_picture(self.run, received))
        except PictureError as error:
            self._say_unusable(received.index + 1, error.reason)
        rest_connection()

    def _check(self) -> None:
        """Decode what came before the run counts as finished, unless that would mean to wait for others."""
        if self.aborted == "interrupted":
            return
        for unusable in keep.check_pictures(self.pictures, patience=_PATIENCE_SECONDS):
            keep.take_away(unusable)
            self.pictures.remove(unusable)
            self._say_unusable(unusable.number, "broken")

    def _catch_up(self) -> None:
        """Decode what was left; a finished run keeps even what nobody can decode: a browser may."""
        for unusable in keep.check_pictures(self.pictures):
            logger.warning("run %s: picture %s can not be decoded", self.run.pk, unusable.number)

    def _say_unusable(self, number: int, reason: str) -> None:
        logger.warning("run %s: picture %s is unusable: %s", self.run.pk, number, reason)

    def _lock(self) -> None:
        for picture in self.pictures:
            # A server that stops has no time left.
            if self.aborted != "interrupted":
                lock.keep_locked(self.run, picture)
                rest_connection()

    def _finish(self, result: ImageResult | None, error: ApiError | None) -> None:
        if error is None and len(self.pictures) == 0:
            error = ApiError("garbled_response")
        at = timezone.now()
        ending: dict[str, Any] = {"finished_at": at, "state": self._state(error)}
        ending["bytes"] = disk.bytes_of([files.folder_of(self.run.pk)])
        if self.pictures:
            ending |= {"charged": "yes", "price": keep.price_of(self.run, self.pictures, result)}
        if error is not None:
            # Pictures that came were paid for, whatever broke later; who stopped the run may have paid more.
            ending = (
                self._failure(error) | ending
                if self._state(error) is State.PARTIAL
                else ending | self._failure(error)
            )
        if result is not None:
            ending |= _reported(result)
        spare = folders.spare_folder_of(self.run.pk)
        if not store.is_remote() and any(files.path_of(one).parent == spare for one in self.pictures):
            ending["error_facts"] = {**ending.get("error_facts", {}), "not_kept": True}
        self._write(ending)
        self._report(error, result, at, ending.get("price", 0))

    def _write(self, facts: dict[str, Any]) -> None:
        reserve.write(lambda: rows.change(self.run.pk, facts))

    def _state(self, error: ApiError | None) -> State:
        if error is not None and error.code in _ENDINGS:
            return _ENDINGS[error.code]
        if not self.pictures:
            return State.FAILED
        return State.SUCCEEDED if len(self.pictures) >= self.run.asked else State.PARTIAL

    def _failure(self, error: ApiError) -> dict[str, Any]:
        was_sent = self.call is not None and self.call.sent
        facts = {"param": error.param, "retry_after": error.retry_after, "status": error.status or None}
        return {
            "error": error.code,
            "error_facts": {name: value for name, value in facts.items() if value is not None}
            | ({"provider_said": error.provider_said} if error.provider_said else {}),
            "charged": error.charged if was_sent else "no",
            "request_id": error.request_id[:200],
        }

    def _report(self, error: ApiError | None, result: ImageResult | None, now: datetime, price: int) -> None:
        said = error or result
        endings.report(
            self.run,
            self._state(error),
            error.code if error else "",
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


def claim_and_execute(run_id: str, worker: str = "") -> None:
    """Work on the run in this thread, unless another worker has it."""
    claimed = claim.claim(run_id, worker, timezone.now())
    if claimed is not None:
        Execution(*claimed).carry_out()


def rest_connection() -> None:
    """Give the database connection back: a thread that waits 150 s must not hold one."""
    if not connection.in_atomic_block:
        connection.close()
