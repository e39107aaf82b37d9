"""The Celery app, used where REDIS_URL is set. A message holds the id of a run and nothing else.

Without REDIS_URL only Celery's own commands import this module: `celery -A playground inspect active`.
"""

import os
import ssl
from typing import Any, Final

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")

EXECUTE_RUN: Final = "playground.execute_run"
QUEUE: Final = "runs"
# A web server must not wait for a queue that does not answer: the run is in its row, and a sweep sends the message.
CONNECT_SECONDS: Final = 2

if not (settings.REDIS_URL or settings.IS_TESTING):
    raise SystemExit("REDIS_URL is not set: without a queue the server works on its runs itself.")
app = Celery("playground", broker=settings.REDIS_URL)
app.conf.update(
    # The module of the task, also for workers that Celery's own command starts.
    imports=("playground.runs.worker.celery_worker",),
    task_default_queue=QUEUE,
    task_ignore_result=True,
    # The claim in the database decides which worker executes a run: lost, doubled or late messages do no harm.
    task_acks_late=False,
    task_publish_retry=False,
    # A run mostly waits, and the supervisor must be able to abort it: threads of one process, never other processes.
    worker_pool="threads",
    worker_concurrency=settings.RUNNER_THREADS,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "global_keyprefix": "playground:",
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_keepalive": True,
        "health_check_interval": 10,
        # One more try at once, for a connection of the pool that Redis has closed. With kombu's defaults a submit
        # waited 6 s for a Redis that was down.
        "max_retries": 1,
        "interval_start": 0,
    },
)
if settings.REDIS_URL.startswith("rediss:"):
    app.conf.broker_use_ssl = {"ssl_cert_reqs": ssl.CERT_REQUIRED}


def count_waiting_messages() -> int:
    """Return the number of messages that no worker has taken. Raise errors of Redis and kombu."""
    with app.connection_for_read(connect_timeout=CONNECT_SECONDS) as connection:
        channel: Any = connection.default_channel
        return int(channel.queue_declare(QUEUE, passive=False).message_count)
