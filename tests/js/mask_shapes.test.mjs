import assert from "node:assert/strict";
import { test } from "node:test";
import { Bitmap } from "../../static/js/mask/pixels/bitmap.js";
import { box, edges, fill, importMarks, outline, simple, sized, stroke } from "../../static/js/mask/model/operations.js";
import { pack } from "../../static/js/mask/pixels/run-length.js";
import { applyOperation } from "../../static/js/mask/model/apply-operation.js";

const painted = (size, ...operations) => {
  const bitmap = new Bitmap(size);
  for (const operation of operations) applyOperation(operation, bitmap);
  return bitmap;
};
const at = (bitmap, x, y) => bitmap.data[y * bitmap.width + x];
const total = ({ data }) => data.reduce((sum, value) => sum + value, 0) / 255;
const size = { width: 100, height: 80 };

test("a rectangle marks exactly its pixels", () => {
  const bitmap = painted(size, box("rectangle", "add", { left: 10, top: 20, right: 30, bottom: 25 }));
  assert.equal(total(bitmap), 100);
  assert.equal(at(bitmap, 10, 20), 255);
  assert.equal(at(bitmap, 30, 24), 0);
});
test("an ellipse has its area and smooth edges", () => {
  const bitmap = painted(size, box("ellipse", "add", { left: 10, top: 10, right: 70, bottom: 50 }));
  assert.ok(Math.abs(total(bitmap) - Math.PI * 30 * 20) < 4);
  assert.ok(bitmap.data.some((value) => value > 0 && value < 255));
});
test("a dot is a disc of the brush's diameter", () => {
  const bitmap = painted(size, stroke("add", 20, [50, 40, 1]));
  assert.ok(Math.abs(total(bitmap) - Math.PI * 100) < 2);
  assert.equal(at(bitmap, 50, 31), 255);
  assert.equal(at(bitmap, 50, 29), 0);
});
test("a stroke covers what lies within half its size", () => {
  const bitmap = painted(size, stroke("add", 10, [20, 40, 1, 80, 40, 1]));
  assert.ok(Math.abs(total(bitmap) - (600 + Math.PI * 25)) < 2);
});
test("pressure makes a stroke thinner", () => {
  const bitmap = painted(size, stroke("add", 20, [20, 40, 1, 80, 40, 0.25]));
  assert.equal(at(bitmap, 22, 32), 255);
  assert.equal(at(bitmap, 78, 32), 0);
  assert.equal(at(bitmap, 78, 39), 255);
});
test("painting twice marks no more than once", () => {
  const twice = painted(size, stroke("add", 20, [50, 40, 1]), stroke("add", 20, [50, 40, 1]));
  assert.deepEqual(twice.data, painted(size, stroke("add", 20, [50, 40, 1])).data);
});
test("subtracting the same leaves at most the soft rim", () => {
  const bitmap = painted(size, stroke("add", 20, [50, 40, 1]), stroke("subtract", 20, [50, 40, 1]));
  assert.ok(bitmap.data.every((value) => value <= 128));
  assert.equal(at(bitmap, 50, 40), 0);
});
test("a figure of eight marks both of its halves", () => {
  const bitmap = painted(size, outline("add", [10, 10, 90, 70, 90, 10, 10, 70]));
  assert.equal(at(bitmap, 20, 40), 255);
  assert.equal(at(bitmap, 80, 40), 255);
  assert.equal(at(bitmap, 50, 15), 0);
});
test("an outline covers its area exactly", () => {
  assert.ok(Math.abs(total(painted(size, outline("add", [10.5, 10, 60, 10, 10.5, 50]))) - 990) < 0.5);
});
test("what goes around twice is inside all the same", () => {
  const square = [20, 20, 60, 20, 60, 60, 20, 60];
  assert.equal(at(painted(size, outline("add", [...square, ...square])), 40, 40), 255);
});
test("shapes may reach out of the picture", () => {
  const bitmap = painted(size, outline("add", [-50, -50, 150, -50, 150, 150, -50, 150]));
  assert.equal(total(bitmap), 8000);
  assert.doesNotThrow(() => applyOperation(stroke("add", 40, [-100, -100, 1, 300, 300, 1]), bitmap));
});
test("all, invert and clear", () => {
  assert.equal(total(painted(size, simple("all"))), 8000);
  const inverted = painted(size, box("rectangle", "add", { left: 0, top: 0, right: 100, bottom: 40 }), simple("invert"));
  assert.equal(at(inverted, 5, 5), 0);
  assert.equal(at(inverted, 5, 45), 255);
  assert.equal(total(painted(size, simple("all"), simple("clear"))), 0);
});
test("growing goes round corners, shrinking takes it back", () => {
  const square = box("rectangle", "add", { left: 40, top: 30, right: 60, bottom: 50 });
  const grown = painted(size, square, sized("grow", 10));
  assert.equal(at(grown, 50, 21), 255);
  assert.equal(at(grown, 31, 21), 0);
  assert.ok(Math.abs(total(grown) - (400 + 4 * 200 + Math.PI * 100)) < 12);
  const back = painted(size, square, sized("grow", 10), sized("shrink", 10));
  assert.ok(Math.abs(total(back) - 400) < 12);
});
test("shrinking keeps what stands at the picture's edge", () => {
  const bitmap = painted(size, box("rectangle", "add", { left: 0, top: 0, right: 100, bottom: 40 }), sized("shrink", 10));
  assert.equal(at(bitmap, 0, 0), 255);
  assert.equal(at(bitmap, 50, 29), 255);
  assert.equal(at(bitmap, 50, 31), 0);
});
test("feathering softens both sides and loses nothing", () => {
  const bitmap = painted(size, box("rectangle", "add", { left: 30, top: 20, right: 70, bottom: 60 }), sized("feather", 8));
  assert.ok(at(bitmap, 30, 40) > 100 && at(bitmap, 30, 40) < 160);
  assert.equal(at(bitmap, 50, 40), 255);
  assert.ok(Math.abs(total(bitmap) - 1600) < 20);
});
test("tidying removes specks and closes holes", () => {
  const speck = box("rectangle", "add", { left: 5, top: 5, right: 7, bottom: 7 });
  const block = box("rectangle", "add", { left: 30, top: 20, right: 70, bottom: 60 });
  const hole = box("rectangle", "subtract", { left: 40, top: 30, right: 42, bottom: 32 });
  assert.deepEqual(painted(size, speck, block, hole, sized("tidy", 8)).data, painted(size, block).data);
});
test("filling by colour takes what is near in colour and hangs together", () => {
  const picture = { width: 6, height: 1, data: new Uint8ClampedArray(24) };
  [10, 14, 90, 12, 11, 200].forEach((grey, x) => picture.data.set([grey, grey, grey, 255], x * 4));
  const bitmap = new Bitmap(picture);
  applyOperation(fill("add", 0, 0, 5, true), bitmap, picture);
  assert.deepEqual([...bitmap.data], [255, 255, 0, 0, 0, 0]);
  applyOperation(fill("add", 0, 0, 5, false), bitmap, picture);
  assert.deepEqual([...bitmap.data], [255, 255, 0, 255, 255, 0]);
});
test("a fill finds its way around", () => {
  const rows = ["#####", "#...#", "#.#.#", "###.#", "#...#"];
  const picture = { width: 5, height: 5, data: new Uint8ClampedArray(100) };
  rows.forEach((row, y) => [...row].forEach((sign, x) => picture.data.fill(sign === "#" ? 0 : 255, (y * 5 + x) * 4, (y * 5 + x) * 4 + 4)));
  const bitmap = new Bitmap(picture);
  applyOperation(fill("add", 1, 1, 10, true), bitmap, picture);
  assert.equal(total(bitmap), rows.join("").replaceAll("#", "").length);
});
test("a mask of another size is taken at the picture's", () => {
  const marked = new Uint8Array([255, 0]);
  const packed = pack(marked, 2, { left: 0, top: 0, right: 2, bottom: 1 });
  const bitmap = painted(size, importMarks("replace", 2, 1, packed));
  assert.equal(at(bitmap, 0, 40), 255);
  assert.equal(at(bitmap, 99, 40), 0);
});
test("a smaller bitmap shows the same shapes smaller", () => {
  const bitmap = new Bitmap({ width: 200, height: 160 }, 0.5);
  applyOperation(box("rectangle", "add", { left: 20, top: 20, right: 60, bottom: 40 }), bitmap);
  applyOperation(stroke("add", 40, [150, 80, 1]), bitmap);
  assert.ok(Math.abs(total(bitmap) - (20 * 10 + Math.PI * 100)) < 2);
});
test("growing and feathering are one operation, equal to both in turn", () => {
  const square = box("rectangle", "add", { left: 40, top: 30, right: 60, bottom: 50 });
  const both = painted(size, square, edges(6, 4));
  assert.deepEqual(both.data, painted(size, square, sized("grow", 6), sized("feather", 4)).data);
  const less = painted(size, square, edges(-5, 0));
  assert.deepEqual(less.data, painted(size, square, sized("shrink", 5)).data);
});
