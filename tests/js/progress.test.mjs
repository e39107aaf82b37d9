import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_WHILE_RUNNING, HighestProgress, progressPercent } from "../../static/js/lib/progress.js";

test("progress is the share of the expected time", () => assert.equal(progressPercent(10, 40), 25));
test("progress waits before the end, however late it is", () => assert.equal(progressPercent(500, 40), MAX_WHILE_RUNNING));
test("nothing has passed before the start", () => assert.equal(progressPercent(-1, 40), 0));
test("an expectation of nothing divides by nothing", () => assert.equal(progressPercent(1, 0), MAX_WHILE_RUNNING));
test("a bar never goes back, each run for itself", () => {
  const highest = new HighestProgress();
  assert.deepEqual([highest.of("a", 40), highest.of("a", 30), highest.of("b", 5)], [40, 40, 5]);
});
