"""Findings in pictures that were requested with a transparent background, on pictures built for it."""

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from playground.imaging.transparency import measure_transparency

SIDE = 320


def a_disc(colour=(40, 60, 120, 255), *, radius=100, blur=0.8):
    """A disc with soft edges on nothing."""
    alpha = Image.new("L", (SIDE, SIDE), 0)
    middle = SIDE / 2
    ImageDraw.Draw(alpha).circle((middle, middle), radius, fill=255)
    disc = Image.new("RGBA", (SIDE, SIDE), colour)
    disc.putalpha(alpha.filter(ImageFilter.GaussianBlur(blur)))
    return disc


def a_board(tile, light=255, dark=204, *, size=(SIDE, SIDE)):
    """A painted checkerboard."""
    board = Image.new("RGB", size, (light,) * 3)
    draw = ImageDraw.Draw(board)
    for left in range(0, size[0], tile):
        for top in range((left // tile % 2) * tile, size[1], tile * 2):
            draw.rectangle((left, top, left + tile - 1, top + tile - 1), fill=(dark,) * 3)
    return board


def with_subject(ground):
    """A disc and a foot that leaves the picture at the bottom."""
    draw = ImageDraw.Draw(ground)
    width, height = ground.size
    draw.circle((width / 2, height / 2), min(width, height) * 0.3, fill=(160, 70, 30))
    draw.rectangle((width * 0.3, height * 0.6, width * 0.7, height), fill=(90, 40, 20))
    return ground


def as_painted(board):
    """Soft and noisy, as a model paints it."""
    noise = Image.effect_noise(board.size, 12).convert("L")
    return ImageChops.add(board.filter(ImageFilter.GaussianBlur(1)), Image.merge("RGB", [noise] * 3), 1, -128)


def test_the_share_of_transparent_pixels_is_measured():
    picture = Image.new("RGBA", (100, 100), (200, 30, 30, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 43, 100))
    picture.paste((200, 30, 30, 128), (43, 0, 50, 100))
    facts = measure_transparency(picture)
    assert (round(facts.transparent, 2), round(facts.translucent, 2)) == (0.43, 0.07)


def test_an_alpha_channel_that_is_opaque_everywhere_is_no_transparency():
    facts = measure_transparency(Image.new("RGBA", (64, 64), (9, 9, 9, 255)))
    assert (facts.transparent, facts.translucent, facts.has_checkerboard) == (0, 0, False)


@pytest.mark.parametrize("mode", ["P", "L", "I;16", "CMYK", "LA", "1"])
def test_every_mode_can_be_measured(mode):
    assert measure_transparency(Image.new("L", (64, 64), 1).convert(mode)).transparent == 0


@pytest.mark.parametrize("tile", [8, 13, 20, 32])
@pytest.mark.parametrize("greys", [(255, 204), (255, 230), (153, 102), (68, 51)])
def test_a_painted_checkerboard_is_found_around_a_subject(tile, greys):
    assert measure_transparency(with_subject(a_board(tile, *greys))).has_checkerboard


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_checkerboard_is_found_as_a_model_paints_it(mode):
    board = as_painted(with_subject(a_board(24, size=(1536, 1024)))).convert(mode)
    assert measure_transparency(board).has_checkerboard


def stripes(*, slanted=False):
    picture = Image.new("L", (SIDE, SIDE))
    picture.putdata([204 + 51 * (((x + y * slanted) // 16) % 2) for y in range(SIDE) for x in range(SIDE)])
    return picture.convert("RGB")


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (SIDE, SIDE), "white"),
        with_subject(Image.new("RGB", (SIDE, SIDE), (240, 240, 240))),
        Image.linear_gradient("L").resize((SIDE, SIDE)).convert("RGB"),
        Image.effect_noise((SIDE, SIDE), 60).convert("RGB"),
        stripes(),
        stripes(slanted=True),
        a_board(32, 255, 0),
        ImageChops.multiply(a_board(16), Image.new("RGB", (SIDE, SIDE), (255, 160, 90))),
        Image.new("RGB", (3, 2)),
    ],
    ids=["white", "studio", "gradient", "noise", "stripes", "slanted", "chessboard", "orange", "tiny"],
)
def test_other_grounds_are_no_painted_checkerboard(picture):
    assert not measure_transparency(picture).has_checkerboard


def test_a_subject_cut_out_of_a_white_ground_has_a_light_halo():
    disc = a_disc()
    white = Image.new("RGBA", disc.size, "white")
    matted = Image.alpha_composite(white, disc)
    # The alpha is a little wider than the subject, so that some of the white ground came along.
    matted.putalpha(a_disc(radius=102).getchannel("A"))
    assert measure_transparency(matted).has_light_halo


@pytest.mark.parametrize(
    "picture",
    [
        a_disc(),
        a_disc((250, 250, 250, 255)),
        a_disc(blur=6),
        a_disc((40, 60, 120, 128)),
        Image.alpha_composite(a_disc((255, 255, 255, 255), radius=110), a_disc(radius=80)),
        Image.new("RGBA", (SIDE, SIDE)),
        Image.new("RGBA", (3, 2), (255, 255, 255, 100)),
    ],
    ids=["dark", "light", "soft", "glass", "white border", "nothing", "tiny"],
)
def test_a_clean_edge_has_no_halo(picture):
    assert not measure_transparency(picture).has_light_halo
