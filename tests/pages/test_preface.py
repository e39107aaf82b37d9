"""The sentence that gives each picture a role."""

import pytest
from django.utils.translation import override

from playground.pages.forms.role_prompt import role_preface, split_preface, updated_preface

ROLES = ["scene", "", "product"]
SENTENCE = "Image 1 is the scene; image 3 is the product."


def test_only_pictures_with_a_role_are_named():
    assert role_preface(ROLES) == SENTENCE


def test_without_roles_there_is_no_preface():
    assert role_preface(["", " "]) == ""


def test_an_article_is_not_repeated():
    assert role_preface(["the scene"]) == "Image 1 is the scene."


def test_eight_pictures_can_have_roles():
    assert role_preface(["style"] * 8).count("style") == 8


def test_it_follows_the_roles():
    assert updated_preface(SENTENCE, ROLES, ["scene"]) == "Image 1 is the scene."


def test_it_appears_with_the_first_role():
    assert updated_preface("", [""], ["scene"]) == "Image 1 is the scene."


@pytest.mark.parametrize("text", ["Use the first as the room.", ""])
def test_a_rewritten_preface_stays(text):
    assert updated_preface(text, ROLES, ["scene"]) == text


def test_it_follows_in_the_language_of_the_page():
    with override("zh-hans"):
        assert updated_preface(SENTENCE, ROLES, ["scene"]) == role_preface(["scene"])


def test_it_is_split_from_the_prompt():
    assert split_preface(f"{SENTENCE}\nA lamp", ROLES) == (SENTENCE, "A lamp")
    assert split_preface(SENTENCE, ROLES) == (SENTENCE, "")


def test_text_without_a_generated_preface_is_all_prompt():
    assert split_preface("Use the lamp.\nA room", ROLES) == ("", "Use the lamp.\nA room")
