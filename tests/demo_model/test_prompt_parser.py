import time

import pytest

from playground.demo_model.prompt_parser import parse_prompt


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("A cyberpunk Tokyo street at night, neon reflecting in rain puddles", "street"),
        ("A small ceramic vase with sunflower, photorealistic", "still_life"),
        ('A vintage poster, bold black text "MORNING COFFEE", geometric shapes', "poster"),
        ("A serene Japanese garden with a koi pond", "garden"),
        ("山间湖泊的清晨，薄雾，远处雪山", "mountains"),
        ("复古海报，大字「早安」，橙色与米色", "poster"),
        ("一只橘猫坐在窗台上", "animal"),
        ("上海的夜晚", "city"),
        ("coffee shop interior with plants", "interior"),
        ("portrait of a woman in a garden", "portrait"),
        ("a girl in a red dress", "portrait"),
        ("portrait of a cat in a garden", "animal"),
        ("海边的沙滩", "sea"),
        ("太空中的行星", "space"),
        ("colourless green ideas", "abstract"),
        ("", "abstract"),
    ],
)
def test_a_prompt_names_its_kind_of_picture(prompt, kind):
    assert parse_prompt(prompt).kind == kind


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("red convertible on a coast road", "car"),
        ("a girl reading in a library", "portrait"),
        ("An old fisherman by the sea at dawn", "portrait"),
        ("a house with a vase in the window", "architecture"),
        ("A living room with a cat sleeping on the sofa", "interior"),
        ("a street with a coffee shop and a dog", "street"),
        ("mountain lake with a dog on the shore", "mountains"),
        ("Please draw me a picture of a garden with two cats", "garden"),
        ("a banking app dashboard showing a city map", "interface"),
        ("an infographic about coffee", "infographic"),
        ("海边公路上的红色敞篷车", "car"),
        ("一辆红色跑车，停在东京街头", "car"),
        ("A wide shot: a red convertible on a winding coast road", "car"),
        ("coast road, a red convertible", "car"),
        ("海边公路，一辆红色敞篷车", "car"),
        ("敞篷跑车 海岸公路", "car"),
        ("沙滩上奔跑的男孩", "portrait"),
        ("花园里的小木屋", "architecture"),
        ("摆着咖啡杯的书房", "interior"),
        ("有猫的花园", "garden"),
        ("一幅竖版水墨山水画，题字「静」", "shanshui"),
        ("咖啡店点单小程序界面", "interface"),
    ],
)
def test_the_head_noun_wins_over_its_adjuncts(prompt, kind):
    assert parse_prompt(prompt).kind == kind


@pytest.mark.parametrize(
    "prompt",
    [
        "a bicycle in a Tokyo street",
        "an elephant walking through a pine forest",
        "dragon over snowy mountains",
        "a city bus",
        "a sea turtle",
        "樱花树下的自行车",
        "一头大象在森林里行走",
        "海鲜",
    ],
)
def test_an_unknown_head_noun_is_not_replaced_by_its_surroundings(prompt):
    scene = parse_prompt(prompt)
    assert (scene.kind, scene.understood) == ("abstract", False)


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("sunset over the sea", "sea"),
        ("a quiet morning at the lake", "mountains"),
        ("a road through the forest", "forest"),
        ("a view of the city from a hill", "city"),
        ("cinematic, 8k, misty forest, soft light", "forest"),
        ("a cat photo", "animal"),
        ("花园的清晨", "garden"),
        ("海边日落", "sea"),
    ],
)
def test_light_and_views_leave_the_choice_to_the_next_noun(prompt, kind):
    assert parse_prompt(prompt).kind == kind


def test_words_inside_other_words_do_not_count():
    assert parse_prompt("a concatenation of ideas").kind == "abstract"


def test_quoted_words_do_not_choose_the_scene():
    assert parse_prompt('a street with a sign "SPACE CAT"').kind == "street"


def test_time_weather_style_and_colours_are_read():
    scene = parse_prompt("a beach at sunset in the rain, watercolour, orange and blue")
    assert (scene.time, scene.weather, scene.style) == ("sunset", "rain", "watercolour")
    assert scene.colours == ("orange", "blue")


def test_snow_mountains_do_not_make_it_snow():
    assert parse_prompt("远处雪山").weather is None


def test_a_poster_shows_the_subject_of_the_prompt():
    assert parse_prompt('travel poster of mountains "ALPS"').content == "mountains"


def test_the_chinese_word_for_poster_does_not_mean_sea():
    assert parse_prompt("复古海报").content is None


def test_chinese_prompts_are_known_as_chinese():
    assert parse_prompt("一杯咖啡").chinese
    assert not parse_prompt("a cup of coffee").chinese


@pytest.mark.parametrize("words", ["walking ", "a photo of ", "a,", "的", "在"])
def test_thousands_of_empty_words_are_parsed_quickly(words):
    start = time.process_time()
    parse_prompt(words * 4_000)
    assert time.process_time() - start < 1
