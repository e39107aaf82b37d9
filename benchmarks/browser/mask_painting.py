"""Measure how fast the mask editor paints and exports, and how large its history grows.

Run: `python -m benchmarks.browser.mask_painting [moves]`. One synthetic pointer move a frame; a frame lasts from
the move to after its paint, in milliseconds. "page alone" is the same loop on a page that paints nothing.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.mask_editor import edit, picture
from tests.helpers.server import ServerProcess
from tests.setup import find_chromium

SIZES: Final = ((2048, 2048), (3840, 2160))
MOVES: Final = 1500
FRAMES: Final = """
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  const timed = async (moves, act) => {
    const frames = [];
    await painted();
    for (let move = 1; move <= moves; move++) {
      const start = performance.now();
      act(move);
      await painted();
      frames.push(performance.now() - start);
    }
    const sorted = [...frames].sort((one, other) => one - other);
    const mean = (part) => part.reduce((sum, value) => sum + value) / part.length;
    const at = (share) => sorted[Math.floor((moves - 1) * share)];
    const growth = mean(frames.slice(-50)) / mean(frames.slice(0, 50));
    return { median: at(0.5), p95: at(0.95), max: at(1), growth, over33: frames.filter((one) => one > 33).length };
  };
"""
ALONE: Final = f"""async (moves) => {{ {FRAMES}
  return timed(moves, () => {{}});
}}"""
STROKE: Final = f"""async (moves) => {{ {FRAMES}
  const editor = document.querySelector("mask-editor");
  const stage = editor.querySelector(".mask-stage");
  const [width, height] = [Number(editor.dataset.width), Number(editor.dataset.height)];
  const [origin, next] = [editor.clientPoint(0, 0), editor.clientPoint(1, 0)];
  const scale = next.x - origin.x;
  const tell = (name, turn, buttons) => {{
    const [x, y] = [width * (0.5 + 0.4 * Math.cos(turn / 25)), height * (0.5 + 0.4 * Math.sin(turn / 31))];
    const place = {{ clientX: origin.x + x * scale, clientY: origin.y + y * scale }};
    stage.dispatchEvent(new PointerEvent(name, {{
      pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true, cancelable: true,
      button: name === "pointermove" ? -1 : 0, buttons, ...place,
    }}));
  }};
  stage.setPointerCapture = () => {{}};
  const long = [];
  const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map((one) => one.duration)));
  observer.observe({{ type: "longtask" }});
  tell("pointerdown", 0, 1);
  const found = await timed(moves, (turn) => tell("pointermove", turn, 1));
  observer.disconnect();
  tell("pointerup", moves, 0);
  return {{ ...found, long: long.length }};
}}"""
EXPORT: Final = """async () => {
  const editor = document.querySelector("mask-editor");
  const times = [];
  for (let turn = 0; turn < 7; turn++) {
    const worker = new Worker(editor.dataset.worker, { type: "module" });
    const bitmap = editor.controller.model.bitmap;
    const ask = (data) => new Promise((done) => {
      worker.onmessage = done;
      worker.postMessage({ turn: 1, bitmap: { ...data, data: data.data.slice() } });
    });
    await ask({ width: 8, height: 8, data: new Uint8Array(64) });
    const start = performance.now();
    await ask({ width: bitmap.width, height: bitmap.height, data: bitmap.data });
    times.push(performance.now() - start);
    worker.terminate();
  }
  return times.sort((one, other) => one - other);
}"""
HISTORY: Final = """() => {
  const { controller } = document.querySelector("mask-editor");
  const { width, height } = controller.picture;
  const stroke = (turn) => {
    controller.begin({ x: (turn * 97) % width, y: (turn * 53) % height, pressure: 1 });
    for (let step = 1; step < 80; step++) {
      const [x, y] = [(turn * 97) % width + step * 8, (turn * 53) % height + 90 * Math.sin(step / 9)];
      controller.move([{ x, y, pressure: 1 }]);
    }
    controller.end();
  };
  for (let turn = 0; turn < 200; turn++) stroke(turn);
  const start = performance.now();
  for (let turn = 0; turn < 200; turn++) controller.undo();
  const undo = (performance.now() - start) / 200;
  for (let turn = 0; turn < 200; turn++) controller.redo();
  return { bytes: controller.model.history.bytes, undo };
}"""


def format_times(values: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {value:.2f}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items()
    )


def measure(browser: Browser, server: ServerProcess, folder: Path, size: tuple[int, int], moves: int) -> None:
    page: Page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{server.url}runs/")
    print(f"{size[0]} x {size[1]}: page alone: {format_times(page.evaluate(ALONE, 300))}")
    edit(page, server, picture(folder / f"{size[0]}.png", *size))
    page.wait_for_timeout(1500)
    print(f"  {moves} moves: {format_times(page.evaluate(STROKE, moves))}")
    times = page.evaluate(EXPORT)
    print(f"  export in a worker: median {times[3]:.0f} ms, all {json.dumps([round(time) for time in times])}")
    history = page.evaluate(HISTORY)
    print(f"  200 steps: {history['bytes'] / 1e6:.2f} MB, an undo takes {history['undo']:.2f} ms")
    page.close()


def main(moves: int) -> None:
    chromium = find_chromium()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = ServerProcess(Path(folder) / "data", {"IMAGE_APIS": "builtin"}).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            for size in SIZES:
                measure(browser, server, Path(folder), size, moves)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MOVES)
