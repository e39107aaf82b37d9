import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { begin, bounds, complete, decode, distance, encode, move, place, resize, scale, stretch } from "../../static/js/markup/annotations.js";
import { arrowHead } from "../../static/js/markup/drawing.js";
import { AnnotationHistory } from "../../static/js/markup/history.js";

// The server's tests read the same table: it must draw what the page shows.
const GEOMETRY = JSON.parse(readFileSync(new URL("../geometry_cases.json", import.meta.url), "utf8"));
const style = { colour: "red", width: 8 };
const picture = { width: 400, height: 300 };
const drawn = (kind, from, ...places) => complete(places.reduce(stretch, begin(kind, style, from)));
const box = drawn("box", { x: 200, y: 150 }, { x: 100, y: 50 });
const arrow = drawn("arrow", { x: 10, y: 10 }, { x: 60.4, y: 10 });

test("a box drawn to the upper left has sorted sides", () => assert.deepEqual([box.left, box.top, box.right, box.bottom], [100, 50, 200, 150]));
test("coordinates are whole pixels", () => assert.equal(arrow.x2, 60));
test("a press without a drag draws no box and no arrow", () => {
  assert.equal(drawn("box", { x: 5, y: 5 }, { x: 6, y: 6 }), null);
  assert.equal(drawn("arrow", { x: 5, y: 5 }), null);
});
test("Shift draws a square and snaps an arrow to 45 degrees", () => {
  const square = drawn("box", { x: 0, y: 0 }, { x: 50, y: 20, shift: true });
  assert.deepEqual([square.right, square.bottom], [50, 50]);
  assert.equal(drawn("arrow", { x: 0, y: 0 }, { x: 50, y: 4, shift: true }).y2, 0);
});
test("points on a straight line are dropped from a stroke, corners and pressure stay", () => {
  const stroke = drawn("pen", { x: 0, y: 0, pressure: 0.5 }, { x: 10, y: 0 }, { x: 20, y: 0 }, { x: 20, y: 20 });
  assert.deepEqual(stroke.points, [0, 0, 50, 20, 0, 100, 20, 20, 100]);
});
test("an annotation moves as a whole", () => assert.deepEqual(bounds(move(box, 10, -10)), { ...box, left: 110, top: 40, right: 210, bottom: 140 }));
test("resizing keeps the first corner", () => assert.deepEqual([resize(box, 20, 0).left, resize(box, 20, 0).right], [100, 220]));
test("numbers place an annotation and give it a size", () => {
  const placed = place(box, { x: 7, y: 8, width: 30, height: 40 });
  assert.deepEqual([placed.left, placed.top, placed.right, placed.bottom], [7, 8, 37, 48]);
});
test("an arrow that points left keeps its direction when it is placed", () => {
  const placed = place(drawn("arrow", { x: 90, y: 10 }, { x: 10, y: 50 }), { x: 0, y: 0, width: 40, height: 20 });
  assert.deepEqual([placed.x1, placed.x2, placed.y1, placed.y2], [40, 0, 0, 20]);
});
test("the inside of a box is not on its line", () => {
  assert.equal(distance(box, { x: 100, y: 100 }), 0);
  assert.equal(distance(box, { x: 150, y: 100 }), 50);
});
test("annotations are scaled to another picture", () => {
  const [half] = scale({ ...picture, annotations: [box] }, { width: 200, height: 150 });
  assert.deepEqual([half.left, half.bottom, half.width], [50, 75, 4]);
});
for (const { from, to, annotation, expected } of GEOMETRY.scaled) {
  test(`a scaled annotation has whole pixels: ${annotation.kind} in ${to}`, () => {
    const [scaled] = scale({ width: from[0], height: from[1], annotations: [annotation] }, { width: to[0], height: to[1] });
    assert.deepEqual(scaled, expected);
  });
}
for (const { arrow: line, head } of GEOMETRY.arrow_heads) {
  test(`an arrow has the head that the server draws: ${Object.values(line)}`, () => {
    const found = arrowHead(line, { headLength: 4.5, headWidth: 2.2 }).flat();
    head.flat().forEach((value, index) => assert.ok(Math.abs(value - found[index]) < 1e-5, `${found}`));
  });
}
test("a list survives encoding, and nothing drawn is an empty text", () => {
  assert.deepEqual(decode(encode(picture, [box, arrow])).annotations, [box, arrow]);
  assert.equal(encode(picture, []), "");
});
for (const text of ["", "{", "[]", '{"annotations":[{}],"width":1,"height":1}', '{"annotations":[{"kind":"__proto__"}],"width":1,"height":1}']) {
  test(`the text ${text || "(empty)"} is no list`, () => assert.equal(decode(text), null));
}
test("undo and redo go through the steps, and an amended step is one", () => {
  const history = new AnnotationHistory();
  history.push([box]);
  history.push([box, arrow]);
  history.amend([arrow]);
  history.undo();
  assert.deepEqual(history.annotations, [box]);
  history.redo();
  assert.deepEqual([history.annotations, history.canRedo], [[arrow], false]);
});
