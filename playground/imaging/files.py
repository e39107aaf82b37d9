"""Write a file whole or not at all, and tell a full disk apart from a damaged picture."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_DISK_FULL_CODES: Final = (errno.ENOSPC, errno.EDQUOT)


class DiskFullError(Exception):
    """The disk takes no more. Not an OSError: those of Pillow mean that a picture is damaged."""


@contextmanager
def unfinished_file(target: Path) -> Iterator[Path]:
    """Give a path beside `target` to write to; it becomes `target` when nothing is raised. Raises DiskFullError."""
    path = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        yield path
        path.replace(target)
    except OSError as error:
        if error.errno in _DISK_FULL_CODES:
            raise DiskFullError from error
        raise
    finally:
        path.unlink(missing_ok=True)
