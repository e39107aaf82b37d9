"""An answer that knows whether all of it was handed to the server's socket."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

from django.http import StreamingHttpResponse

from playground.gateway.call import Call
from playground.gateway.spelled import Spelled


class Delivery(StreamingHttpResponse):
    """An answer in blocks. `on_end` is called once, at the end or when the caller left before."""

    def __init__(self, blocks: Iterator[bytes], content_type: str, on_end: Callable[[], object]) -> None:
        super().__init__(blocks, content_type=content_type)
        self._on_end: Callable[[], object] | None = on_end

    def close(self) -> None:
        """Called by the server at the end, also when the caller left."""
        on_end, self._on_end = self._on_end, None
        try:
            if on_end is not None:
                on_end()
        finally:
            super().close()


def json_delivery(answer: Spelled, on_whole: Callable[[], object], on_end: Callable[[], object]) -> Delivery:
    """An answer in JSON; `on_whole` is called after its last block was taken."""

    def blocks() -> Iterator[bytes]:
        yield from answer.blocks()
        on_whole()

    response = Delivery(blocks(), "application/json", on_end)
    # With a length, whoever reads it knows a cut answer from a whole one.
    response.headers["Content-Length"] = str(answer.length)
    return response


def ending(held: ExitStack, call: Call) -> Callable[[], None]:
    """What ends an answer: all that was `held` for it is given back, then its line is written."""

    def end() -> None:
        try:
            held.close()
        finally:
            call.log(200)

    return end
