"""The guide's samples: its quick start of edits, and the one that prints an address, with `response_format="url"`."""

import subprocess
import sys
import urllib.request

from tests.gateway.clients.test_samples import size_of
from tests.gateway.renderers.test_demo_edits import mask, photo

URL = """
from openai import OpenAI
client = OpenAI(
api_key="cr_YOUR_QCODE_API_KEY",
base_url="https://api.qcode.cc/qcode-img/v1",
)
response = client.images.generate(
model="gpt-image-2",
prompt="A serene Japanese garden with a koi pond",
size="1024x1024",
quality="medium",
response_format="url",
)
print(response.data[0].url)
"""

QUICK_EDIT = """
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
    mask=open("mask.png", "rb"),          # optional: PNG alpha; transparent area = repaint region
    prompt="put a tiny crown on the cat",
    size="1024x1024",
    quality="high",
    extra_body={"input_fidelity": "high"},  # high fidelity preserves original details
)

with open("edited.png", "wb") as f:
    f.write(base64.b64decode(result.data[0].b64_json))
"""


def said_by(program: str, folder) -> str:
    run = [sys.executable, "-c", program]
    return subprocess.run(run, cwd=folder, check=True, capture_output=True, text=True, timeout=60).stdout


def test_the_guides_sample_prints_an_address_with_a_picture(adapted, tmp_path):
    address = said_by(adapted(URL), tmp_path).strip()
    with urllib.request.urlopen(address, timeout=20) as answer:
        assert answer.read(8) == b"\x89PNG\r\n\x1a\n"


def test_the_quick_start_of_edits_saves_a_picture(adapted, tmp_path):
    (tmp_path / "cat.png").write_bytes(photo())
    (tmp_path / "mask.png").write_bytes(mask())
    said_by(adapted(QUICK_EDIT), tmp_path)
    assert size_of(tmp_path / "edited.png") == (1024, 1024)
