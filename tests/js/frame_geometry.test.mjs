import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  addedPixels, boxProblem, decodeFrame, encodeFrame, frameBox, frameRegion, hasShape, keepInside, keptBox, moveBox, moveEdge, nearestSize, parseSide, snapBox,
} from "../../static/js/mask/model/frame-geometry.js";

// The server's tests read the same table: it must send what the page shows.
const GEOMETRY = JSON.parse(readFileSync(new URL("../geometry_cases.json", import.meta.url), "utf8"));
const SIZE = { width: 600, height: 400 };
const SQUARE = { width: 1024, height: 1024 };
const box = (left, top, right, bottom) => ({ left, top, right, bottom });
const size = ([width, height]) => ({ width, height });
const sides = (left = null, top = null, right = null, bottom = null) => ({ left, top, right, bottom });

for (const { mode, sides: typed, picture, shape, box: expected, kept } of GEOMETRY.frames) {
  test(`a frame takes the shape of the result: ${mode} ${JSON.stringify(typed)} ${picture} in ${shape}`, () => {
    const found = frameBox({ mode, sides: sides(...typed) }, size(picture), size(shape));
    assert.deepEqual(found, box(...expected));
    assert.deepEqual(keptBox(found, size(picture), 24), box(...kept));
  });
}

for (const { mode, sides: typed, picture, shape, problem } of GEOMETRY.problems) {
  test(`a frame that cannot be used says why: ${typed}`, () => {
    const limits = { minShown: 16, maxEdge: 16384 };
    const frame = { mode, sides: sides(...typed) };
    const region = boxProblem(frameRegion(frame, size(picture)), size(picture), limits);
    assert.equal(region || boxProblem(frameBox(frame, size(picture), size(shape)), size(picture), limits), problem);
  });
}

test("sides are whole numbers with a sign, or empty", () => {
  for (const [text, expected] of GEOMETRY.sides) assert.deepEqual(parseSide(text, 16384), expected === "number" ? NaN : expected);
});

test("auto is the size with the nearest aspect", () => {
  for (const { picture, size: name } of GEOMETRY.auto) {
    assert.equal(nearestSize(["1024x1024", "1024x1536", "1536x1024"], box(0, 0, ...picture)), name);
  }
});

test("one percent is the same shape", () => {
  for (const { picture, result, is_same: isSame } of GEOMETRY.shapes) assert.equal(hasShape(size(picture), size(result)), isSame);
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
