"""Groups of words in a prompt, and how to write braces and bars themselves."""

import pytest

from playground.pages.forms.matrix import NestedGroupError, count_prompts, expand_groups, parse_groups


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        ("a fox", ["a fox"]),
        ("a {red|blue} fox", ["a red fox", "a blue fox"]),
        ("{a|b} {1|2}", ["a 1", "a 2", "b 1", "b 2"]),
        ("a {|tiny }fox", ["a fox", "a tiny fox"]),
        ("{a|a|b}", ["a", "b"]),
        (r"\{a\|b\}", ["{a|b}"]),
        (r"{x\|y|z}", ["x|y", "z"]),
        (r"C:\temp \\ {a}", [r"C:\temp \ {a}"]),
        ("this | that, {one}, {", ["this | that, {one}, {"]),
        ("{open | for ever", ["{open | for ever"]),
        ('{"light": {"kind": "soft"}}', ['{"light": {"kind": "soft"}}']),
        ('{"light": "{soft|hard}"}', ['{"light": "soft"}', '{"light": "hard"}']),
        ("{红|蓝}色的狐狸", ["红色的狐狸", "蓝色的狐狸"]),
        ("two\nlines {a|b}", ["two\nlines a", "two\nlines b"]),
    ],
)
def test_a_group_makes_a_prompt_with_each_word(text, prompts):
    parts = parse_groups(text)
    assert expand_groups(parts) == prompts
    assert count_prompts(parts) == len(prompts)


def test_groups_in_groups_are_rejected():
    with pytest.raises(NestedGroupError):
        parse_groups("{a|{b|c}}")
