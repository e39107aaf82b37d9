"""The card of a picture that was requested with a transparent background."""

import io

import pytest
from PIL import Image

from tests.factories import BASE, a_picture, a_run, a_visitor

pytestmark = pytest.mark.django_db
CLEAN = {"transparent": 0.43, "translucent": 0.004, "has_checkerboard": False, "has_light_halo": False}


@pytest.fixture
def alice(client):
    return a_visitor(client)


def page(client, facts, *, background="transparent", alpha=True):
    run = a_run(parameters={"background": background})
    a_picture(run, 1, alpha=alpha, transparency=facts)
    return client.get(f"{BASE}runs/{run.pk}/").text


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (CLEAN, "Real transparency, 43%."),
        (CLEAN | {"translucent": 0.12}, "Real transparency, 43%, and 12% half-transparent."),
        (CLEAN | {"transparent": 0.9996}, "Real transparency, 99%."),
        (CLEAN | {"has_light_halo": True}, "Real transparency, 43%. There is a light halo at the edges."),
        (
            CLEAN | {"transparent": 0, "has_checkerboard": True},
            "No transparency: the checkerboard is part of the image.",
        ),
        (CLEAN | {"transparent": 0, "translucent": 0}, "No transparency: the whole image is opaque."),
    ],
)
def test_the_card_says_what_was_found(alice, facts, text):
    assert text in page(alice, facts)


@pytest.mark.parametrize(("facts", "background"), [(None, "transparent"), (CLEAN, "auto")])
def test_nothing_is_said_about_what_was_not_requested_or_not_looked_at(alice, facts, background):
    assert "data-transparency" not in page(alice, facts, background=background)


@pytest.mark.parametrize("changes", [{}, {"has_light_halo": True}, {"transparent": 0, "has_checkerboard": True}])
def test_a_variation_is_offered_once(alice, changes):
    # The other one stands over the picture.
    assert page(alice, CLEAN | changes).count('name="variation"') == 2


def pixel(client, run, **query):
    response = client.get(f"{BASE}runs/{run.pk}/pictures/1/", query)
    picture = Image.open(io.BytesIO(b"".join(response.streaming_content)))
    return picture.mode, picture.getpixel((3, 3))


def test_a_transparent_picture_can_be_flattened_on_a_colour_in_its_own_format(alice):
    run = a_run()
    a_picture(run, 1, alpha=True)
    assert pixel(alice, run, format="png", flatten="1", matte="#0000ff") == ("RGB", (100, 15, 142))


def test_white_is_the_ground_unless_another_colour_is_given(alice):
    run = a_run()
    a_picture(run, 1, alpha=True)
    assert pixel(alice, run, format="png", flatten="1") == ("RGB", (227, 142, 142))


def test_the_colour_alone_flattens_no_png(alice):
    run = a_run()
    a_picture(run, 1, alpha=True)
    assert pixel(alice, run, format="png", matte="#0000ff") == ("RGBA", (200, 30, 30, 128))
