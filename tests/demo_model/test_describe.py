import pytest

from playground.demo_model.describe import describe_drawing, unknown_subject
from playground.demo_model.prompt_parser import parse_prompt


def described(prompt, detail=0, lettering=()):
    return describe_drawing(prompt, parse_prompt(prompt), detail, lettering)


def test_it_begins_with_the_prompt_and_says_that_no_model_drew():
    text = described("A street at night, rain")
    assert text.startswith("A street at night, rain. ")
    assert "not by a model" in text
    assert "at night" in text.removeprefix("A street at night")


def test_chinese_prompts_are_answered_in_chinese():
    assert (
        described("雨夜的街道")
        == "雨夜的街道。演示图，由程序绘制，并非模型生成：透视街景、招牌与湿润的路面，夜晚，雨中，平面图形。"
    )


def test_it_names_the_words_that_were_set():
    assert "“早安”" in described("海报「早安」", lettering=("早安",))


def test_it_says_that_it_did_not_understand():
    assert "doesn't recognize the subject" in described("qwerty")


@pytest.mark.parametrize(
    ("prompt", "remark"), [("qwerty", "subject not recognized"), ("乱七八糟", "没有认出画面内容"), ("a cat", "")]
)
def test_the_image_itself_says_what_was_not_recognized(prompt, remark):
    assert unknown_subject(parse_prompt(prompt)) == remark


def test_it_says_car_when_asked_for_a_car_on_a_road():
    assert "a car seen from the side" in described("red convertible on a coast road")


def test_it_admits_an_unknown_subject_before_a_known_place():
    assert "没有认出画面内容" in described("东京街头的自行车")


def test_long_prompts_are_shortened():
    assert len(described("word " * 6400)) < 1300


def test_broken_characters_are_left_out():
    assert described("\ud800cat").startswith("cat")
