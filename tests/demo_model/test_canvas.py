from random import Random

from playground.demo_model.paint.canvas import Canvas
from playground.demo_model.paint.fills import Ramp, noise
from playground.demo_model.paint.stencil import Stencil

SIZE = (40, 30)


def test_a_stencil_is_cut_at_the_canvas():
    assert Stencil(SIZE).rectangle(-50, -50, 500, 500).mask().box == (0, 0, 40, 30)


def test_an_empty_or_distant_stencil_paints_nothing():
    canvas = Canvas(SIZE)
    canvas.paint(Stencil(SIZE), (255, 0, 0))
    canvas.paint(Stencil(SIZE).ellipse(500, 500, 3), (255, 0, 0))
    assert canvas.picture.getextrema() == ((0, 0),) * 3


def test_ink_zero_cuts_a_hole():
    mask = Stencil(SIZE).rectangle(0, 0, 40, 30).ellipse(20, 15, 5, ink=0).mask()
    assert (mask.image.getpixel((20, 15)), mask.image.getpixel((1, 1))) == (0, 255)


def test_edges_on_a_clear_canvas_keep_the_pure_colour():
    canvas = Canvas(SIZE, clear=True)
    canvas.paint(Stencil(SIZE, 3).ellipse(20, 15, 8.5), (250, 100, 50))
    edge = [pixel for pixel in canvas.result().get_flattened_data() if 60 < pixel[3] < 200]
    assert edge
    assert all(abs(pixel[0] - 250) < 8 and abs(pixel[2] - 50) < 8 for pixel in edge)


def test_light_only_brightens():
    canvas = Canvas(SIZE)
    canvas.fill((100, 100, 100))
    canvas.light(Stencil(SIZE).rectangle(0, 0, 40, 30), (80, 0, 0))
    assert canvas.picture.getpixel((5, 5))[0] > 100
    assert canvas.picture.getpixel((5, 5))[1:] == (100, 100)


def test_a_shadow_reaches_past_its_shape():
    canvas = Canvas(SIZE)
    canvas.fill((200, 200, 200))
    canvas.shadow(Stencil(SIZE).rectangle(15, 10, 25, 20), 3, 1.0)
    assert canvas.picture.getpixel((12, 15))[0] < 200


def test_a_ramp_runs_from_its_first_to_its_last_colour():
    picture = Ramp([(0, 0, 0), (240, 120, 60)]).image((8, 200))
    assert picture.getpixel((3, 0)) < (6, 6, 6)
    assert picture.getpixel((3, 199)) > (230, 110, 50)


def test_noise_falls_the_same_way_for_the_same_dice():
    assert noise(SIZE, Random(4)).tobytes() == noise(SIZE, Random(4)).tobytes()
