import assert from "node:assert/strict";
import test from "node:test";
import { maskFromHash, decodeBrief, encodeBrief } from "../../static/js/lib/share-link.js";

test("a brief comes back as it was written", () => {
  const brief = { prompt: "a \"vase\"\n早安 🦊 \\ </script> #&=+/", size: "1536x1024", n: "3" };
  assert.deepEqual(decodeBrief(encodeBrief(brief)), brief);
});

test("32,000 characters fit", () => {
  const brief = { prompt: "🦊".repeat(32_000) };
  assert.deepEqual(decodeBrief(encodeBrief(brief)), brief);
});

test("keys, addresses and tokens are never written and never read", () => {
  const secret = { prompt: "a", key: "cr_secret", api: "asia", token: "t", csrfmiddlewaretoken: "c", user: "u" };
  assert.deepEqual(decodeBrief(encodeBrief(secret)), { prompt: "a" });
  assert.deepEqual(decodeBrief(`#brief=${btoa(JSON.stringify(secret))}`), { prompt: "a" });
});

test("what is no link is left alone", () => {
  for (const hash of ["", "#id_prompt", "#brief=", "#brief=%%%", `#brief=${btoa("[1]")}x`, `#brief=${btoa("null")}`]) {
    assert.ok(!Object.keys(decodeBrief(hash) ?? {}).length, hash);
  }
  assert.deepEqual(decodeBrief(`#brief=${btoa('{"prompt": 1, "size": ["x"]}')}`), {});
});

test("a link can stand in an address without escapes", () => {
  assert.match(encodeBrief({ prompt: "???>>>~~~🦊" }), /^#brief=[A-Za-z0-9_-]+$/);
});

test("a mask goes along beside the brief", () => {
  const link = encodeBrief({ prompt: "a" }, "mask_-1");
  assert.equal(maskFromHash(link), "mask_-1");
  assert.deepEqual(decodeBrief(link), { prompt: "a" });
  assert.equal(maskFromHash(encodeBrief({ prompt: "&mask=x" })), "");
  assert.equal(maskFromHash("#other&mask=x"), "");
});
