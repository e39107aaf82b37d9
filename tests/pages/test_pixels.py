"""The pixels of a picture, for mask editors in browsers that hide them from pages."""

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories import BASE, a_visitor
from tests.pages.edit_files import a_mask, an_image

pytestmark = pytest.mark.django_db
PIXELS = f"{BASE}edit/pixels/"


@pytest.fixture
def alice(client):
    return a_visitor(client)


def rgba(response, size):
    assert response["Content-Encoding"] == "gzip"
    return Image.frombytes("RGBA", size, gzip.decompress(response.content))


def test_a_mask_comes_back_pixel_by_pixel(alice):
    response = alice.post(PIXELS, {"image": a_mask(size=(64, 48), box=(8, 8, 16, 16)), "width": 64, "height": 48})
    read = rgba(response, (64, 48)).getchannel("A")
    assert response["X-Picture-Size"] == "64x48"
    assert read.point(lambda alpha: 255 - alpha).getbbox() == (8, 8, 16, 16)


def test_another_size_is_fitted_and_the_original_size_is_returned(alice):
    response = alice.post(PIXELS, {"image": a_mask(size=(128, 96), box=(16, 16, 48, 48)), "width": 64, "height": 48})
    assert response["X-Picture-Size"] == "128x96"
    assert rgba(response, (64, 48)).getpixel((16, 16))[3] == 0


def test_a_file_that_is_not_an_image_is_rejected_with_a_message(alice):
    notes = SimpleUploadedFile("notes.png", b"no picture", "image/png")
    response = alice.post(PIXELS, {"image": notes, "width": 64, "height": 48})
    assert response.status_code == 422
    assert "“notes.png” isn't a PNG, JPEG or WebP image." in response.text


@pytest.mark.parametrize("size", [{"width": 0, "height": 9}, {"width": 9}, {"width": 3841, "height": 2160}])
def test_sizes_that_no_mask_editor_asks_for_are_refused(alice, size):
    assert alice.post(PIXELS, {"image": an_image(), **size}).status_code == 400


def test_only_posts_of_visitors_are_answered(client):
    assert client.post(PIXELS, {"image": an_image(), "width": 64, "height": 48}).status_code == 404
    assert a_visitor(client).get(PIXELS).status_code == 405
