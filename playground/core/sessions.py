"""Django's sessions in the database, quick: every page and every poll asks for one."""

from copy import deepcopy
from typing import Any, Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import DatabaseError, IntegrityError, connection
from django.utils import timezone

from playground.core.db import statements
from playground.core.files.disk import is_disk_full

# Asked by every request: Django would take ten times as long to put this sentence together as to have it answered.
_LOAD: Final = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's store, read by one prepared statement and written without a transaction."""

    _saved: dict[str, Any] | None = None

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing when it is not there or over."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [self.session_key, now])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(row[0]))

    def save(self, must_create: bool = False) -> None:
        """Save the session. Raises CreateError when its key is taken, UpdateError when it is gone."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if not must_create and data == self._saved:
            return
        kept = self.create_model_instance(data)
        try:
            with statements.single():
                kept.save(force_insert=must_create, force_update=not must_create)
        except IntegrityError:
            if must_create:
                raise CreateError from None
            raise
        except DatabaseError as error:
            # A row that is gone is another trouble than a disk that takes no more.
            if not must_create and not is_disk_full(error):
                raise UpdateError from None
            raise
        # A run is made only after its session was saved; the middleware would write the same once more.
        self._saved = deepcopy(data)
