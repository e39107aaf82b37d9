import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { Bitmap } from "../../static/js/mask/pixels/bitmap.js";
import { bitmapFromOperations, pngFromBitmap } from "../../static/js/mask/png/mask-png.js";
import { findProblems, maxSpeckArea } from "../../static/js/mask/model/findings.js";
import { box, simple, sized, stroke, jsonFromOperation } from "../../static/js/mask/model/operations.js";
import { applyOperation } from "../../static/js/mask/model/apply-operation.js";

/** Alpha of a PNG as toPng writes it: one IDAT, rows with the filter "up". */
function alphaOf(png) {
  const view = new DataView(png.buffer, png.byteOffset);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  assert.deepEqual([...png.subarray(24, 29)], [8, 6, 0, 0, 0]);
  const rows = inflateSync(png.subarray(41, 41 + view.getUint32(33)));
  assert.equal(rows.length, height * (width * 4 + 1));
  const pixels = Buffer.alloc(height * width * 4);
  for (let y = 0; y < height; y++) {
    assert.equal(rows[y * (width * 4 + 1)], 2);
    for (let x = 0; x < width * 4; x++) {
      const above = y ? pixels[(y - 1) * width * 4 + x] : 0;
      pixels[y * width * 4 + x] = rows[y * (width * 4 + 1) + 1 + x] + above;
    }
  }
  const alpha = new Uint8Array(width * height);
  for (let at = 0; at < alpha.length; at++) {
    assert.equal(pixels[at * 4] | pixels[at * 4 + 1] | pixels[at * 4 + 2], 0);
    alpha[at] = pixels[at * 4 + 3];
  }
  return alpha;
}

function noise(width, height) {
  const bitmap = new Bitmap({ width, height });
  let seed = 7;
  for (let at = 0; at < bitmap.data.length; at++) bitmap.data[at] = (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 16;
  return bitmap;
}

const inverse = (data) => data.map((value) => 255 - value);

for (const [width, height] of [[1, 1], [2, 3], [65, 9], [64, 64], [700, 300], [1291, 17]]) {
  test(`a picture of ${width} by ${height} survives`, () => {
    const bitmap = new Bitmap({ width, height });
    applyOperation(stroke("add", height / 2, [0, 0, 1, width, height, 1]), bitmap);
    assert.deepEqual(alphaOf(pngFromBitmap(bitmap)), inverse(bitmap.data));
    assert.deepEqual(alphaOf(pngFromBitmap(noise(width, height))), inverse(noise(width, height).data));
  });
}
test("soft edges survive too", () => {
  const bitmap = new Bitmap({ width: 400, height: 300 });
  applyOperation(box("ellipse", "add", { left: 50, top: 50, right: 300, bottom: 220 }), bitmap);
  applyOperation(sized("feather", 30), bitmap);
  assert.deepEqual(alphaOf(pngFromBitmap(bitmap)), inverse(bitmap.data));
});
test("marked is transparent, the rest opaque", () => {
  const bitmap = new Bitmap({ width: 8, height: 8 });
  assert.ok(alphaOf(pngFromBitmap(bitmap)).every((alpha) => alpha === 255));
  applyOperation(simple("all"), bitmap);
  assert.ok(alphaOf(pngFromBitmap(bitmap)).every((alpha) => alpha === 0));
});
test("a large mask is a small file", () => {
  const bitmap = new Bitmap({ width: 3840, height: 2160 });
  applyOperation(box("ellipse", "add", { left: 500, top: 300, right: 3000, bottom: 1900 }), bitmap);
  assert.ok(pngFromBitmap(bitmap).length < 120_000);
});
test("a mask drawn again for a larger picture is sharp", () => {
  const full = bitmapFromOperations({ width: 6000, height: 4000 }, [box("rectangle", "add", { left: 1001, top: 2003, right: 1500, bottom: 2500 })].map(jsonFromOperation), null);
  assert.equal(full.width, 6000);
  assert.equal(full.data.reduce((sum, value) => sum + value, 0) / 255, 499 * 497);
});

const findings = (...operations) => {
  const bitmap = new Bitmap({ width: 1000, height: 800 });
  for (const operation of operations) applyOperation(operation, bitmap);
  return findProblems(bitmap);
};
const codes = (...operations) => findings(...operations).findings.map(({ code }) => code);
const block = box("rectangle", "add", { left: 100, top: 100, right: 400, bottom: 400 });

test("nothing and everything are told", () => {
  assert.deepEqual(codes(), ["nothing"]);
  assert.deepEqual(codes(simple("all")), ["everything"]);
  assert.deepEqual(codes(block), []);
});
test("all around marked looks like a mistake", () => assert.deepEqual(codes(block, simple("invert")), ["inverted"]));
test("specks and holes are counted", () => {
  const speck = stroke("add", 3, [700, 700, 1]);
  const hole = stroke("subtract", 3, [200, 200, 1]);
  assert.deepEqual(findings(block, speck, hole).findings, [{ code: "specks", count: 1 }, { code: "holes", count: 1 }]);
  assert.deepEqual(codes(block, speck, hole, sized("tidy", maxSpeckArea({ width: 1000, height: 800 }))), []);
});
test("where the mark is has a name", () => {
  const { marked } = findings(box("rectangle", "add", { left: 700, top: 300, right: 1000, bottom: 500 }));
  assert.equal(marked.share, 0.075);
  assert.deepEqual([marked.row, marked.column, marked.isSpread], ["middle", "right", false]);
});
