"""Have an image API check the provenance of a picture, and keep its answer with the picture."""

from dataclasses import asdict

from django.conf import settings
from django.utils import timezone

from playground.core.db.transactions import release_connection
from playground.core.files import storage
from playground.imageapi.client.request import SourceMissingError
from playground.imageapi.client.small_requests import check_provenance
from playground.imageapi.providers import ImageApi
from playground.imageapi.schemas import SourceImage
from playground.runs import paths
from playground.runs.models import Picture, Run
from playground.runs.services.results import update_run


def checking_api(run: Run) -> ImageApi | None:
    """Return the API of the run if it checks the provenance of pictures, else None."""
    api = settings.IMAGE_APIS.get(run.api)
    return api if api is not None and api.profile.checks_provenance else None


def check_picture(picture: Picture, api: ImageApi, key: str) -> None:
    """Check the picture once and store the answer. Raises ApiError, and FileNotFoundError when its file is gone."""
    if picture.provenance is not None:
        return
    path = storage.fetch_file(paths.picture_path(picture))
    source = SourceImage(path, picture.file, picture.media_type, path.stat().st_size)
    listed = [listed_api.base_url for listed_api in settings.IMAGE_APIS.values()]
    # The API may take a minute.
    release_connection()
    try:
        check = check_provenance(api, key, source, listed=listed, now=timezone.now())
    except SourceMissingError as error:
        raise FileNotFoundError(path) from error
    picture.provenance = asdict(check)
    picture.save(update_fields=["provenance"])
    update_run(picture.run_id)
