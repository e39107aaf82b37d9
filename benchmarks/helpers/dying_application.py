"""A WSGI application whose worker process kills itself at a step of a call: `die=STEP` in the prompt.

A step is named by the state that the database holds by then; at `begun` the first block of the answer is sent, at
`read` the last one.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.helpers.synthetic_renderer import application as application
from playground.gateway.responses.json_responses import JsonWithPictures
from playground.gateway.services.call_billing import CallBilling
from playground.imageapi.schemas import ImageRequest

_here = threading.local()


def die_at(step: str, prompt: str) -> None:
    """Kill this process when the prompt names the step."""
    if f"die={step}" in prompt.split():
        os.kill(os.getpid(), signal.SIGKILL)


def dying_after(method: Callable[..., Any], step: str) -> None:
    """Make a method of CallBilling kill its process after it has returned."""

    def dying(billing: Any, *arguments: Any) -> Any:
        result = method(billing, *arguments)
        _here.prompt = _prompt(billing)
        die_at(step, _here.prompt)
        return result

    setattr(CallBilling, method.__name__, dying)


def dying_blocks(blocks: Callable[..., Iterator[bytes]]) -> Callable[..., Iterator[bytes]]:
    """Make an answer kill its process between its blocks."""

    def dying(answer: JsonWithPictures, *arguments: bytes) -> Iterator[bytes]:
        for block in blocks(answer, *arguments):
            yield block
            die_at("begun", getattr(_here, "prompt", ""))
        die_at("read", getattr(_here, "prompt", ""))

    return dying


def _prompt(billing: Any) -> str:
    (request,) = (value for value in vars(billing).values() if isinstance(value, ImageRequest))
    return request.prompt


dying_after(CallBilling.__enter__, "admitted")
dying_after(CallBilling.mark_sent, "sent")
dying_after(CallBilling.mark_answered, "answered")
dying_after(CallBilling.charge, "charged")
dying_after(CallBilling.__exit__, "delivered")
JsonWithPictures.blocks = dying_blocks(JsonWithPictures.blocks)  # type: ignore[method-assign]
