"""Factories of visitors, runs and pictures, with one call each."""

import io
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from django_htmx.middleware import HtmxDetails
from PIL import Image

from playground.pages.session.visitor import Visitor
from playground.runs import paths
from playground.runs.models import ACTIVE, Picture, Run, State
from playground.runs.worker import claims
from playground.runs.worker.execute import RunExecution

BASE = f"/{settings.URL_PREFIX}"
KEY = "cr_canary_0123456789abcdef"


def a_visitor(client: Client, name: str = "alice") -> Client:
    """Make the client the visitor `name`, who has a session already."""
    session = client.session
    session["visitor"] = name
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


def a_run(
    visitor: str = "alice",
    state: str = State.SUCCEEDED,
    *,
    prompt: str = "A red fox",
    pictures: int = 0,
    **facts: Any,
) -> Run:
    """Create a run of `visitor` in `state`, with the times of such a run."""
    parameters = {"model": "gpt-image-2", "prompt": prompt, "size": "1024x1024", "quality": "low", "n": 1}
    now = timezone.now()
    claimed = None if state == State.QUEUED else now - timedelta(seconds=3)
    values: dict[str, Any] = {
        "api": "builtin",
        "account": "builtin",
        "endpoint": "generations",
        "parameters": parameters | facts.pop("parameters", {}),
        "key_fingerprint": "fingerprint",
        "key_last4": "cdef",
        "created_at": now - timedelta(seconds=4),
        "claimed_at": claimed,
        "sent_at": claimed,
        "finished_at": None if state in ACTIVE else now,
        "expected_low": 3,
        "expected_high": 5,
        "estimate_low": 80_000,
        "estimate_high": 80_000,
    }
    run = Run.objects.create(visitor=visitor, state=state, **{**values, **facts})
    for number in range(1, pictures + 1):
        a_picture(run, number)
    return run


def a_picture(run: Run, number: int = 1, name: str = "png", *, alpha: bool = False, **facts: Any) -> Picture:
    """Create a picture of `run`, with its file on disk."""
    data = picture_bytes(name, alpha=alpha)
    folder = paths.run_folder(run.pk)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{number}.{name}").write_bytes(data)
    values = {"format": name, "width": 8, "height": 6, "size": len(data), "has_alpha": alpha}
    return Picture.objects.create(run=run, number=number, file=f"{number}.{name}", **{**values, **facts})


def picture_bytes(name: str = "png", *, alpha: bool = False) -> bytes:
    """A small real picture, half transparent when `alpha`."""
    colour = (200, 30, 30, 128) if alpha else (200, 30, 30)
    picture = Image.new("RGBA" if alpha else "RGB", (8, 6), colour)
    target = io.BytesIO()
    picture.save(target, name.upper())
    return target.getvalue()


def as_request(request: HttpRequest, session: SessionBase | None = None) -> HttpRequest:
    """Give a request of RequestFactory the session and htmx details that views need."""
    request.session = session if session is not None else SessionStore()
    request.visitor = Visitor(request)
    request.htmx = HtmxDetails(request)
    return request


def claim_and_execute_run(run_id: str, worker: str = "") -> None:
    """Claim the run and carry it out in this thread, unless another worker has it."""
    claimed = claims.claim_run(run_id, worker, timezone.now())
    if claimed is not None:
        execution = RunExecution(*claimed)
        execution.carry_out()
        execution.decode_pictures()
