"""A WSGI application whose worker process kills itself once at a step of a job: `die=STEP` in its webhook_url.

Webhooks go to RECEIVER, their delays are short, and each death leaves a file in the folder `deaths` of DATA_DIR.
"""

import hashlib
import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings

from benchmarks.helpers.synthetic_renderer import application as application
from playground.gateway import views
from playground.gateway.models import ImageJob
from playground.gateway.services import generate, jobs, webhooks
from playground.gateway.services.call_billing import CallBilling

# So that the answer to the request is out when its process dies.
ANSWER_SECONDS = 0.3


def die_once(step: str, job: ImageJob | None) -> None:
    """Kill this process when the job names the step, and has killed none before."""
    if job is None or f"die={step}" not in job.webhook_url:
        return
    deaths = settings.DATA_DIR / "deaths"
    deaths.mkdir(exist_ok=True)
    try:
        name = f"{step}-{hashlib.sha256(job.webhook_url.encode()).hexdigest()[:16]}"
        os.close(os.open(deaths / name, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def dying_after(owner: Any, name: str, step: str, job_of: Callable[..., ImageJob | None]) -> None:
    """Make a function kill its process after it has returned; `job_of` gets its result and its arguments."""
    function = getattr(owner, name)

    def dying(*arguments: Any, **named: Any) -> Any:
        result = function(*arguments, **named)
        die_once(step, job_of(result, *arguments))
        return result

    setattr(owner, name, dying)


def _accepted(call: Any, *arguments: Any) -> None:
    if call.billing.job is not None and "die=accepted" in call.billing.job.webhook_url:
        time.sleep(ANSWER_SECONDS)
    die_once("accepted", call.billing.job)
    finish_job(call, *arguments)


settings.WEBHOOK_ORIGINS = (os.environ["RECEIVER"],) if "RECEIVER" in os.environ else ()
webhooks.RETRY_SECONDS = (1, 1, 1, 1)  # type: ignore[misc]
webhooks.LEASE = timedelta(seconds=15)  # type: ignore[misc]
for method, step in (
    ("__enter__", "admitted"),
    ("mark_sent", "sent"),
    ("mark_answered", "answered"),
    ("store_answer", "stored"),
    ("charge", "charged"),
    ("__exit__", "ended"),
):
    dying_after(CallBilling, method, step, lambda _, billing, *__: billing.job)
dying_after(webhooks, "claim_webhook", "claimed", lambda job, *_: job)
dying_after(webhooks, "_post", "posted", lambda _, job, *__: job)
dying_after(jobs, "cancel_job", "cancelled", lambda _, job, *__: job)
finish_job = generate._AdmittedCall.finish_job
generate._AdmittedCall.finish_job = _accepted  # type: ignore[assignment, method-assign]
assert views.jobs is jobs  # type: ignore[attr-defined]
