"""The WSGI application, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from gunicorn.http.unreader import SocketUnreader

# gunicorn takes up to a megabyte of a body from the socket at once, and copies what is left of it at every read:
# in pieces, 40 MB are read six times as fast, with a seventh of the memory (tests/load/edits.py).
SocketUnreader.max_body_chunk = 64 * 1024

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
application = get_wsgi_application()
