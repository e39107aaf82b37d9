import assert from "node:assert/strict";
import { test } from "node:test";
import { edgePath, edgeStrength, nearestEdge, smoothPath } from "../../static/js/mask/pixels/edge-path.js";

/* A light disc of radius 40 on a dark ground with grain. */
const size = { width: 120, height: 110 };
const picture = { ...size, data: new Uint8ClampedArray(size.width * size.height * 4) };
let seed = 3;
for (let pixel = 0; pixel < size.width * size.height; pixel++) {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  const [x, y] = [pixel % size.width, Math.floor(pixel / size.width)];
  const value = (Math.hypot(x + 0.5 - 60, y + 0.5 - 55) < 40 ? 190 : 90) + (seed / 2147483648) * 20;
  picture.data.set([value, value * 0.9, value * 0.7, 255], pixel * 4);
}
const strength = edgeStrength(picture);
const fromCentre = (points, index) => Math.hypot(points[index] - 60, points[index + 1] - 55);

test("a way between two places of an edge follows it", () => {
  const path = smoothPath(edgePath(picture, strength, { x: 20, y: 55 }, { x: 60, y: 15 }));
  assert.ok(path.length > 60);
  for (let index = 0; index < path.length; index += 2) assert.ok(Math.abs(fromCentre(path, index) - 40) < 2, `${fromCentre(path, index)}`);
});
test("a way begins and ends where it was asked to", () => {
  const path = edgePath(picture, strength, { x: 5, y: 5 }, { x: 110.2, y: 100.9 });
  assert.deepEqual([...path.slice(0, 2), ...path.slice(-2)], [5.5, 5.5, 110.5, 100.5]);
});
test("a place near an edge moves onto it, and stays where there is none", () => {
  const near = nearestEdge(picture, strength, { x: 24, y: 55 }, 8);
  assert.ok(Math.abs(Math.hypot(near.x - 60, near.y - 55) - 40) < 2);
  assert.deepEqual(nearestEdge(picture, strength, { x: 60, y: 55 }, 8), { x: 60, y: 55 });
});
test("without edges the way is straight", () => {
  const flat = { width: 40, height: 10, data: new Uint8ClampedArray(1600).fill(128) };
  const path = edgePath(flat, edgeStrength(flat), { x: 2, y: 5 }, { x: 37, y: 5 });
  assert.equal(path.length, 2 * 36);
  assert.ok(path.every((value, index) => index % 2 === 0 || value === 5.5));
});
