"""Wake a worker when a run was submitted: the embedded one through a socket, Celery's through Redis.

A wake-up may be lost at any time. The row holds the run, the claim decides, and workers also look by themselves: the
embedded one every half second, Celery's at each clean-up.
"""

import contextlib
import logging
import socket

from django.conf import settings

logger = logging.getLogger(__name__)
_sender: socket.socket | None = None


def notify_worker(run_id: str) -> None:
    """Wake a worker for this run: by a message of Celery where REDIS_URL is set, else through the wake socket."""
    if settings.REDIS_URL:
        _send_message(run_id)
    else:
        wake_embedded_worker()


def open_wake_socket() -> socket.socket:
    """Make the wake socket before the forks: web processes write to it, the worker waits on the returned end."""
    global _sender
    listener, _sender = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.setblocking(False)
    _sender.setblocking(False)
    return listener


def wake_embedded_worker() -> None:
    """Let the embedded worker look for work now."""
    if _sender is not None:
        # A full socket buffer already means that the worker will wake.
        with contextlib.suppress(OSError):
            _sender.send(b"!")


def _send_message(run_id: str) -> None:
    # The packages of requirements/scale.txt are installed only where REDIS_URL is set.
    from kombu.exceptions import KombuError, OperationalError
    from redis.exceptions import RedisError

    from playground import celery

    try:
        celery.app.send_task(celery.EXECUTE_RUN, args=[run_id])
    except (OperationalError, KombuError, RedisError, OSError) as error:
        # The visitor gets no error: the next clean-up sends the message again.
        logger.warning(
            "run %s waits for the next clean-up: the queue didn't respond: %s", run_id, type(error).__name__
        )
