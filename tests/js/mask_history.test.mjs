import assert from "node:assert/strict";
import { test } from "node:test";
import { MaskModel } from "../../static/js/mask/model/mask-model.js";
import { box, outline, simple, sized, stroke } from "../../static/js/mask/model/operations.js";

const picture = { width: 300, height: 200 };
const wave = (shift) => Array.from({ length: 60 }, (_, at) => [at * 5, 100 + shift + 40 * Math.sin(at / 5), 1]).flat();
const steps = (count) =>
  Array.from({ length: count }, (_, at) => {
    const kinds = [
      () => stroke(at % 3 ? "add" : "subtract", 12, wave(at % 50), 40),
      () => box("ellipse", "add", { left: at % 200, top: 10, right: (at % 200) + 50, bottom: 60 }),
      () => outline("subtract", [at % 100, 0, 200, 90, 20, 150]),
      () => sized("feather", 6),
      () => simple("invert"),
    ];
    return kinds[at % kinds.length]();
  });

test("every step can be undone and redone", () => {
  const model = new MaskModel(picture);
  const seen = [model.bitmap.data.slice()];
  for (const step of steps(60)) {
    model.do(step);
    seen.push(model.bitmap.data.slice());
  }
  for (let at = 59; at >= 0; at--) {
    model.undo();
    assert.deepEqual(model.bitmap.data, seen[at]);
  }
  assert.equal(model.history.canUndo, false);
  for (let at = 1; at <= 60; at++) {
    model.redo();
    assert.deepEqual(model.bitmap.data, seen[at]);
  }
  assert.equal(model.history.canRedo, false);
});
test("what was undone is gone after something new", () => {
  const model = new MaskModel(picture);
  model.do(simple("all"));
  model.undo();
  model.do(box("rectangle", "add", { left: 0, top: 0, right: 9, bottom: 9 }));
  assert.equal(model.redo(), null);
  assert.equal(model.history.operations.length, 1);
});
test("two hundred steps on a 4K picture stay below 20 MB", () => {
  const model = new MaskModel({ width: 3840, height: 2160 });
  for (let at = 0; at < 200; at++) {
    const x = 200 + ((at * 97) % 3000);
    const points = Array.from({ length: 80 }, (_, step) => [x + step * 6, 200 + ((at * 53) % 1700) + 60 * Math.sin(step / 9), 1]);
    model.do(stroke(at % 4 ? "add" : "subtract", 60, points.flat(), 40));
  }
  assert.ok(model.history.bytes < 20 * 1024 * 1024, `${model.history.bytes}`);
});
test("when the oldest changes are forgotten they are replayed", () => {
  const model = new MaskModel({ width: 1600, height: 1200 });
  const noise = { kind: "import", mode: "replace", width: 1600, height: 1200 };
  const states = [];
  for (let turn = 0; turn < 12; turn++) {
    const packed = randomPacked(1600 * 1200, turn);
    model.do({ ...noise, packed });
    states.push(checksum(model.bitmap.data));
  }
  for (let turn = 10; turn >= 0; turn--) {
    model.undo();
    assert.equal(checksum(model.bitmap.data), states[turn]);
  }
});
test("a stroke that is painted live is the one that is replayed", () => {
  const [live, replayed] = [new MaskModel(picture), new MaskModel(picture)];
  const points = wave(0);
  live.begin({ mode: "add", size: 20, reach: 40 });
  for (let at = 0; at < points.length; at += 3) live.painter.add(...points.slice(at, at + 3).map((value) => Math.round(value * 64) / 64));
  live.painter.end();
  live.commit(stroke("add", 20, points, 40), live.painter?.takeDirty() ?? null);
  replayed.do(stroke("add", 20, points, 40));
  assert.deepEqual(live.bitmap.data, replayed.bitmap.data);
});
test("a cancelled stroke leaves no trace", () => {
  const model = new MaskModel(picture);
  model.do(simple("invert"));
  const before = model.bitmap.data.slice();
  model.begin({ mode: "subtract", size: 30, reach: 40 });
  model.painter.add(50, 50, 1);
  model.painter.add(150, 90, 1);
  model.painter.end();
  model.cancel(model.painter.takeDirty());
  assert.deepEqual(model.bitmap.data, before);
  assert.equal(model.history.operations.length, 1);
});
test("what is saved comes back, with what was undone", () => {
  const model = new MaskModel(picture);
  for (const step of steps(12)) model.do(step);
  model.undo();
  const other = new MaskModel(picture);
  other.restore(JSON.parse(JSON.stringify(model.save())));
  assert.deepEqual(other.bitmap.data, model.bitmap.data);
  assert.ok(other.history.canRedo);
  const flat = new MaskModel(picture);
  flat.restore(JSON.parse(JSON.stringify(model.save(true))));
  assert.deepEqual(flat.bitmap.data, model.bitmap.data);
});

/** Bytes that do not pack, in the packed form: one literal a row. */
function randomPacked(count, seed) {
  const width = 1600;
  const packed = [];
  for (let row = 0; row < count / width; row++) {
    const token = width << 1;
    packed.push((token & 127) | 128, token >> 7);
    for (let x = 0; x < width; x++) packed.push((seed = (seed * 1103515245 + 12345) & 0x7fffffff) & 255);
  }
  return Uint8Array.from(packed);
}

function checksum(data) {
  let sum = 0;
  for (let at = 0; at < data.length; at++) sum = (sum * 31 + data[at]) | 0;
  return sum;
}
