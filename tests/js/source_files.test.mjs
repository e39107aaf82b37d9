import assert from "node:assert/strict";
import { test } from "node:test";
import { areFileNames, fillPlaceholders, isLink, moveItem, targetIndex, refusalReason } from "../../static/js/lib/source-files.js";

const limits = { count: 8, file: 100, total: 150 };
const held = { count: 1, total: 60 };
const file = (more) => ({ name: "cat.png", type: "image/png", size: 10, ...more });

test("a small picture is taken", () => assert.equal(refusalReason(file(), held, limits), ""));
test("a file without a type is left to the server", () => assert.equal(refusalReason(file({ type: "" }), held, limits), ""));
test("a phone's HEIC is told apart", () => {
  assert.equal(refusalReason(file({ name: "IMG.HEIC", type: "" }), held, limits), "heic");
  assert.equal(refusalReason(file({ type: "image/heif" }), held, limits), "heic");
});
test("other types are refused", () => assert.equal(refusalReason(file({ type: "image/gif" }), held, limits), "format"));
test("the limit of a file is inclusive", () => {
  assert.equal(refusalReason(file({ size: 100 }), { count: 0, total: 0 }, limits), "");
  assert.equal(refusalReason(file({ size: 101 }), { count: 0, total: 0 }, limits), "tooLarge");
});
test("the limit of all together is inclusive", () => {
  assert.equal(refusalReason(file({ size: 90 }), held, limits), "");
  assert.equal(refusalReason(file({ size: 91 }), held, limits), "tooLargeTogether");
});
test("a ninth picture is one too many", () => assert.equal(refusalReason(file(), { count: 8, total: 0 }, limits), "tooMany"));
test("a file manager copies names along: they are no text of their own", () => {
  const files = [{ name: "cat.png" }, { name: "My dog.jpg" }];
  for (const text of ["cat.png", "cat.png\rMy dog.jpg\n", "cat\nMy dog", "file:///Users/me/My%20dog.jpg", "", "100%"]) {
    assert.equal(areFileNames(text, files), text !== "100%", text);
  }
  assert.equal(areFileNames("A cat with a hat", files), false);
});
test("an address alone is a link", () => {
  assert.equal(isLink(" https://example.org/cat.png "), true);
  assert.equal(isLink("see https://example.org"), false);
  assert.equal(isLink("cat.png"), false);
});
test("places are filled, unknown ones left", () => assert.equal(fillPlaceholders("{name} of {x}", { name: "a{b}" }), "a{b} of {x}"));
test("an item moves to a place", () => {
  assert.deepEqual(moveItem(["a", "b", "c"], "c", 0), ["c", "a", "b"]);
  assert.deepEqual(moveItem(["a", "b", "c"], "a", 2), ["b", "c", "a"]);
});
test("a dragged item goes past the one that the pointer comes to", () => {
  const box = (left, top) => ({ left, top, right: left + 100, bottom: top + 50 });
  const others = [box(0, 0), box(220, 0), box(0, 60)];
  assert.equal(targetIndex(130, 20, others, 1), 1);
  assert.equal(targetIndex(230, 20, others, 1), 2);
  assert.equal(targetIndex(90, 20, others, 1), 0);
  assert.equal(targetIndex(50, 80, others, 1), 3);
  assert.equal(targetIndex(500, 500, others, 1), 1);
});
