import assert from "node:assert/strict";
import { test } from "node:test";
import { HIGHEST_WHILE_RUNNING, Highest, progressAt } from "../../static/js/progress.js";

test("progress is the share of the expected time", () => assert.equal(progressAt(10, 40), 25));
test("progress waits before the end, however late it is", () => assert.equal(progressAt(500, 40), HIGHEST_WHILE_RUNNING));
test("nothing has passed before the start", () => assert.equal(progressAt(-1, 40), 0));
test("an expectation of nothing divides by nothing", () => assert.equal(progressAt(1, 0), HIGHEST_WHILE_RUNNING));
test("a bar never goes back, each run for itself", () => {
  const highest = new Highest();
  assert.deepEqual([highest.of("a", 40), highest.of("a", 30), highest.of("b", 5)], [40, 40, 5]);
});
