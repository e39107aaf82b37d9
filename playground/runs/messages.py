"""Who works where REDIS_URL is set: Django's Tasks API, with a backend that sends a Celery message with the run's id.

The message only wakes a worker, the claim decides. What a lost message leaves waiting, a worker's sweep sends anew.
"""

from __future__ import annotations

import logging
from typing import Any

from django.tasks import Task

from playground.runs.wake import WakeBackend

logger = logging.getLogger(__name__)


class MessageBackend(WakeBackend):
    """Enqueueing a task sends its message; what there is to do stands in the rows."""

    def wake(self, task: Task[Any, Any], args: Any) -> None:
        """Send the message. A queue that does not answer costs the run some seconds, not the visitor an error."""
        from kombu.exceptions import KombuError, OperationalError
        from redis.exceptions import RedisError

        from playground import celery

        try:
            celery.app.send_task(celery.EXECUTE_RUN, args=list(args))
        except (OperationalError, KombuError, RedisError, OSError) as error:
            logger.warning("run %s waits for a sweep: the queue did not answer: %s", args[0], type(error).__name__)
