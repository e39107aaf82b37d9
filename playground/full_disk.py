"""Whether an error means that the disk is full, whoever raised it: the system, SQLite or PostgreSQL."""

import errno
from typing import Final

_CODES: Final = (errno.ENOSPC, errno.EDQUOT)
# SQLITE_FULL, and the class "disk full" of PostgreSQL's codes.
_SQLITE_WORDS: Final = "disk is full"
_POSTGRES_CODE: Final = "53100"


def is_full(error: BaseException | None) -> bool:
    """Whether this error, or one that it was raised from, says that the disk takes no more."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in _CODES:
            return True
        if getattr(error, "sqlstate", "") == _POSTGRES_CODE or _SQLITE_WORDS in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
