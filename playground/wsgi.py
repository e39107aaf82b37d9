"""The WSGI application, for gunicorn."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from gunicorn.http.unreader import SocketUnreader

from playground.core.http.request_body import guard_body

# gunicorn takes up to a megabyte of a body from the socket at once, and copies what is left of it at every read:
# in pieces, 40 MB are read six times as fast, with a seventh of the memory (benchmarks/gateway/edit_uploads.py).
SocketUnreader.max_body_chunk = 64 * 1024

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one request (PEP 3333)."""
    guard_body(environ)
    return _django(environ, start_response)
