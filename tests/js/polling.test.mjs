import assert from "node:assert/strict";
import { test } from "node:test";
import { nextWaitMs, shownVersions } from "../../static/js/lib/polling.js";

test("each run is named once with its version", () => {
  assert.equal(shownVersions([{ id: "a", version: "3" }, { id: "b", version: "1" }, { id: "a", version: "3" }]), "a:3,b:1");
});
test("the older version counts where two parts differ", () => {
  assert.equal(shownVersions([{ id: "a", version: "10" }, { id: "a", version: "9" }]), "a:9");
});
test("no run gives no text", () => assert.equal(shownVersions([]), ""));
test("the server's wait is kept", () => assert.equal(nextWaitMs({ wait: 4000, active: 1 }), 4000));
test("nothing active means stop", () => assert.equal(nextWaitMs({ wait: 500, active: 0 }), null));
test("a wait of zero means stop", () => assert.equal(nextWaitMs({ wait: 0, active: 2 }), null));
test("an answer without numbers means stop", () => assert.equal(nextWaitMs({}), null));
test("nobody asks too often", () => assert.equal(nextWaitMs({ wait: 1, active: 1 }), 50));
