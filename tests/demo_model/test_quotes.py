import time

import pytest

from playground.demo_model.quotes import find_quotes, remove_quotes


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ('bold text "MORNING COFFEE" centred', "MORNING COFFEE"),
        ("大字「早安」，橙色", "早安"),
        ("招牌“你好”", "你好"),
        ("看板『夜市』", "夜市"),
        ("affiche «Bonjour»", "Bonjour"),
        ("a sign that says 'Open late' in red", "Open late"),
        ("a sign, ‘Closed’, on a door", "Closed"),
    ],
)
def test_words_in_quotation_marks_are_found(prompt, words):
    assert find_quotes(prompt) == (words,)


@pytest.mark.parametrize("prompt", ["the dog's dinner isn't cold", '""', "''", "“”「」", '"', "", "rock 'n roll"])
def test_apostrophes_and_empty_marks_quote_nothing(prompt):
    assert find_quotes(prompt) == ()


def test_several_passages_keep_their_order_and_end_at_three():
    assert find_quotes('"one" then 「二」 then "three" then "four"') == ("one", "二", "three")


def test_quoted_words_are_taken_out_of_the_rest():
    assert "cat" not in remove_quotes('a street with a sign "cat"')


@pytest.mark.parametrize("mark", ["“", "「", "『", "«", "《", '"', "'", "‘", "„"])
def test_thousands_of_unclosed_marks_are_read_quickly(mark):
    start = time.process_time()
    find_quotes(mark * 32_000)
    assert time.process_time() - start < 1
