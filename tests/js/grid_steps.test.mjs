import assert from "node:assert/strict";
import { test } from "node:test";

import { steppedIndex } from "../../static/js/lib/grid-steps.js";

test("arrow keys move by one picture or by one row", () => {
  assert.equal(steppedIndex("ArrowRight", 0, 4, 2), 1);
  assert.equal(steppedIndex("ArrowLeft", 3, 4, 2), 2);
  assert.equal(steppedIndex("ArrowDown", 1, 4, 2), 3);
  assert.equal(steppedIndex("ArrowUp", 2, 4, 2), 0);
});

test("Home and End lead to the first and the last picture", () => {
  assert.equal(steppedIndex("Home", 2, 4, 2), 0);
  assert.equal(steppedIndex("End", 0, 4, 2), 3);
});

test("a step that leaves the grid stays where it is", () => {
  assert.equal(steppedIndex("ArrowLeft", 0, 4, 2), 0);
  assert.equal(steppedIndex("ArrowDown", 2, 3, 2), 2);
  assert.equal(steppedIndex("ArrowRight", 3, 4, 2), 3);
});

test("other keys do nothing", () => {
  assert.equal(steppedIndex("a", 0, 4, 2), null);
});
