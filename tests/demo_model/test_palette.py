from random import Random

import pytest

from playground.demo_model.paint.colour import contrast, mix, pick_legible
from playground.demo_model.paint.palette import FAMILIES, NAMED, choose_palette, named_colour
from playground.demo_model.scene import Scene
from playground.demo_model.vocabulary import COLOURS, TIMES, WEATHERS


def test_every_time_and_weather_has_a_family():
    assert {*TIMES, *WEATHERS} == set(FAMILIES)


def test_every_colour_word_has_a_colour():
    assert set(COLOURS) == set(NAMED)


def test_wanted_colours_become_the_accents():
    palette = choose_palette(Scene("sea", colours=("red", "gold")), "day", Random(1))
    assert palette.accents[:2] == (named_colour("red"), named_colour("gold"))


@pytest.mark.parametrize("ground", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (200, 60, 50)])
def test_words_are_legible_on_any_ground(ground):
    assert contrast(pick_legible(ground, (120, 120, 120)), ground) >= 4.5


def test_mixing_ends_at_both_colours():
    assert mix((0, 10, 20), (200, 100, 50), -1) == (0, 10, 20)
    assert mix((0, 10, 20), (200, 100, 50), 2) == (200, 100, 50)
