"""GIF and SVG results: shown as images, downloaded as they are, never converted or sent with an edit."""

import io
import zipfile

import pytest
from PIL import Image

from playground.imageapi.providers import PROFILES, ImageApi
from playground.runs.models import Run
from tests.factories import BASE, claim_and_execute_run
from tests.fake_provider.fixtures import provider
from tests.fake_provider.official import SVG
from tests.pages.edit_files import EDIT

__all__ = ["provider"]
pytestmark = pytest.mark.django_db(transaction=True)
BRIEF = {"prompt": "A fox", "api": "mine", "key": "sk-proj-0123456789abcdef", "model": "gpt-image-2.6-flare"}


@pytest.fixture
def done(settings, client, provider):
    """Send a form with this output_format, and return the page of its run."""

    def run(output_format: str, **entries):
        mine = ImageApi("mine", PROFILES["openai"], provider.url("official"))
        settings.IMAGE_APIS = {**settings.IMAGE_APIS, "mine": mine}
        response = client.post(BASE, BRIEF | {"output_format": output_format} | entries)
        assert response.status_code == 303, response.context["form"].errors
        claim_and_execute_run(Run.objects.get().pk)
        assert Run.objects.get().state == "succeeded"
        return client.get(response["Location"])

    return run


def picture_url(rest="") -> str:
    return f"{BASE}runs/{Run.objects.get().pk}/pictures/1/{rest}"


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_gif_is_shown_whole_and_downloads_with_all_its_frames(client, done):
    page = done("gif", frame_count="5")
    assert f'<img data-picture="1" src="{picture_url()}" width="64" height="64"' in page.text
    response = client.get(picture_url(), {"format": "gif", "download": "1"})
    assert response["Content-Type"] == "image/gif" and response["Content-Disposition"].endswith('.gif"')
    assert Image.open(io.BytesIO(body(response))).n_frames == 5


def test_a_gif_has_a_small_still_picture_for_the_strip(client, done):
    done("gif")
    response = client.get(picture_url("thumbnail/"))
    assert response["Content-Type"] == "image/jpeg" and body(response).startswith(b"\xff\xd8\xff")


def test_an_svg_is_an_image_and_never_part_of_the_page(client, done):
    page = done("svg")
    assert f'<img data-picture="1" src="{picture_url()}"' in page.text
    assert SVG.decode() not in page.text and "teal" not in page.text
    response = client.get(picture_url())
    assert (response["Content-Type"], body(response)) == ("image/svg+xml", SVG)
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_svg_downloads_as_it_is_and_is_its_own_thumbnail(client, done):
    done("svg")
    response = client.get(picture_url(), {"format": "svg", "download": "1"})
    assert body(response) == SVG and response["Content-Disposition"].startswith("attachment")
    assert client.get(picture_url("thumbnail/"))["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("name", ["gif", "svg"])
def test_only_its_own_format_is_offered(client, done, name):
    page = done(name)
    assert page.text.count("data-format=") == 1 and f'data-format="{name}"' in page.text
    assert client.get(picture_url(), {"format": "png"}).status_code == 400
    assert client.get(picture_url("downloads/")).status_code == 200


@pytest.mark.parametrize("name", ["gif", "svg"])
def test_it_cannot_become_the_source_of_an_edit(client, done, name):
    page = done(name)
    assert 'name="variation"' not in page.text
    response = client.post(f"{BASE}edit/from/{Run.objects.get().pk}/1/", follow=True)
    assert "PNG, JPEG or WebP image. Save it" in response.text
    assert client.get(EDIT).context["draft_sources"] == []


@pytest.mark.parametrize(("name", "offered"), [("gif", True), ("svg", False)])
def test_only_pictures_that_the_api_reads_can_be_checked_for_their_origin(done, name, offered):
    assert ("Check provenance" in done(name).text) == offered


def test_the_tokens_that_wrote_an_svg_are_in_its_price(done):
    done("svg")
    assert Run.objects.get().price == 2 * (1000 * 30) + 40 * 8 + (10 + 50) * 5


def test_a_zip_holds_them_with_their_endings(client, done):
    done("gif", n="2")
    archive = zipfile.ZipFile(io.BytesIO(body(client.get(f"{BASE}runs/{Run.objects.get().pk}/zip/"))))
    assert [name.rpartition(".")[2] for name in archive.namelist()] == ["gif", "gif"]


def test_the_size_of_the_answer_is_shown_as_it_comes(done):
    page = done("png", size="1536x864")
    assert "&quot;size&quot;: &quot;1536x864&quot;" in page.text or "1536x864" in page.context["code"]().response.body
