"""Files of pictures: unchanged, converted, as thumbnails, as previews, and as a ZIP."""

import io
import zipfile

import pytest
from PIL import Image

from playground.runs import paths
from playground.runs.models import State
from playground.runs.services.results import decode_pictures
from tests.factories import BASE, a_picture, a_run, a_visitor, picture_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    return a_visitor(client)


def address(run, number=1, rest=""):
    return f"{BASE}runs/{run.pk}/pictures/{number}/{rest}"


def body(response):
    return b"".join(response.streaming_content)


def test_the_bytes_are_those_of_the_api(alice):
    response = alice.get(address(a_run(pictures=1)))
    assert body(response) == picture_bytes()
    assert response["Content-Type"] == "image/png"


def test_it_is_inert_and_private(alice):
    response = alice.get(address(a_run(pictures=1)))
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"].startswith("private")


def test_a_picture_that_the_browser_has_is_not_sent_again(alice):
    where = address(a_run(pictures=1))
    etag = alice.get(where)["ETag"]
    assert alice.get(where, headers={"If-None-Match": etag}).status_code == 304


def test_head_returns_the_size_without_a_body(alice):
    response = alice.head(address(a_run(pictures=1)))
    assert int(response["Content-Length"]) == len(picture_bytes())


@pytest.mark.parametrize(("name", "pillow"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_every_format_can_be_downloaded(alice, name, pillow):
    response = alice.get(address(a_run(pictures=1)), {"format": name, "download": "1"})
    assert Image.open(io.BytesIO(body(response))).format == pillow
    assert response["Content-Disposition"].startswith("attachment")


def test_its_own_format_is_the_bytes_of_the_api(alice):
    run = a_run()
    a_picture(run, 1, "webp")
    assert body(alice.get(address(run), {"format": "webp"})) == picture_bytes("webp")


def test_jpeg_lays_transparency_on_the_matte(alice):
    run = a_run()
    a_picture(run, 1, alpha=True)
    response = alice.get(address(run), {"format": "jpeg", "quality": "100", "matte": "#0000ff"})
    red, green, blue = Image.open(io.BytesIO(body(response))).getpixel((3, 3))
    assert abs(red - 100) < 5 and green < 25 and abs(blue - 142) < 5


@pytest.mark.parametrize(
    "asked", [{"format": "gif"}, {"quality": "101"}, {"quality": "５"}, {"matte": "red"}, {"matte": "../../x"}]
)
def test_a_wrong_parameter_gets_a_message(alice, asked):
    response = alice.get(address(a_run(pictures=1)), asked)
    assert response.status_code == 400
    assert "must be" in response.text


def test_a_picture_that_cannot_be_converted_can_still_be_downloaded(alice):
    run = a_run(pictures=1)
    paths.picture_path(run.pictures.get()).write_bytes(b"\x89PNG broken")
    response = alice.get(address(run), {"format": "jpeg"})
    assert response.status_code == 422
    assert "as the API delivered it" in response.text


def test_a_picture_whose_file_is_gone_is_not_found(alice):
    run = a_run(pictures=1)
    paths.picture_path(run.pictures.get()).unlink()
    assert alice.get(address(run)).status_code == 404
    assert alice.get(address(run), {"format": "jpeg"}).status_code in (404, 422)


@pytest.mark.parametrize("number", ["0", "2", "01", "１", "99999999999999999999", "-1"])
def test_other_numbers_are_not_found(alice, number):
    assert alice.get(address(a_run(pictures=1), number)).status_code == 404


def test_posting_is_refused(alice):
    assert alice.post(address(a_run(pictures=1))).status_code == 405


def test_the_thumbnail_is_the_picture_until_there_is_one(alice):
    assert alice.get(address(a_run(pictures=1), 1, "thumbnail/"))["Content-Type"] == "image/png"


def test_the_downloads_part_names_true_sizes(alice):
    run = a_run(pictures=1)
    sizes = [one.size_label for one in alice.get(address(run, 1, "downloads/")).context["downloads"]]
    assert all(sizes) and len(sizes) == 3


def test_a_preview_is_shown_by_what_it_is(alice):
    run = a_run(state=State.RUNNING, previews={"1": 2})
    paths.run_folder(run.pk).mkdir(parents=True)
    paths.preview_path(run.pk, 1).write_bytes(picture_bytes("webp"))
    assert alice.get(f"{BASE}runs/{run.pk}/previews/1/?step=2")["Content-Type"] == "image/webp"


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b""])
def test_a_preview_that_is_no_picture_is_not_shown(alice, content):
    run = a_run(state=State.RUNNING)
    paths.run_folder(run.pk).mkdir(parents=True)
    paths.preview_path(run.pk, 1).write_bytes(content)
    assert alice.get(f"{BASE}runs/{run.pk}/previews/1/").status_code == 404


def unzipped(response):
    return zipfile.ZipFile(io.BytesIO(body(response)))


def test_the_zip_holds_all_pictures_under_readable_names(alice):
    run = a_run(prompt="赛博朋克 street", pictures=2)
    names = unzipped(alice.get(f"{BASE}runs/{run.pk}/zip/")).namelist()
    assert len(names) == 2 and all("赛博朋克" in name for name in names)


def test_a_run_without_pictures_has_no_zip(alice):
    assert alice.get(f"{BASE}runs/{a_run().pk}/zip/").status_code == 404


def test_the_zip_says_its_length_before_it_is_sent(alice):
    response = alice.get(f"{BASE}runs/{a_run(pictures=3).pk}/zip/")
    assert response.streaming and int(response["Content-Length"]) == len(body(response))


def test_a_zip_of_deleted_files_is_not_found(alice):
    run = a_run(pictures=1)
    paths.picture_path(run.pictures.get()).unlink()
    assert alice.get(f"{BASE}runs/{run.pk}/zip/").status_code == 404


@pytest.mark.parametrize(("alpha", "media_type"), [(False, "image/jpeg"), (True, "image/webp")])
def test_only_the_thumbnail_of_a_transparent_picture_can_be_transparent(alice, alpha, media_type):
    run = a_run()
    picture = a_picture(run, alpha=alpha, decoding="pending")
    decode_pictures(run, [picture])
    response = alice.get(address(run, 1, "thumbnail/"))
    shown = Image.open(io.BytesIO(body(response)))
    assert (response["Content-Type"], shown.get_format_mimetype()) == (media_type, media_type)
    assert shown.has_transparency_data == alpha
