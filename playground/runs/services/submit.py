"""Submit a run: estimate it, put the files of an edit into its folder, write one queued row, and wake a worker."""

import hashlib
import hmac
import json
import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from playground.core import key_sealing, shutdown
from playground.core.db.transactions import take_transaction_lock
from playground.core.files import disk, storage
from playground.core.logging import current_request_id
from playground.imageapi import pricing, schemas
from playground.imageapi.catalog import ANIMATION, AUTO, PARAMETER, VECTOR
from playground.imageapi.providers import ImageApi, Profile, is_demo_key
from playground.imageapi.schemas import ImageRequest
from playground.imageapi.untrusted_text import unique_file_names
from playground.imaging import decode, sandbox
from playground.imaging.alignment import Size
from playground.imaging.decode import PictureError
from playground.imaging.frames import Frame
from playground.runs import drafts, paths
from playground.runs.exceptions import MaskRejected, RunRefused, SourceRejected, rejection_reason
from playground.runs.models import MARKUP_NAME, MASK_NAME, Matrix, Picture, Run, Source, State, new_id
from playground.runs.paths import is_stored, link_file, run_folder
from playground.runs.services import disk_space, framing
from playground.runs.services.wakeup import notify_worker

logger = logging.getLogger(__name__)
# Queued runs of one session.
MAX_QUEUED: Final = 40
# A longer line begins with the first version that fits; its family keeps the first one of all.
MAX_LINEAGE: Final = 40
# A double click of a human takes up to this long from the first run to the press on its page.
DOUBLE_CLICK: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class ApiConnection:
    """An API and the visitor's key for it."""

    api: ImageApi
    key: str = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """A keyed hash that groups the runs of one key."""
        return hmac.new(f"fingerprint {settings.SECRET_KEY}".encode(), self.key.encode(), hashlib.sha256).hexdigest()[
            :32
        ]

    @property
    def is_demo(self) -> bool:
        """True if nothing is really charged: the built-in API with a demo key."""
        return self.api.is_builtin and is_demo_key(self.key, settings.SECRET_KEY)

    @property
    def last4(self) -> str:
        """The end of the key, by which visitors recognize it."""
        return self.key[-4:]


@dataclass(frozen=True, slots=True)
class _SourceDetails:
    """Details of a source from its row, so that its file need not be read."""

    width: int
    height: int
    has_alpha: bool
    role: str = ""
    thumbnail: Path | None = None
    # How a source of another run was framed.
    frame: dict[str, Any] = field(default_factory=dict)
    # The result that it is (Picture.place).
    parent: str = ""


def submit_run(
    visitor: str,
    connection: ApiConnection,
    request: ImageRequest,
    *,
    token: str,
    rehearsed: str = "",
    page: str = "",
    pressed_at: datetime | None = None,
    frame: Frame | None = None,
    cell: tuple[Matrix, int] | None = None,
    annotations: list[dict[str, Any]] | None = None,
) -> Run:
    """Return the run of this form: one that exists already, or a new one.

    The same token with the same content is the run that exists; an empty token never is. The same
    content from the page of the run `page`, which was made from it less than DOUBLE_CLICK before `pressed_at` (now),
    is that run, whatever the token. The key is sealed in the row until a worker claims it. The files of an edit
    are stored with the run; a mask has the size of the first picture. `rehearsed` is the error to rehearse, `cell` a
    place in a matrix. With a `frame` the first picture is cut or padded to the requested size. `annotations` are
    drawn on the request's markup, or else on its last picture. Raises RunRefused, SourceRejected, MaskRejected and
    FrameError.
    """
    if frame and request.images:
        request = replace(request, size=framing.resolve_size(frame, _first_size(request), request.size))
    content = content_hash(connection.api.id, request, rehearsed, frame)
    existing = _find_existing_run(visitor, token, content, page, pressed_at or timezone.now())
    if existing is not None and existing.deleted_at is None:
        return existing
    if existing is not None:
        # The visitor deleted that run and submits the form again: make a new one.
        Run.objects.filter(pk=existing.pk).update(token="")
    check_submission(visitor)
    run = prepare_run(
        visitor,
        connection,
        request,
        token=token,
        content=content,
        rehearsed=rehearsed,
        frame=frame,
        annotations=annotations,
    )
    if cell:
        run.matrix, run.cell = cell
    try:
        insert_runs([run])
    except IntegrityError:
        # The other click of a double click was faster.
        return Run.objects.get(visitor=visitor, token=token, content=content)
    return run


def check_submission(visitor: str) -> None:
    """Raise RunRefused when the visitor cannot submit anything now."""
    if shutdown.is_updating():
        raise RunRefused("updating")
    if problem := disk_space.quota_problem(visitor, 1):
        raise RunRefused(problem)


def prepare_run(
    visitor: str,
    connection: ApiConnection,
    request: ImageRequest,
    *,
    token: str,
    content: str,
    rehearsed: str = "",
    frame: Frame | None = None,
    annotations: list[dict[str, Any]] | None = None,
) -> Run:
    """Store the files of a run and return its row, which `insert_runs` writes. Raises as `submit_run` does."""
    run_id = new_id()
    files = _attach_files(run_id, request, connection.api.profile, frame, annotations)
    facts = _run_fields(visitor, connection, request)
    line = _line_of_parents(visitor, files.get("sources", []))
    return Run(id=run_id, token=token, content=content, rehearsed=rehearsed, **files, **line, **facts)


def insert_runs(runs: Sequence[Run], matrix: Matrix | None = None) -> None:
    """Write the rows of one visitor in one transaction, and wake a worker; on failure remove the files.

    A new `matrix` of the runs is written with them. Raises RunRefused when more than MAX_QUEUED runs would wait, and
    IntegrityError when the form already made them.
    """
    try:
        with transaction.atomic():
            take_transaction_lock("queue", runs[0].visitor)
            waiting = Run.objects.filter(visitor=runs[0].visitor, state=State.QUEUED).count()
            if waiting + len(runs) > MAX_QUEUED:
                raise RunRefused("queue_full")
            if matrix is not None:
                matrix.save(force_insert=True)
            Run.objects.bulk_create(runs)
    except BaseException:
        for run in runs:
            storage.remove_stored_folder(run_folder(run.pk))
        raise
    for run in runs:
        logger.info("run=%s api=%s endpoint=%s submitted", run.pk, run.api, run.endpoint)
        notify_worker(run.pk)


def expected_seconds(api: ImageApi, request: ImageRequest) -> pricing.SecondsRange:
    """Return the range of seconds that `api` will need; the demo takes DEMO_SECONDS."""
    if api.is_builtin:
        return pricing.demo_latency(settings.DEMO_SECONDS)
    return pricing.expected_latency(
        *_size_and_quality(request),
        sources=len(request.images),
        fidelity=request.input_fidelity or "low",
        qualities=api.profile.capabilities(request.model).model.qualities,
        is_slow=request.complexity == "high" or request.output_format in (ANIMATION, VECTOR),
    )


def expected_price(api: ImageApi, request: ImageRequest) -> pricing.Estimate:
    """Return the range of the price at `api` in micro-dollars; approximate where tokens are charged."""
    if not api.profile.priced_by_table:
        return pricing.expected_official_cost(request)
    return pricing.estimate_price(*_size_and_quality(request), request.n or 1)


def _find_existing_run(visitor: str, token: str, content: str, page: str, pressed_at: datetime) -> Run | None:
    """Return the run that this form made already; else the run `page` if the form is its double click."""
    same_form = Run.objects.filter(visitor=visitor, token=token, content=content)
    if token and (run := same_form.only("deleted_at").first()) is not None:
        return run
    run = Run.objects.filter(pk=page, visitor=visitor, deleted_at=None).first() if page else None
    if run is None or pressed_at - run.created_at >= DOUBLE_CLICK:
        return None
    # The page of a run sends the fitted mask, whose hash differs from that of the uploaded one.
    is_same = content in (run.content, content_hash(run.api, run.request(), run.rehearsed))
    return run if is_same else None


def content_hash(api_id: str, request: ImageRequest, rehearsed: str = "", frame: Frame | None = None) -> str:
    """Hash the API, the parameters, the bytes of the files, the rehearsal and the frame of a form."""
    files = [image.digest or _file_hash(image.path) for image in request.files]
    content: list[Any] = [api_id, request.endpoint, request.parameters(), request.mask is not None, files]
    content += [rehearsed] if rehearsed else []
    content += [framing.describe_frame(frame)] if frame else []
    content += [{"markup": True}] if request.markup else []
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _file_hash(path: Path) -> str:
    """Hash a file; return an empty string when it is gone, since `_attach_files` reports that."""
    try:
        with storage.fetch_file(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _run_fields(visitor: str, connection: ApiConnection, request: ImageRequest) -> dict[str, object]:
    seconds = expected_seconds(connection.api, request)
    price = expected_price(connection.api, request)
    return {
        "visitor": visitor,
        "origin": current_request_id.get(),
        "api": connection.api.id,
        "account": connection.api.profile.account,
        "endpoint": request.endpoint,
        "parameters": request.parameters(),
        "sealed_key": key_sealing.seal_key(connection.key),
        "key_fingerprint": connection.fingerprint,
        "key_last4": connection.last4,
        "is_demo": connection.is_demo,
        "expected_low": seconds.low,
        "expected_high": seconds.high,
        "estimate_low": price.low,
        "estimate_high": price.high,
    }


def _find_source_details(files: Sequence[Path]) -> list[_SourceDetails | None]:
    """Return each file's details from the row of a source, run or picture; None when there is none."""
    ids = [path.name.partition(".")[0] for path in files]
    sources = Source.objects.in_bulk(ids)
    return [_find_details(path, sources.get(source_id)) for path, source_id in zip(files, ids, strict=True)]


def _find_details(path: Path, source: Source | None) -> _SourceDetails | None:
    if source is not None and drafts.source_path(source) == path:
        thumbnail = drafts.source_thumbnail_path(source) if source.thumbnail else None
        return _SourceDetails(
            source.width, source.height, source.has_alpha, source.role, thumbnail, parent=source.parent
        )
    run = Run.objects.filter(pk=path.parent.name).first()
    return _details_from_run(run, path) if run is not None else None


def _details_from_run(run: Run, path: Path) -> _SourceDetails | None:
    for number, facts in enumerate(run.sources, start=1):
        if facts["file"] == path.name:
            thumbnail = paths.run_source_thumbnail_path(run, number) if facts.get("thumbnail") else None
            return _SourceDetails(
                facts["width"],
                facts["height"],
                facts.get("has_alpha", False),
                facts.get("role", ""),
                thumbnail,
                facts.get("frame") or {},
                facts.get("parent", ""),
            )
    picture = Picture.objects.filter(run=run, file=path.name).first()
    if picture is None:
        return None
    thumbnail = paths.thumbnail_path(picture) if picture.thumbnail else None
    return _SourceDetails(picture.width, picture.height, picture.has_alpha, thumbnail=thumbnail, parent=picture.place)


def _attach_files(
    run_id: str,
    request: ImageRequest,
    profile: Profile,
    frame: Frame | None,
    annotations: list[dict[str, Any]] | None,
) -> dict[str, Any]:
    """Put the request's files into the run's folder; return the columns about them.

    Leave no file behind on failure. Raises SourceRejected, MaskRejected and FrameError.
    """
    if not request.images:
        return {}
    folder = run_folder(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        names = [image.name for image in request.images]
        stems = [f"source-{number}" for number in range(1, len(names) + 1)]
        mask_name = MASK_NAME
        if frame:
            names[0], stems[0] = framing.framed_name(names[0], frame), "original-1"
            mask_name = framing.ORIGINAL_MASK_NAME
        names = unique_file_names(names)
        details = _find_source_details([image.path for image in request.images])
        sources = [_store_source(folder, *facts) for facts in zip(stems, request.images, names, details, strict=True)]
        mask = _store_mask(folder, request.mask, sources[0], mask_name) if request.mask else ""
        if frame:
            original = {**sources[0], "name": request.images[0].name}
            limits = (_room_for_first(request, profile), profile.max_mask_bytes)
            sources[0], mask = framing.frame_source(
                folder, names[0], original, mask, frame, str(request.size), limits
            )
        if request.markup:
            _store_drawing(request.markup.path, folder / MARKUP_NAME)
        elif annotations:
            sources[-1]["is_notes"] = True
    except BaseException:
        storage.remove_stored_folder(folder)
        raise
    return {
        "sources": sources,
        "mask": mask,
        "annotations": annotations,
        "markup": MARKUP_NAME if request.markup else "",
        "bytes": disk.folder_bytes([folder]),
    }


def _line_of_parents(visitor: str, sources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the columns `family` and `lineage` of a run with these sources; the first that is a result counts."""
    parent = next((facts["parent"] for facts in sources if facts.get("parent")), "")
    if not parent:
        return {}
    run_id = parent.partition("/")[0]
    run = Run.objects.filter(pk=run_id, visitor=visitor).only("family", "lineage").first()
    earlier = (run.lineage if run else None) or []
    return {"family": run.family if run and run.family else run_id, "lineage": [*earlier, parent][-MAX_LINEAGE:]}


def _first_size(request: ImageRequest) -> Size:
    """Return the pixels of the first source. Raises SourceRejected."""
    first = request.images[0]
    details = _find_source_details([first.path])[0]
    try:
        return (details.width, details.height) if details else decode.read_size(storage.fetch_file(first.path))
    except FileNotFoundError:
        raise SourceRejected("gone", first.name) from None
    except PictureError as error:
        raise SourceRejected(rejection_reason(error.reason), first.name) from error


def _room_for_first(request: ImageRequest, profile: Profile) -> int:
    """Return how many bytes the first source may have beside the others."""
    if not profile.max_total_bytes:
        return profile.max_file_bytes
    others = sum(image.size for image in request.images[1:])
    return max(1, min(profile.max_file_bytes, profile.max_total_bytes - others))


def _store_source(
    folder: Path, stem: str, image: schemas.SourceImage, name: str, details: _SourceDetails | None
) -> dict[str, Any]:
    file = f"{stem}{image.path.suffix}"
    try:
        thumbnail = _store_picture(folder, stem, image.path, folder / file, details)
        width, height = (details.width, details.height) if details else decode.read_size(image.path)
    except FileNotFoundError:
        raise SourceRejected("gone", image.name) from None
    except PictureError as error:
        raise SourceRejected(rejection_reason(error.reason), image.name) from error
    return {
        "name": name,
        "file": file,
        "thumbnail": thumbnail,
        "media_type": image.media_type,
        "size": image.size,
        "width": width,
        "height": height,
        "has_alpha": details.has_alpha if details else False,
        "role": details.role if details else "",
        "digest": image.digest,
        "parent": details.parent if details else "",
        **_keep_frame(folder, image.path.parent, details.frame if details else {}),
    }


def _keep_frame(folder: Path, other: Path, frame: dict[str, Any]) -> dict[str, Any]:
    """Take over how a source of another run was framed, with the files that it was made from."""
    if not frame:
        return {}
    original = frame["original"]
    try:
        for name in filter(None, (original["file"], original["thumbnail"], frame["mask"])):
            link_file(other / name, folder / name)
    except FileNotFoundError:
        return {}
    return {"frame": frame}


def _store_picture(folder: Path, stem: str, path: Path, target: Path, details: _SourceDetails | None) -> str:
    """Put a picture into the run's folder; return the name of its thumbnail, empty when it has none."""
    if not path.is_relative_to(paths.forms_folder()):
        link_file(path, target)
        return _store_thumbnail(folder, stem, details)
    # A copy with annotations, drawn for this run.
    _store_drawing(path, target)
    thumbnail = folder / f"{stem}.thumbnail.webp"
    sandbox.make_thumbnail(target, thumbnail)
    storage.store_file(thumbnail)
    return thumbnail.name


def _store_drawing(path: Path, target: Path) -> None:
    shutil.copyfile(path, target)
    storage.store_file(target)


def _store_thumbnail(folder: Path, stem: str, details: _SourceDetails | None) -> str:
    name = f"{stem}.thumbnail.webp"
    if details is None or details.thumbnail is None:
        return ""
    try:
        link_file(details.thumbnail, folder / name)
    except FileNotFoundError:
        return ""
    return name


def _store_mask(folder: Path, mask: schemas.SourceImage, first: dict[str, Any], name: str) -> str:
    """Put the mask into the run's folder; fit it unless that was done when it came into a draft."""
    target = folder / name
    try:
        if is_stored(mask.path):
            link_file(mask.path, target)
        else:
            sandbox.fit_mask(mask.path, target, (first["width"], first["height"]))
            storage.store_file(target)
    except FileNotFoundError:
        raise MaskRejected("broken") from None
    except PictureError as error:
        raise MaskRejected(rejection_reason(error.reason)) from error
    return name


def _size_and_quality(request: ImageRequest) -> tuple[str, str]:
    size = request.size or PARAMETER["size"].default_for(request.endpoint) or AUTO
    quality = request.quality or PARAMETER["quality"].default_for(request.endpoint) or AUTO
    return str(size), str(quality)
