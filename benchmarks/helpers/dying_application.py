"""A WSGI application whose worker process kills itself at a step of a call: `die=STEP` in the prompt.

A step is named by the state that the database holds by then; at `begun` the first block of the answer is sent, at
`read` the last one.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from benchmarks.helpers.synthetic_renderer import application as application
from playground.gateway.responses.image_response import JsonWithPictures

# Models can be imported only now that the application is there.
Ticket = import_module("playground.gateway.services.call_billing").Ticket
_here = threading.local()


def die_at(step: str, prompt: str) -> None:
    """Die, if the call of this prompt is to."""
    if f"die={step}" in prompt.split():
        os.kill(os.getpid(), signal.SIGKILL)


def dying_after(name: str, step: str) -> None:
    """Let a method of tickets die once it is over."""
    method = getattr(Ticket, name)

    def dying(ticket: Any, *arguments: Any) -> Any:
        result = method(ticket, *arguments)
        _here.prompt = ticket._asked.prompt
        die_at(step, _here.prompt)
        return result

    setattr(Ticket, name, dying)


def dying_blocks(blocks: Callable[..., Iterator[bytes]]) -> Callable[..., Iterator[bytes]]:
    """Let an answer die between its blocks."""

    def dying(spelled: JsonWithPictures, *around: bytes) -> Iterator[bytes]:
        for block in blocks(spelled, *around):
            yield block
            die_at("begun", getattr(_here, "prompt", ""))
        die_at("read", getattr(_here, "prompt", ""))

    return dying


dying_after("__enter__", "admitted")
dying_after("send", "sent")
dying_after("answer", "answered")
dying_after("charge", "charged")
dying_after("__exit__", "delivered")
JsonWithPictures.blocks = dying_blocks(JsonWithPictures.blocks)  # type: ignore[method-assign]
