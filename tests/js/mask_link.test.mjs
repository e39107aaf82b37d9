import assert from "node:assert/strict";
import test from "node:test";
import { MAX_LINK_LENGTH, scaleOperations, decodeMask, encodeMask } from "../../static/js/mask/model/mask-link.js";
import { MaskModel } from "../../static/js/mask/model/mask-model.js";
import { box, fill, importMarks, outline, simple, sized, stroke } from "../../static/js/mask/model/operations.js";
import { pack } from "../../static/js/mask/pixels/run-length.js";

const picture = { width: 300, height: 200 };
const wave = Array.from({ length: 80 }, (_, at) => [at * 3.5, 100 + 40 * Math.sin(at / 5), 1]).flat();
const drawing = [
  stroke("add", 24, wave, 10),
  box("ellipse", "add", { left: 10, top: 20, right: 90, bottom: 80 }),
  outline("subtract", [30, 30, 60, 40, 40, 60]),
  sized("feather", 4),
  simple("invert"),
];

function drawn(operations, size = picture) {
  const grey = { width: size.width, height: size.height, data: new Uint8ClampedArray(size.width * size.height * 4) };
  const model = new MaskModel(size, { readPicture: () => grey });
  for (const one of operations) model.do(one);
  return model;
}

async function through(model, size = picture) {
  return drawn(scaleOperations(await decodeMask(await encodeMask(model)), size), size);
}

const raw = async (said) => {
  const stream = new Blob([JSON.stringify(said)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url");
};

test("a mask comes out of a link as it went in", async () => {
  const model = drawn(drawing);
  assert.deepEqual((await through(model)).bitmap.data, model.bitmap.data);
});

test("a mask is scaled to a picture of another size", async () => {
  const twice = await through(drawn([box("rectangle", "add", { left: 10, top: 20, right: 90, bottom: 80 })]), { width: 600, height: 400 });
  const at = (x, y) => twice.bitmap.data[y * 600 + x];
  assert.deepEqual([at(30, 50), at(170, 150), at(15, 50), at(185, 150)], [255, 255, 0, 0]);
});

test("a fill goes along as what it marked, without the picture", async () => {
  const model = drawn([fill("add", 5, 5, 10, true), box("rectangle", "subtract", { left: 0, top: 0, right: 50, bottom: 50 })]);
  const said = await decodeMask(await encodeMask(model));
  assert.deepEqual(said.operations.map((one) => one.kind), ["import"]);
  assert.deepEqual(drawn(scaleOperations(said, picture)).bitmap.data, model.bitmap.data);
});

test("what was undone or cleared does not go along", async () => {
  const model = drawn([...drawing, simple("clear"), drawing[1], drawing[2]]);
  model.undo();
  assert.deepEqual((await decodeMask(await encodeMask(model))).operations.map((one) => one.kind), ["ellipse"]);
});

test("without strokes there is nothing to say", async () => assert.equal(await encodeMask(new MaskModel(picture)), ""));

test("a hundred strokes fit", async () => {
  const model = drawn(Array.from({ length: 100 }, (_, at) => stroke("add", 10 + at, wave.map((value, place) => (place % 3 === 2 ? 1 : value + at)), 10)));
  assert.ok((await encodeMask(model)).length < MAX_LINK_LENGTH);
});

test("what is too long is said to be", async () => {
  let state = 1;
  const noise = Uint8Array.from({ length: 90_000 }, () => (state = (state * 48271) % 2147483647) & 255);
  const packed = pack(noise, 300, { left: 0, top: 0, right: 300, bottom: 300 });
  assert.equal(await encodeMask(drawn([importMarks("replace", 300, 300, packed)], { width: 300, height: 300 })), null);
});

test("links that are none, or would draw for ever, are refused", async () => {
  const sound = { kind: "stroke", mode: "add", size: 5, reach: 0, points: [64, 64, 64] };
  assert.ok(await decodeMask(await raw({ width: 9, height: 9, operations: [sound] })));
  const bad = [
    { ...sound, kind: "constructor" },
    { ...sound, size: 1e9 },
    { ...sound, points: [1, 2] },
    { ...sound, mode: "replace" },
    { kind: "fill", mode: "add", x: 1, y: 1, tolerance: 3, isJoined: true },
    { kind: "grow", amount: 1e7 },
    { kind: "import", mode: "add", width: 9, height: 9, packed: "" },
    { kind: "import", mode: "add", width: 9, height: 9, packed: btoa("\0".repeat(50)) },
    { kind: "import", mode: "add", width: 16000, height: 16000, packed: "" },
  ];
  for (const one of bad) assert.equal(await decodeMask(await raw({ width: 9, height: 9, operations: [one] })), null, JSON.stringify(one));
  for (const said of [null, [], {}, { width: 0, height: 9, operations: [] }, { width: 9, height: 9, operations: 1 }]) {
    assert.equal(await decodeMask(await raw(said)), null);
  }
  for (const text of ["", "%%%", "AAAA", "x".repeat(1000)]) assert.equal(await decodeMask(text), null);
});

test("a field that is new to strokes goes along in a link", async () => {
  const model = new MaskModel({ width: 40, height: 30 });
  model.do(Object.freeze({ ...stroke("add", 10, [5, 5, 1, 20, 20, 1]), hardness: 0.5 }));
  const mask = await decodeMask(await encodeMask(model));
  assert.equal(scaleOperations(mask, { width: 80, height: 60 })[0].hardness, 0.5);
});
