"""Content Credentials of a picture: shown, kept in the download as returned, and announced where they end."""

import io

import pytest
from PIL import Image

from playground.imaging import decode
from playground.runs import paths
from tests.factories import BASE, a_picture, a_run, a_visitor, picture_bytes
from tests.helpers.credentials import with_credentials

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    return a_visitor(client)


def a_signed_picture(name="png", **facts):
    run = a_run(parameters=facts.pop("parameters", {}))
    data = with_credentials(name, picture_bytes(name))
    picture = a_picture(run, 1, name, has_credentials=True, **{"size": len(data), **facts})
    paths.picture_path(picture).write_bytes(data)
    return run, data


def downloaded(client, run, rest="", **query):
    response = client.get(f"{BASE}runs/{run.pk}/pictures/1/{rest}", {"download": "1", **query})
    return b"".join(response.streaming_content)


def test_the_picture_wears_a_badge(alice):
    run, _ = a_signed_picture()
    assert alice.get(f"{BASE}runs/{run.pk}/").text.count("data-credentials\n") == 1


def test_a_picture_without_them_says_nothing_about_them(alice):
    run = a_run(pictures=1)
    assert "Content Credentials" not in alice.get(f"{BASE}runs/{run.pk}/").text


@pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
@pytest.mark.parametrize(
    "query", [{}, {"format": "own"}, {"format": "own", "matte": "#ffffff"}, {"format": "own", "flatten": "1"}]
)
def test_the_download_as_returned_keeps_every_byte(alice, name, query):
    run, data = a_signed_picture(name)
    # The form of the options always sends a colour.
    assert downloaded(alice, run, **{key: name if value == "own" else value for key, value in query.items()}) == data


@pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
def test_they_end_where_the_page_says_before_the_download(alice, tmp_path, name):
    run, _ = a_signed_picture(name)
    assert "lose them" in alice.get(f"{BASE}runs/{run.pk}/").text
    other = "webp" if name != "webp" else "png"
    path = tmp_path / "converted"
    path.write_bytes(downloaded(alice, run, format=other))
    facts = decode.read_header(path)
    assert (facts.format, facts.has_credentials) == (other, False)


def test_the_locked_picture_says_that_it_has_none(alice):
    run, _ = a_signed_picture(locked="1.locked.png")
    run.sources = [{"name": "a.png", "file": "a.png", "width": 8, "height": 6, "size": 9, "media_type": "image/png"}]
    run.save()
    assert "The locked image has no Content Credentials" in alice.get(f"{BASE}runs/{run.pk}/").text


def test_the_archive_of_a_run_keeps_them(alice):
    run, data = a_signed_picture()
    response = alice.get(f"{BASE}runs/{run.pk}/zip/")
    assert data in b"".join(response.streaming_content)


def xmp_of(data):
    return Image.open(io.BytesIO(data)).getxmp()["xmpmeta"]["RDF"]["Description"]


@pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
def test_a_download_can_carry_prompt_model_and_date(alice, name):
    run = a_run(api="mine", prompt="水墨狐狸 <&> 'fox'\x01\x1b", pictures=1)
    found = xmp_of(downloaded(alice, run, format=name, metadata="1"))
    assert found["description"]["Alt"]["li"]["text"] == "水墨狐狸 <&> 'fox'"
    assert (found["AIPromptInformation"], found["CreatorTool"]) == ("水墨狐狸 <&> 'fox'", "gpt-image-2")
    assert found["CreateDate"][:10] == run.finished_at.date().isoformat()
    assert found["DigitalSourceType"].endswith("/trainedAlgorithmicMedia")


@pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
def test_nothing_is_carried_unless_asked(alice, name):
    picture = Image.open(io.BytesIO(downloaded(alice, a_run(prompt="Secret fox", pictures=1), format=name)))
    assert picture.getxmp() == {}


def test_the_longest_prompt_fits_into_a_jpeg(alice):
    run = a_run(prompt="狐" * 32_000, pictures=1)
    prompt = xmp_of(downloaded(alice, run, format="jpeg", metadata="1"))["AIPromptInformation"]
    assert len(prompt) > 5_000 and prompt.endswith("狐…")


def test_a_drawing_of_the_demo_does_not_claim_to_be_the_models(alice):
    found = xmp_of(downloaded(alice, a_run(is_demo=True, pictures=1), format="png", metadata="1"))
    assert "Demo renderer" in found["CreatorTool"] and found["DigitalSourceType"].endswith("/algorithmicMedia")


def test_a_download_with_metadata_is_another_file_than_one_without(alice):
    run = a_run(pictures=1)
    assert downloaded(alice, run, format="webp", metadata="1") != downloaded(alice, run, format="webp")
