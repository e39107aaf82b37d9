"""Fetch images of an edit from public https URLs: without key or cookies, each within SOURCE_FETCH_SECONDS.

The guard of `imageapi.client.transport` resolves each host once and connects to public addresses only, also after a
redirect.
"""

import threading
import time
from collections.abc import Collection
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Final

from playground.gateway.client_connection import POLL_SECONDS, ClientConnection
from playground.imageapi.catalog import MAX_FILE_BYTES, SOURCE_FETCH_SECONDS, Limits
from playground.imageapi.client.call import NOT_FETCHED, download_picture
from playground.imageapi.client.picture_files import UnusableResponseError, WritableFile
from playground.imageapi.client.transport import DEADLINE, AddressGuard, CancellableSocket, set_alarm

MAX_REDIRECTS: Final = 3
# The file itself refuses more than MAX_FILE_BYTES.
_LIMITS: Final = Limits(
    connect_seconds=SOURCE_FETCH_SECONDS, fetch_seconds=SOURCE_FETCH_SECONDS, fetched_bytes=2 * MAX_FILE_BYTES
)


class ImageFetch:
    """A download to `file`, in a thread of its own: the client may disconnect meanwhile."""

    def __init__(self, url: str, file: WritableFile) -> None:
        self.outcome: Future[Path] = Future()
        self._url = url
        self._file = file
        self._connection = CancellableSocket(AddressGuard(), lambda: None, SOURCE_FETCH_SECONDS)
        threading.Thread(target=self._run, name="image-fetch", daemon=True).start()

    def abort(self) -> None:
        """End the download, if it is not over."""
        self._connection.abort(DEADLINE)

    def path(self) -> Path:
        """Return the file. Raises UnusableResponseError, or OSError of the disk."""
        # A name that is still being resolved cannot be aborted, so the thread may be there yet.
        if not self.outcome.done():
            raise UnusableResponseError(NOT_FETCHED)
        return self.outcome.result()

    def _run(self) -> None:
        alarm = set_alarm(SOURCE_FETCH_SECONDS, self.abort)
        try:
            download_picture(self._url, self._connection, self._file, _LIMITS, max_redirects=MAX_REDIRECTS)
            self.outcome.set_result(self._file.path)
        except BaseException as error:  # handed to the thread that waits
            self.outcome.set_exception(error)
        finally:
            alarm.cancel()
            self._connection.release()
            self._file.close()


def wait_for_fetches(fetches: Collection[ImageFetch], client: ClientConnection) -> None:
    """Wait until all are over, at most SOURCE_FETCH_SECONDS. Raises ClientDisconnected."""
    end = time.monotonic() + SOURCE_FETCH_SECONDS
    try:
        while wait([fetch.outcome for fetch in fetches], POLL_SECONDS).not_done and time.monotonic() < end:
            client.wait(0)
    finally:
        for fetch in fetches:
            fetch.abort()
