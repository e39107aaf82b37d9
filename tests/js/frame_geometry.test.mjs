import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addedPixels, boxProblem, decodeFrame, encodeFrame, frameBox, keepInside, keptBox, moveBox, moveEdge, nearestSize, parseSide, snapBox,
} from "../../static/js/mask/model/frame-geometry.js";

const SIZE = { width: 600, height: 400 };
const SQUARE = { width: 1024, height: 1024 };
const box = (left, top, right, bottom) => ({ left, top, right, bottom });
const sides = (left = null, top = null, right = null, bottom = null) => ({ left, top, right, bottom });

// The same table as in tests/imaging/test_frames.py: page and server must show and send the same.
for (const [mode, typed, shape, expected] of [
  ["fill", sides(), SQUARE, box(100, 0, 500, 400)],
  ["fill", sides(-200), SQUARE, box(200, 0, 600, 400)],
  ["fill", sides(), { width: 1024, height: 1536 }, box(166, 0, 433, 400)],
  ["extend", sides(), SQUARE, box(0, -100, 600, 500)],
  ["extend", sides(null, 0), SQUARE, box(0, 0, 600, 600)],
  ["extend", sides(100, null, 100), SQUARE, box(-100, -200, 700, 600)],
  ["extend", sides(-100), SQUARE, box(100, -50, 600, 450)],
  ["extend", sides(), { width: 1536, height: 1024 }, box(0, 0, 600, 400)],
  ["extend", sides(0, 0, 1, 0), { width: 1536, height: 1024 }, box(0, 0, 601, 400)],
]) {
  test(`a frame takes the shape of the result: ${mode} ${JSON.stringify(typed)} ${shape.width}x${shape.height}`, () => {
    assert.deepEqual(frameBox({ mode, sides: typed }, SIZE, shape), expected);
  });
}

test("sides are whole numbers with a sign, or empty", () => {
  assert.deepEqual([" +12 ", "\u22127", "", "1.5", "ten", "99999"].map((text) => parseSide(text, 16384)), [12, -7, null, NaN, NaN, NaN]);
});

test("the frame of a link fits a picture of another size", () => {
  const link = encodeFrame({ mode: "extend", sides: sides(150, null, -60, 0) }, SIZE);
  assert.deepEqual(decodeFrame(link, { width: 1200, height: 1000 }), { mode: "extend", sides: sides(300, null, -120, 0) });
  assert.equal(encodeFrame({ mode: "fit", sides: sides() }, SIZE), "");
  for (const bad of ["", "fit,,,,", "extend,1", "extend,a,,,", "extend,,,,,"]) assert.equal(decodeFrame(bad, SIZE), null);
});

test("an edge moves the neighbours evenly, and the opposite edge not at all", () => {
  assert.deepEqual(moveEdge(box(0, -100, 600, 500), "right", 700, SQUARE), box(0, -150, 700, 550));
  assert.deepEqual(moveEdge(box(0, -100, 600, 500), "top", -300, SQUARE), box(-100, -300, 700, 500));
});

test("an edge does not pass the opposite one", () => {
  const before = box(0, 0, 600, 600);
  assert.equal(moveEdge(before, "left", 700, SQUARE), before);
});

test("a dragged frame is the same after its sides were sent", () => {
  const dragged = moveEdge(box(0, 0, 600, 400), "right", 731, { width: 1536, height: 1024 });
  const frame = { mode: "extend", sides: addedPixels(dragged, SIZE) };
  assert.deepEqual(frameBox(frame, SIZE, { width: 1536, height: 1024 }), dragged);
});

test("a filled frame stays within the picture", () => {
  assert.deepEqual(keepInside(box(300, 0, 800, 500), SIZE, SQUARE), box(200, 0, 600, 400));
  assert.deepEqual(keepInside(moveBox(box(100, 0, 500, 400), -300, 40), SIZE, SQUARE), box(0, 0, 400, 400));
});

test("a moved frame snaps to the edges of the picture", () => {
  assert.deepEqual(snapBox(box(4, -97, 604, 503), SIZE, 6), box(0, -97, 600, 503));
});

test("the overlap is kept away only beside added areas", () => {
  assert.deepEqual(keptBox(box(0, -100, 600, 500), SIZE, 24), box(0, 24, 600, 376));
});

test("a frame that shows too little or is too large is named", () => {
  const limits = { minShown: 64, maxEdge: 16384 };
  assert.equal(boxProblem(box(560, 0, 960, 400), SIZE, limits), "small");
  assert.equal(boxProblem(box(-9000, -9000, 9000, 9000), SIZE, limits), "large");
  assert.equal(boxProblem(box(0, -100, 600, 500), SIZE, limits), "");
});

test("auto is the size with the nearest aspect", () => {
  assert.equal(nearestSize(["1024x1024", "1024x1536", "1536x1024"], box(0, 0, 600, 400)), "1536x1024");
});
