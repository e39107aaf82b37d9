import assert from "node:assert/strict";
import test from "node:test";
import { maskOf, read, written } from "../../static/js/share.js";

test("a brief comes back as it was written", () => {
  const brief = { prompt: "a \"vase\"\n早安 🦊 \\ </script> #&=+/", size: "1536x1024", n: "3" };
  assert.deepEqual(read(written(brief)), brief);
});

test("32,000 characters fit", () => {
  const brief = { prompt: "🦊".repeat(32_000) };
  assert.deepEqual(read(written(brief)), brief);
});

test("keys, addresses and tokens are never written and never read", () => {
  const secret = { prompt: "a", key: "cr_secret", api: "asia", token: "t", csrfmiddlewaretoken: "c", user: "u" };
  assert.deepEqual(read(written(secret)), { prompt: "a" });
  assert.deepEqual(read(`#brief=${btoa(JSON.stringify(secret))}`), { prompt: "a" });
});

test("what is no link is left alone", () => {
  for (const hash of ["", "#id_prompt", "#brief=", "#brief=%%%", `#brief=${btoa("[1]")}x`, `#brief=${btoa("null")}`]) {
    assert.ok(!Object.keys(read(hash) ?? {}).length, hash);
  }
  assert.deepEqual(read(`#brief=${btoa('{"prompt": 1, "size": ["x"]}')}`), {});
});

test("a link can stand in an address without escapes", () => {
  assert.match(written({ prompt: "???>>>~~~🦊" }), /^#brief=[A-Za-z0-9_-]+$/);
});

test("a mask goes along beside the brief", () => {
  const link = written({ prompt: "a" }, "mask_-1");
  assert.equal(maskOf(link), "mask_-1");
  assert.deepEqual(read(link), { prompt: "a" });
  assert.equal(maskOf(written({ prompt: "&mask=x" })), "");
  assert.equal(maskOf("#other&mask=x"), "");
});
