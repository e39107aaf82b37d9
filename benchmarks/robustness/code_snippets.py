"""Execute every program of the code panel, for awkward prompts and a grid of parameters.

Run: `python -m benchmarks.robustness.code_snippets [threads]`. Bash with curl, Python and Node run unchanged
against a recording server, which must receive exactly what the form would send. Prints the count and every
difference; exits with 1 on a difference.
"""

import itertools
import multiprocessing
import os
import runpy
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")

from playground.imageapi.catalog import BACKGROUNDS, FIDELITIES, OUTPUT_FORMATS, QUALITIES, SIZE_NAMES
from playground.imageapi.schemas import ImageRequest
from tests.fake_provider import FakeProvider
from tests.pages.snippets.running import RUNNABLE, a_file, as_sent_by, put, run, sent_by_form, sent_by_program

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["openai", "requests", "openai.resources.images"])
PROMPTS = (
    "A plain vase", "", " ", "  leading and trailing  ", "\n", "a\nb", "a\n\nb\n", "\na", "a\n", "tab\there", "a\rb",
    'say "hi"', "it's", "'", '"', "''''", '"""', "\\", "\\\\", "\\n", "a\\", "\\'", "'\\''", "$'x'", "`id`", "$(id)",
    "${HOME}", "$HOME", "$$ $? $! $1 $@", "!!", "!-1", "~", "* ?", "[a-z]", "{a,b}", "a;b", "a && b || c | d > e < f",
    "# comment", "-F x=y", "--form-string", "@cat.png", "<cat.png", ";type=text/html", "x;type=text/html;filename=y",
    "=", "a=b&c=d%20+", "%s %d %n %%", "{0} {} {{x}} ${x} #{x}", "f'{1}'", "</script>", "<script>alert(1)</script>",
    "<!-- x --> ]]>", "</pre><b>&amp;&lt;", "JSON\nJSON\n", "JSON", "EOF\n<<EOF", "\u2028\u2029",
    "\x01\x07\x1b[31m\x7f",
    "\x80\x85\x9f", "\u202eright to left\u202c", "\u2066isolate\u2069", "\u200b\u200d\u200e\ufeff", "عربى שלום",
    "中文提示词，“引号”", "日本語\n한국어", "🦊", "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪", "𝄞𝒜", "e\u0301 \u00e9", "\ufffe\uffff\U0001fffe",
    "null", "true", "0", "-1", "1e999", "[DONE]", "data: {}", "\\u0041", "\\x41 \\101", "a" * 32_000, "🦊" * 32_000,
    "\"'`$\\\n" * 5_000, "\x01" * 32_000,
)  # fmt: skip


def generations() -> Iterator[ImageRequest]:
    """Every prompt, then every combination of parameters."""
    for prompt in PROMPTS:
        yield ImageRequest("generations", prompt, size="1024x1024", quality="low", n=1)
    grid = itertools.product(SIZE_NAMES, QUALITIES, (1, 4), (None, *BACKGROUNDS[1:]), (None, *OUTPUT_FORMATS[1:]))
    for number, (size, quality, n, background, output_format) in enumerate(grid):
        compression = 0 if output_format and number % 2 else None
        more: dict[str, Any] = {"stream": True, "partial_images": 2} if number % 3 == 0 else {}
        yield ImageRequest(
            "generations", "A vase", size=size, quality=quality, n=n, background=background,
            output_format=output_format, output_compression=compression, user="u'\"7" if number % 5 else None, **more,
        )  # fmt: skip


def edits(folder: Path) -> Iterator[ImageRequest]:
    """The same for edits: one and two pictures, with and without a mask, names that are awkward too."""
    cat = a_file(folder, "cat.png")
    odd = a_file(folder, "a \"b\", c;d=e $(f) 'g' 猫.webp", "WEBP", "blue")
    mask = a_file(folder, "mask.png", colour="#0000")
    for prompt in PROMPTS:
        yield ImageRequest("edits", prompt, size="auto", quality="low", n=1, images=(cat,), mask=mask)
    grid = itertools.product(("auto", *SIZE_NAMES), QUALITIES, (1, 4), FIDELITIES, (None, *OUTPUT_FORMATS[1:]))
    for number, (size, quality, n, fidelity, output_format) in enumerate(grid):
        more: dict[str, Any] = {"stream": True, "partial_images": 2} if number % 3 == 0 else {}
        yield ImageRequest(
            "edits", "A crown\nof gold", size=size, quality=quality, n=n, input_fidelity=fidelity,
            output_format=output_format, images=(cat, odd) if number % 2 else (odd,),
            mask=mask if number % 4 == 0 else None, **more,
        )  # fmt: skip


def run_warm(name: str, request: ImageRequest, base_url: str, folder: Path) -> tuple[int, str]:
    """Exit code and complaint. Python's programs run in forks that have imported their packages."""
    if not name.startswith("python"):
        ended = run(name, request, base_url, folder)
        return ended.returncode, ended.stderr
    text = put(name, request, base_url, folder)
    (folder / "program.py").write_text(text, encoding="utf-8", newline="")
    process = FORKS.Process(target=_in_folder, args=(str(folder),))
    process.start()
    process.join(60)
    return process.exitcode or 0, (folder / "stderr").read_text()


def _in_folder(folder: str) -> None:
    os.chdir(folder)
    with open("stderr", "w") as sys.stderr:
        runpy.run_path("program.py", run_name="__main__")


def check(name: str, request: ImageRequest, folder: Path) -> str:
    """Run one program; empty when all arrived, else what was wrong."""
    with FakeProvider() as provider:
        code, complaint = run_warm(name, request, provider.url("ok"), folder)
        if code or len(provider.requests) != 1:
            return f"{len(provider.requests)} requests, {code}: {complaint[-300:]}"
        came, wanted = sent_by_program(provider.requests[0]), as_sent_by(name, sent_by_form(request))
        if came != wanted:
            return f"arrived {str(came)[:300]}, wanted {str(wanted)[:300]}"
    written = [path.name for path in folder.glob("output*") if path.stat().st_size]
    return "" if len(written) == (request.n or 1) else f"wrote {written}"


def main(threads: int) -> int:
    started, failures, done = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as root, ThreadPoolExecutor(threads) as pool:
        requests = [*generations(), *edits(Path(root, "in"))]
        work = [(name, request) for request in requests for name in RUNNABLE]
        folders = (Path(root, str(number)) for number in range(len(work)))
        for (name, request), problem in zip(
            work, pool.map(lambda job, folder: check(job[0], job[1], folder), work, folders), strict=True
        ):
            done += 1
            if done % 200 == 0:
                print(
                    f"{done} of {len(work)}, {failures} did not arrive, {time.monotonic() - started:.0f} s",
                    flush=True,
                )
            if problem:
                failures += 1
                print(f"{name} {request.endpoint} {request.prompt[:60]!r}: {problem}", flush=True)
    print(
        f"{len(PROMPTS)} prompts, {len(requests)} requests, {len(RUNNABLE)} programs: "
        f"{len(work) - failures} of {len(work)} arrived, {time.monotonic() - started:.0f} s"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else os.cpu_count() or 2))
