"""All pictures of a run in one ZIP file."""

import tempfile
import zipfile
from collections.abc import Sequence
from typing import IO

from playground import store
from playground.pages.downloads import file_name
from playground.runs import files
from playground.runs.models import Picture, Run


def archive(run: Run, pictures: Sequence[Picture]) -> IO[bytes]:
    """An open temporary file that holds the ZIP, at its start. Pictures are compressed already: they are stored."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for picture in pictures:
            bundle.write(store.fetch(files.path_of(picture)), file_name(run, picture.number, picture.format))
    target.seek(0)
    return target
