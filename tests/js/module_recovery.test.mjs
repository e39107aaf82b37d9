import assert from "node:assert/strict";
import { test } from "node:test";
import { retryLoad } from "../../static/js/lib/module-recovery.js";

const failing = (times) => async () => {
  if (times-- > 0) throw new Error("lost");
  return "here";
};

test("what is lost once comes the next time", async () => assert.equal(await retryLoad(failing(1), [0, 0]), "here"));
test("what never comes is given up", () => assert.rejects(retryLoad(failing(2), [0, 0]), /lost/));
