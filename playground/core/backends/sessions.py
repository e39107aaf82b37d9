"""Django's sessions in the database with less CPU: every page and every poll reads one."""

from contextlib import nullcontext
from copy import deepcopy
from typing import Any, Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from playground.core.files.disk import is_disk_full

# Runs in every request; Django would take ten times as long to compose this query as SQLite takes to answer it.
_LOAD: Final = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's store, read by one constant query and written without a transaction of its own."""

    _saved: dict[str, Any] | None = None

    def load(self) -> dict[str, Any]:
        """Return the data of the session; empty when it does not exist or has expired."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [self.session_key, now])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(row[0]))

    def save(self, must_create: bool = False) -> None:
        """Save the session. Raise CreateError when its key is taken, UpdateError when its row is gone."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if not must_create and data == self._saved:
            return
        row = self.create_model_instance(data)
        try:
            # Only inside another transaction can a failure break more than this statement. A transaction of its own
            # would hold SQLite's write lock while the thread waits for the GIL (docs/decisions/0011-*.md).
            with transaction.atomic() if connection.in_atomic_block else nullcontext():
                row.save(force_insert=must_create, force_update=not must_create)
        except IntegrityError:
            if must_create:
                raise CreateError from None
            raise
        except DatabaseError as error:
            # On a full disk the row still exists: let the full-disk page answer.
            if not must_create and not is_disk_full(error):
                raise UpdateError from None
            raise
        # `submit_form` saves the session before it makes a run; the middleware need not write the same data again.
        self._saved = deepcopy(data)
