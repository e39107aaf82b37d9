import assert from "node:assert/strict";
import { test } from "node:test";
import { findComponents } from "../../static/js/mask/pixels/components.js";
import { Curve } from "../../static/js/mask/model/curve.js";
import { Gesture } from "../../static/js/mask/input/gesture.js";
import { marksFromAlpha, marksFromBrightness, marksFromDifference, inspectMaskPicture } from "../../static/js/mask/model/marks-from-picture.js";
import { pack, unpack } from "../../static/js/mask/pixels/run-length.js";
import { Pyramid } from "../../static/js/mask/pixels/pyramid.js";
import { fit, nextStep, pan, toPicture, toWindow, zoomTo } from "../../static/js/mask/canvas/viewport.js";

const room = { width: 800, height: 600 };
const picture = { width: 2000, height: 1000 };

test("a picture fits with room around it", () => {
  const view = fit(room, picture);
  assert.ok(view.scale * 2000 < 800 && view.scale * 2000 > 700);
  assert.equal(view.x * 2 + view.scale * 2000, 800);
});
test("what is under the pointer stays there, up to twenty times", () => {
  const point = { x: 300, y: 200 };
  const before = toPicture(fit(room, picture), point);
  const view = zoomTo(fit(room, picture), 100, point, room, picture);
  assert.equal(view.scale, 20);
  assert.ok(Math.abs(toPicture(view, point).x - before.x) < 1e-9);
  assert.deepEqual(toWindow(view, toPicture(view, point)), point);
});
test("the picture cannot be lost", () => {
  const view = pan(fit(room, picture), 99_999, -99_999, room, picture);
  assert.ok(view.x <= 800 - 64 && view.y + view.scale * 1000 >= 64);
});
test("steps go by round figures of the screen", () => {
  assert.equal(nextStep(0.7, 1), 1);
  assert.equal(nextStep(1, -1), 0.6667);
  assert.equal(nextStep(0.5, 1, 2), 0.75);
});
test("packed rectangles come back", () => {
  const data = Uint8Array.from({ length: 5000 }, (_, at) => (at % 97 < 60 ? 255 : at % 13));
  const rect = { left: 3, top: 2, right: 91, bottom: 47 };
  const packed = pack(data, 100, rect);
  const other = data.slice();
  for (let y = rect.top; y < rect.bottom; y++) other.fill(1, y * 100 + rect.left, y * 100 + rect.right);
  unpack(packed, other, 100, rect);
  assert.deepEqual(other, data);
});
test("pieces: marked ones touch over corners, unmarked ones do not", () => {
  const data = Uint8Array.from([255, 0, 0, 255].flatMap((value) => value));
  assert.deepEqual(findComponents(data, 2, 2).map(({ isMarked, area }) => [isMarked, area]), [[true, 2], [false, 1], [false, 1]]);
});
test("pieces of a U are one", () => {
  const rows = ["#.#.", "#.#.", "###."];
  const data = Uint8Array.from(rows.join(""), (sign) => (sign === "#" ? 255 : 0));
  assert.equal(findComponents(data, 4, 3).filter(({ isMarked }) => isMarked).length, 1);
});
test("halves are means, and follow changes", () => {
  const bitmap = { width: 5, height: 3, data: new Uint8Array(15).fill(100) };
  const pyramid = new Pyramid(bitmap);
  assert.equal(pyramid.level(2).data[0], 100);
  bitmap.data[0] = 200;
  assert.deepEqual(pyramid.update({ left: 0, top: 0, right: 1, bottom: 1 }, 1), { left: 0, top: 0, right: 1, bottom: 1 });
  assert.equal(pyramid.level(1).data[0], 125);
});

const drawn = (samples, reach = 1000) => {
  const pieces = [];
  const curve = new Curve(reach, (from, to) => pieces.push([from, to]));
  for (const [x, y] of samples) curve.add({ x, y, radius: 1 });
  curve.end();
  return pieces;
};
test("a straight line stays straight", () => {
  for (const [from, to] of drawn([[0, 0], [10, 10], [20, 20], [40, 40]])) assert.equal(from.x - from.y, to.x - to.y);
});
test("a curve is rounder than its samples", () => {
  const circle = Array.from({ length: 25 }, (_, at) => [100 * Math.cos(at / 4), 100 * Math.sin(at / 4)]);
  const pieces = drawn(circle);
  const worst = Math.max(...pieces.slice(8, -8).map(([from]) => Math.abs(Math.hypot(from.x, from.y) - 100)));
  assert.ok(pieces.length > 40 && worst < 0.25, `${pieces.length} ${worst}`);
});
test("corners and far samples are joined straight", () => {
  assert.equal(drawn([[0, 0], [50, 0], [50, 50]]).length, 2);
  assert.equal(drawn([[0, 0], [100, 0], [200, 30], [300, 90]], 50).length, 3);
});
test("a single sample is a dot", () => assert.equal(drawn([[5, 5]]).length, 1));

function hands() {
  const said = [];
  const say = (name) => (...values) => said.push([name, ...values].join(" "));
  return { said, begin: say("begin"), move: say("move"), end: say("end"), cancel: say("cancel"), pan: say("pan"), pinch: (factor) => said.push(`pinch ${factor}`) };
}
const finger = (id, x, y) => ({ id, type: "touch", x, y, isNavigating: false });
const pen = (id, x, y) => ({ id, type: "pen", x, y, isNavigating: false });

test("one finger draws", () => {
  const heard = hands();
  const gesture = new Gesture(heard);
  gesture.down(finger(1, 0, 0), "a");
  gesture.move({ id: 1, x: 5, y: 5 }, () => "b");
  gesture.up(1);
  gesture.up(1);
  assert.deepEqual(heard.said, ["begin a", "move b", "end"]);
});
test("a second finger takes the stroke back, and both move the view until all are up", () => {
  const heard = hands();
  const gesture = new Gesture(heard);
  gesture.down(finger(1, 0, 0), "a");
  gesture.down(finger(2, 100, 0), "b");
  gesture.move({ id: 2, x: 200, y: 0 }, () => []);
  gesture.up(1);
  gesture.move({ id: 2, x: 210, y: 0 }, () => []);
  gesture.up(2);
  assert.deepEqual(heard.said, ["begin a", "cancel", "pan 50 0", "pinch 2", "pan 10 0"]);
});
test("once a pen was seen fingers only move", () => {
  const heard = hands();
  const gesture = new Gesture(heard);
  gesture.down(pen(1, 0, 0), "a");
  assert.equal(gesture.down(finger(2, 9, 9), "palm"), false);
  gesture.up(1);
  gesture.down(finger(3, 0, 0), "c");
  gesture.move({ id: 3, x: 4, y: 0 }, () => []);
  assert.deepEqual(heard.said, ["begin a", "end", "pan 4 0"]);
});
test("a pen takes over from a palm that came first", () => {
  const heard = hands();
  const gesture = new Gesture(heard);
  gesture.down(finger(1, 0, 0), "palm");
  gesture.down(pen(2, 0, 0), "pen");
  gesture.move({ id: 1, x: 9, y: 9 }, () => "palm");
  gesture.up(2);
  assert.deepEqual(heard.said, ["begin palm", "cancel", "begin pen", "end"]);
});
test("what the system takes from a finger is taken back, and nothing is left hanging", () => {
  const heard = hands();
  const gesture = new Gesture(heard);
  gesture.down(finger(1, 0, 0), "a");
  gesture.cancel(1);
  gesture.down(pen(2, 0, 0), "b");
  gesture.release();
  assert.equal(gesture.isDrawing, false);
  assert.deepEqual(heard.said, ["begin a", "cancel", "begin b", "end"]);
});

const rgba = (width, ...pixels) => ({ width, height: pixels.length / width, data: Uint8ClampedArray.from(pixels.flat()) });
const [white, black, clear] = [[255, 255, 255, 255], [0, 0, 0, 255], [0, 0, 0, 0]];

test("transparent is marked", () => {
  const mask = rgba(2, clear, black);
  assert.ok(inspectMaskPicture(mask).hasAlpha);
  assert.deepEqual([...marksFromAlpha(mask)], [255, 0]);
});
test("without alpha the edge is what is kept", () => {
  const spot = rgba(3, black, black, black, black, white, black, black, black, black);
  assert.deepEqual(inspectMaskPicture(spot), { hasAlpha: false, isWhiteMarked: true });
  assert.equal(marksFromBrightness(spot, true)[4], 255);
  assert.equal(marksFromBrightness(spot, false)[4], 0);
});
test("what differs is marked", () => {
  assert.deepEqual([...marksFromDifference(rgba(2, white, black), rgba(2, white, [40, 0, 0, 255]), 24)], [0, 255]);
});
