import assert from "node:assert/strict";
import { test } from "node:test";
import { Bitmap } from "../../static/js/mask/pixels/bitmap.js";
import { jsonFromOperation, operationFromJson, stroke } from "../../static/js/mask/model/operations.js";
import { applyOperation } from "../../static/js/mask/model/apply-operation.js";

const size = { width: 120, height: 80 };
const painted = (...operations) => {
  const bitmap = new Bitmap(size);
  for (const operation of operations) applyOperation(operation, bitmap);
  return bitmap;
};
const row = (bitmap, y, ...places) => places.map((x) => bitmap.data[y * bitmap.width + x]);
const line = [30, 40, 1, 90, 40, 1];

test("a soft brush fades from its core to its rim", () => {
  const bitmap = painted(stroke("add", 40, [60, 40, 1], 0, 0.5));
  const [core, inner, outer, outside] = row(bitmap, 40, 68, 72, 77, 81);
  assert.equal(core, 255);
  assert.ok(255 > inner && inner > outer && outer > 0);
  assert.equal(outside, 0);
});
test("a soft stroke is as even as its path, however often it passes", () => {
  const once = painted(stroke("add", 40, line, 0, 0));
  const [left, right] = row(once, 50, 45, 75);
  assert.ok(left > 0 && left < 255);
  assert.equal(left, right);
  const back = painted(stroke("add", 40, [...line, 30, 40, 1], 0, 0));
  assert.deepEqual(back.data, once.data);
});
test("a soft eraser leaves what its rim only touches", () => {
  const bitmap = painted(stroke("add", 80, [60, 40, 1]), stroke("subtract", 40, [60, 40, 1], 0, 0.5));
  const [core, rim, outside] = row(bitmap, 40, 60, 75, 85);
  assert.equal(core, 0);
  assert.ok(rim > 0 && rim < 255);
  assert.equal(outside, 255);
});
test("a full hardness paints the same pixels as before there was one", () => {
  assert.deepEqual(painted(stroke("add", 40, line, 0, 1)).data, painted(stroke("add", 40, line)).data);
  assert.ok(!("hardness" in stroke("add", 40, line)));
});
test("hardness survives the way through JSON", () => {
  const soft = stroke("add", 40, line, 0, 0.35);
  assert.deepEqual(operationFromJson(JSON.parse(JSON.stringify(jsonFromOperation(soft)))), soft);
});
