import assert from "node:assert/strict";
import { test } from "node:test";
import { uniqueByUrl, comparisonFrame, linePercent, lineX, wholePixelClip } from "../../static/js/lib/comparison-frame.js";

test("the frame has the larger width and the first one's shape", () => {
  assert.deepEqual(comparisonFrame({ width: 300, height: 200 }, { width: 1536, height: 1024 }), { width: 1536, height: 1024, isAlike: true });
  assert.deepEqual(comparisonFrame({ width: 1000, height: 1000 }, { width: 1024, height: 1008 }), { width: 1024, height: 1024, isAlike: true });
});
test("pictures of other shapes are held by one box, so that none is stretched", () => {
  assert.deepEqual(comparisonFrame({ width: 1024, height: 1536 }, { width: 1536, height: 1024 }, { width: 100, height: 100 }), { width: 1536, height: 1536, isAlike: false });
});
test("the line stands where the pointer is, within the picture", () => {
  const [view, frame] = [{ x: 50, y: 0, scale: 0.5 }, { width: 400, height: 300 }];
  assert.equal(linePercent(150, view, frame), 50);
  assert.equal(linePercent(0, view, frame), 0);
  assert.equal(linePercent(900, view, frame), 100);
  assert.equal(lineX(50, view, frame), 150);
});
test("a picture is offered once", () => {
  assert.deepEqual(uniqueByUrl([{ url: "a", n: 1 }, { url: "b" }, { url: "a", n: 2 }]), [{ url: "a", n: 1 }, { url: "b" }]);
});
test("only whole pixels are compared", () => {
  const view = { x: 10.4, y: 0, scale: 0.5 };
  assert.equal(wholePixelClip(view, { width: 101, height: 60 }, { width: 80, height: 30 }), "inset(0px 20px 0px 11px)");
});
