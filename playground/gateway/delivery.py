"""An answer that knows whether all of it was handed to the server's socket."""

from collections.abc import Callable, Iterator
from typing import Final

from django.http import HttpResponse

# Sockets take megabytes in pieces anyway; in between, a caller that left is noticed.
PIECE: Final = 256 * 1024


class Delivery(HttpResponse):
    """An answer of one block, given out in pieces; the content is never copied as a whole.

    `on_whole` is called after the last piece was taken, `on_end` at the end in any case. A server asks for every
    piece; whoever closes the answer without asking for any, as test clients do, took `content` instead.
    """

    def __init__(self, answer: HttpResponse, on_whole: Callable[[], object], on_end: Callable[[], object]) -> None:
        super().__init__(answer.content, status=answer.status_code, headers=dict(answer.headers))
        self._on_whole = on_whole
        self._on_end: Callable[[], object] | None = on_end
        self._is_begun = False

    def __iter__(self) -> Iterator[bytes]:
        self._is_begun = True
        content = self.content
        for first in range(0, len(content), PIECE):
            yield content[first : first + PIECE]
        self._on_whole()

    def close(self) -> None:
        """Called by the server at the end, also when the caller left."""
        on_end, self._on_end = self._on_end, None
        try:
            if on_end is not None:
                if not self._is_begun:
                    self._on_whole()
                on_end()
        finally:
            super().close()
