"""All pictures of a run in one ZIP file, with the prompt and the settings that made them."""

import json
import tempfile
import zipfile
from collections.abc import Sequence
from typing import IO, Any

from playground.pages.downloads import file_name
from playground.runs import files
from playground.runs.models import Picture, Run


def archive(run: Run, pictures: Sequence[Picture]) -> IO[bytes]:
    """An open temporary file that holds the ZIP, at its start. Pictures are compressed already: they are stored."""
    target = tempfile.TemporaryFile(dir=files.folder_of(run.pk))  # noqa: SIM115 (the response closes it)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for picture in pictures:
            bundle.write(files.path_of(picture), file_name(run, picture.number, picture.format))
        bundle.writestr("prompt.txt", run.prompt)
        bundle.writestr("run.json", json.dumps(described(run, pictures), ensure_ascii=False, indent=2))
    target.seek(0)
    return target


def described(run: Run, pictures: Sequence[Picture]) -> dict[str, Any]:
    """The run in plain values: what was asked, what came; nothing of the key."""
    return {
        "id": run.pk,
        "api": run.api,
        "created_at": run.created_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "state": run.state,
        "parameters": run.parameters,
        "reported": run.reported,
        "price_micro_usd": run.price,
        "request_id": run.request_id,
        "pictures": [_described(run, one) for one in pictures],
    }


def _described(run: Run, picture: Picture) -> dict[str, Any]:
    return {
        "file": file_name(run, picture.number, picture.format),
        "width": picture.width,
        "height": picture.height,
        "format": picture.format,
        "bytes": picture.size,
        "revised_prompt": picture.revised_prompt,
    }
