"""Samples of the reference, run as they are printed: against the fake provider, and this server for what it adds."""

import pytest
from PIL import Image

from playground.imageapi.providers import PROFILES
from playground.pages.reference.samples import KINDS, is_offered, placeholder_key, program_text
from tests.fake_provider.fixtures import provider
from tests.pages.snippets.running import RUNNABLE, execute

__all__ = ["provider"]
PICTURES = {
    "generate": ["output.png"],
    "several": ["output-1.webp", "output-2.webp"],
    "edit": ["output.png"],
    "compose": ["output.png"],
    "json_edit": ["output.png"],
    "stream": ["output.png"],
    "errors": ["output.png"],
}
# A sample that an API cannot serve calls this server instead.
OTHERS = [
    (name, profile.name)
    for profile in PROFILES.values()
    for name in PICTURES
    if profile.name != "builtin" and is_offered(KINDS[name], profile)
]
ANSWERS = {"errors": "429_then_ok", "url": "url_data"}


def put_files(name, folder):
    folder.mkdir()
    for file in KINDS[name].files:
        Image.new("RGBA", (8, 8), "#0000").save(folder / file)


def run(name, language, profile, provider, folder):
    """Run the sample as it is printed; it ends well, and writes its pictures unless it only prints."""
    put_files(name, folder)
    options = {"code": "rate_limit_exceeded"} if (name, profile) == ("errors", "openai") else {}
    text = program_text(name, language, provider.url(ANSWERS.get(name, "ok"), **options), PROFILES[profile])
    ended = execute(language, text, folder)
    assert ended.returncode == 0, ended.stderr
    # A page shows what Node has no place for.
    if not (language == "javascript" and name in ("stream", "errors")):
        assert all((folder / picture).stat().st_size > 0 for picture in PICTURES.get(name, []))
    return ended


@pytest.mark.parametrize("language", RUNNABLE)
@pytest.mark.parametrize("name", PICTURES)
def test_a_sample_runs_as_it_is_printed(name, language, provider, tmp_path):
    run(name, language, "builtin", provider, tmp_path / "here")
    assert all("Bearer cr_YOUR_QCODE_API_KEY" in came.headers.values() for came in provider.requests)
    assert len(provider.requests) == (2 if name == "errors" else 1)


@pytest.mark.parametrize(("name", "profile"), OTHERS)
def test_a_sample_for_another_api_runs_as_it_is_printed(name, profile, provider, tmp_path):
    run(name, "curl", profile, provider, tmp_path / "here")
    last = provider.requests[-1]
    assert f"Bearer {placeholder_key(PROFILES[profile])}" in last.headers.values()
    assert set(last.fields) - {
        "model",
        "prompt",
        "size",
        "quality",
        "n",
        "stream",
        "partial_images",
        "images",
    } <= set(PROFILES[profile].fields)


@pytest.mark.parametrize("language", RUNNABLE)
def test_the_sample_with_a_link_prints_it(language, provider, tmp_path):
    said = run("url", language, "builtin", provider, tmp_path / "here").stdout
    assert provider.requests[0].fields["response_format"] == "url" and said.strip()


@pytest.mark.parametrize("language", RUNNABLE)
@pytest.mark.parametrize(("name", "says"), [("models", "gpt-image-2"), ("usage", "100"), ("quote", "422")])
def test_a_sample_without_pictures_prints_what_this_server_answers(name, says, language, server, tmp_path):
    key = server.new_key()
    text = program_text(name, language, server.base_url, PROFILES["builtin"]).replace("cr_YOUR_QCODE_API_KEY", key)
    ended = execute(language, text, tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert says in ended.stdout


@pytest.mark.parametrize("language", RUNNABLE)
def test_an_image_in_json_is_edited_by_this_server(language, server, tmp_path):
    put_files("json_edit", tmp_path / "here")
    key = server.new_key()
    text = program_text("json_edit", language, server.base_url, PROFILES["builtin"])
    ended = execute(language, text.replace("cr_YOUR_QCODE_API_KEY", key), tmp_path / "here")
    assert ended.returncode == 0, ended.stderr
    assert Image.open(tmp_path / "here" / "output.png").size == (1024, 1024)


@pytest.mark.parametrize("language", RUNNABLE)
def test_the_sample_for_errors_never_repeats_what_may_be_charged(language, provider, tmp_path):
    text = program_text("errors", language, provider.url("524"), PROFILES["builtin"])
    ended = execute(language, text, tmp_path)
    assert ended.returncode != 0 and len(provider.requests) == 1
    assert not (tmp_path / "output.png").exists()


@pytest.mark.parametrize("language", RUNNABLE)
def test_the_sample_with_a_job_fetches_its_result_from_this_server(language, server, tmp_path):
    key = server.new_key()
    text = program_text("job", language, server.base_url, PROFILES["builtin"]).replace("cr_YOUR_QCODE_API_KEY", key)
    ended = execute(language, text, tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "output.png").exists() or ended.stdout.startswith("data:image/png;base64,iVBOR")
