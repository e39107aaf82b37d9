"""Programs of the code panel, run as they stand: what arrives is what the form would have sent."""

import pytest
from PIL import Image

from playground.imageapi.schemas import ImageRequest
from playground.pages.snippets.panel import JOB_PROGRAMS, PROGRAMS
from playground.pages.snippets.request import SnippetRequest
from tests.fake_provider.fixtures import provider
from tests.pages.snippets.running import RUNNABLE, a_file, as_sent_by, execute, run, sent_by_form, sent_by_program

__all__ = ["provider"]

AWKWARD = (
    'it\'s "quoted" \\ back\\n\n$(touch pwned) `touch pwned` ${HOME} $HOME !! %s {0} {{x}} <b>&amp;</b>\n'
    "</script><!-- JSON\nJSON\n;type=text/html @cat.png <cat.png\n"
    "\ttab ' \\' 𝄞 👩‍👩‍👧 日本語 \u202eright to left\u202c عربى\n"
)


def generation(prompt, **fields):
    return ImageRequest("generations", prompt, **{"size": "1024x1024", "quality": "low", "n": 1} | fields)


def edit(prompt, folder, **fields):
    images = (a_file(folder / "in", "cat.png"), a_file(folder / "in", 'a "b", c;d=e.webp', "WEBP", "blue"))
    more = {"images": images, "mask": a_file(folder / "in", "mask.png", colour="#0000")}
    return ImageRequest("edits", prompt, **{"size": "auto", "quality": "high", "n": 1} | more | fields)


def assert_arrives(name, request, provider, folder):
    ended = run(name, request, provider.url("ok"), folder)
    assert ended.returncode == 0, ended.stderr
    (came,) = provider.requests
    assert sent_by_program(came) == as_sent_by(name, sent_by_form(request))
    assert "Bearer cr_YOUR_QCODE_API_KEY" in came.headers.values()
    return ended


@pytest.mark.parametrize("name", RUNNABLE)
def test_an_awkward_prompt_arrives_as_it_was_typed(name, provider, tmp_path):
    assert_arrives(name, generation(AWKWARD), provider, tmp_path / "here")
    with Image.open(tmp_path / "here" / "output.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (1024, 1024))
    assert not (tmp_path / "here" / "pwned").exists()


@pytest.mark.parametrize("name", RUNNABLE)
def test_an_edit_arrives_with_its_files(name, provider, tmp_path):
    request = edit(AWKWARD, tmp_path, input_fidelity="high", output_format="jpeg", output_compression=80, user="u-7")
    assert_arrives(name, request, provider, tmp_path / "here")
    assert (tmp_path / "here" / "output.jpg").stat().st_size > 0


@pytest.mark.parametrize("name", RUNNABLE)
def test_an_answer_in_events_is_written_to_files(name, provider, tmp_path):
    request = generation("two vases", n=2, stream=True, partial_images=2)
    assert_arrives(name, request, provider, tmp_path / "here")
    for number in (1, 2):
        with Image.open(tmp_path / "here" / f"output-{number}.png") as picture:
            assert picture.format == "PNG"


@pytest.mark.parametrize("name", ["curl", "javascript"])
def test_the_longest_prompt_fits(name, provider, tmp_path):
    assert_arrives(name, edit("🦊" * 32_000, tmp_path), provider, tmp_path / "here")


@pytest.mark.parametrize("name", RUNNABLE)
def test_a_refusal_is_shown_and_nothing_is_written(name, provider, tmp_path):
    ended = run(name, generation("a vase"), provider.url("401_invalid"), tmp_path)
    assert ended.returncode != 0
    assert len(provider.requests) == 1
    assert not (tmp_path / "output.png").exists() or (tmp_path / "output.png").stat().st_size == 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_hides_nothing(name):
    text = PROGRAMS[name](SnippetRequest(generation("a\u202eb\u200bc\r\x1b\x85\u2028d"), "http://127.0.0.1/v1"))
    assert not {"\u202e", "\u200b", "\r", "\x1b", "\x85", "\u2028"} & set(text)


@pytest.mark.parametrize("name", ["javascript", "node"])
def test_a_program_may_stand_in_a_page(name):
    text = PROGRAMS[name](SnippetRequest(generation("</script><!-- "), "http://127.0.0.1/v1"))
    assert "</script" not in text and "<!--" not in text


@pytest.mark.parametrize("name", JOB_PROGRAMS)
@pytest.mark.parametrize("n", [1, 2])
def test_a_job_is_waited_for_and_its_pictures_are_written(name, n, server, tmp_path):
    target = SnippetRequest(generation(AWKWARD, n=n), server.base_url, is_job=True)
    text = PROGRAMS[name](target).replace("cr_YOUR_QCODE_API_KEY", server.new_key())
    text = text.replace("sleep 2;", "sleep 0.1;").replace("sleep(2)", "sleep(0.1)")
    ended = execute(name, text, tmp_path / "here")
    assert ended.returncode == 0, ended.stderr
    for output in target.outputs:
        with Image.open(tmp_path / "here" / output) as picture:
            assert picture.size == (1024, 1024)
    assert not (tmp_path / "here" / "pwned").exists()
