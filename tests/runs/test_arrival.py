"""What is looked at when a picture arrives: Content Credentials, and the transparency that was requested."""

import io

import pytest
from PIL import Image

from playground.imageapi.schemas import ReceivedPicture
from playground.runs import paths
from playground.runs.models import Picture
from playground.runs.services import results
from tests.factories import a_run, picture_bytes
from tests.helpers.credentials import with_credentials

pytestmark = pytest.mark.django_db


def arrived(data: bytes, background: str = "auto") -> Picture:
    run = a_run("alice", parameters={"background": background})
    folder = paths.run_folder(run.pk)
    folder.mkdir(parents=True)
    path = folder / "received-1.part"
    path.write_bytes(data)
    picture = results.store_picture(run, ReceivedPicture(0, path))
    results.decode_pictures(run, [picture])
    return Picture.objects.get(pk=picture.pk)


@pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
def test_content_credentials_are_noticed_and_kept(name):
    data = with_credentials(name, picture_bytes(name))
    picture = arrived(data)
    assert picture.has_credentials and picture.thumbnail
    assert paths.picture_path(picture).read_bytes() == data


def test_a_manifest_of_garbage_does_not_cost_the_picture():
    assert arrived(with_credentials("jpeg", picture_bytes("jpeg"), b"\xff" * 40)).thumbnail


def a_half() -> bytes:
    picture = Image.new("RGBA", (100, 50), (200, 30, 30, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 43, 50))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def test_requested_transparency_is_measured():
    facts = arrived(a_half(), "transparent").transparency
    assert facts == {"transparent": 0.43, "translucent": 0, "has_checkerboard": False, "has_light_halo": False}


def test_transparency_that_nobody_requested_is_not():
    assert arrived(a_half()).transparency is None
