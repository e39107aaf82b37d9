import pytest

from playground.gateway.renderers.demo.reading import read


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("A cyberpunk Tokyo street at night, neon reflecting in rain puddles", "street"),
        ("A small ceramic vase with sunflower, photorealistic", "vessel"),
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
    assert read(prompt).kind == kind


def test_words_inside_other_words_do_not_count():
    assert read("a concatenation of ideas").kind == "abstract"


def test_quoted_words_do_not_choose_the_scene():
    assert read('a street with a sign "SPACE CAT"').kind == "street"


def test_time_weather_style_and_colours_are_read():
    scene = read("a beach at sunset in the rain, watercolour, orange and blue")
    assert (scene.time, scene.weather, scene.style) == ("sunset", "rain", "watercolour")
    assert scene.colours == ("orange", "blue")


def test_snow_mountains_do_not_make_it_snow():
    assert read("远处雪山").weather is None


def test_a_poster_remembers_what_it_should_show():
    assert read('travel poster of mountains "ALPS"').inner == "mountains"


def test_the_word_for_poster_holds_no_sea():
    assert read("复古海报").inner is None


def test_chinese_prompts_are_known_as_chinese():
    assert read("一杯咖啡").chinese
    assert not read("a cup of coffee").chinese
