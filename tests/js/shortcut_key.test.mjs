import assert from "node:assert/strict";
import { test } from "node:test";
import { shortcutKey } from "../../static/js/lib/shortcut-key.js";

const cases = [
  ["a Latin letter is itself wherever it stands, as on AZERTY", "a", "KeyQ", "a"],
  ["a capital is the same key", "B", "KeyB", "b"],
  ["Cyrillic", "и", "KeyB", "b"],
  ["Greek", "ζ", "KeyZ", "z"],
  ["Arabic", "ئ", "KeyZ", "z"],
  ["an Arabic key that types two letters", "لا", "KeyB", "b"],
  ["Hebrew", "נ", "KeyB", "b"],
  ["Arabic digits", "٠", "Digit0", "0"],
  ["a bracket's place on a Cyrillic keyboard", "х", "BracketLeft", "["],
  ["a German umlaut is no bracket", "ü", "BracketLeft", "ü"],
  ["keys with names keep them", "ArrowLeft", "ArrowLeft", "ArrowLeft"],
  ["Space", " ", "Space", " "],
  ["a key without a place stays as it is", "я", "", "я"],
];
for (const [name, key, code, expected] of cases) test(name, () => assert.equal(shortcutKey({ key, code }), expected));
