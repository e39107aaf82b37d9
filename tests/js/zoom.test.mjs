import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, move, zoom } from "../../static/js/lib/zoom.js";

const room = { width: 800, height: 600 };
const picture = { width: 1600, height: 800 };

test("a picture fits whole and centred", () => assert.deepEqual(fit(room, picture), { scale: 0.5, x: 0, y: 100 }));
test("a small picture is not blown up", () => assert.equal(fit(room, { width: 80, height: 60 }).scale, 1));
test("what is under the pointer stays there", () => {
  const view = zoom({ scale: 1, x: -400, y: -100 }, 2, { x: 300, y: 200 }, room, picture);
  assert.equal((300 - view.x) / view.scale, 700);
  assert.equal((200 - view.y) / view.scale, 300);
});
test("no smaller than the fit, no larger than eight times", () => {
  const view = fit(room, picture);
  assert.equal(zoom(view, 0.1, { x: 0, y: 0 }, room, picture).scale, 0.5);
  assert.equal(zoom(view, 1000, { x: 0, y: 0 }, room, picture).scale, 8);
});
test("a large picture cannot be dragged out of the window", () => {
  const view = move({ scale: 1, x: 0, y: 0 }, { x: 500, y: -5000 }, room, picture);
  assert.deepEqual(view, { scale: 1, x: 0, y: -200 });
});
test("a picture that fits stays centred", () => {
  assert.deepEqual(move({ scale: 0.5, x: 0, y: 100 }, { x: 50, y: 50 }, room, picture), { scale: 0.5, x: 0, y: 100 });
});
