import assert from "node:assert/strict";
import { test } from "node:test";
import { countCharacters, formatNumber } from "../../static/js/lib/text.js";

test("a character outside the basic plane counts once", () => assert.equal(countCharacters("a🌻早"), 3));
test("a line end counts once, however it is written", () => assert.equal(countCharacters("a\r\nb\nc"), 5));
test("nothing counts nothing", () => assert.equal(countCharacters(""), 0));
test("numbers are grouped as the language does", () => assert.equal(formatNumber(32000, "en"), "32,000"));
