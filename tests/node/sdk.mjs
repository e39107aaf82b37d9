// The official SDK, driven by a test: node sdk.mjs STEP, with BASE_URL and API_KEY in the environment. It prints one
// JSON value that says what came.
import { readFile } from "node:fs/promises";
import OpenAI, { toFile } from "openai";

const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: process.env.API_KEY, timeout: 60_000 });
const asked = { model: "gpt-image-2", prompt: "a cat 猫", size: "1024x1024", quality: "low" };

const file = async (name) => toFile(await readFile(name), name, { type: "image/png" });
const files = (count) => Promise.all(Array.from({ length: count }, (_, number) => file(`${number}.png`)));
const isPng = (text) => Buffer.from(text, "base64").subarray(1, 4).toString() === "PNG";
const told = ({ data, size, safety_identifier }) => ({
  pictures: data.map((one) => isPng(one.b64_json)),
  size,
  safety_identifier,
});

async function events(stream) {
  const said = [];
  for await (const event of stream) said.push([event.type, isPng(event.b64_json)]);
  return said;
}

const steps = {
  async generate() {
    return told(await client.images.generate({ ...asked, n: 2, user: "alice", output_format: "png", background: "opaque" }));
  },
  async editOne() {
    return told(await client.images.edit({ ...asked, image: await file("0.png"), safety_identifier: "a1b2" }));
  },
  async editEight() {
    return told(await client.images.edit({ ...asked, image: await files(8), mask: await file("mask.png"), n: 2 }));
  },
  async stream() {
    return events(await client.images.generate({ ...asked, stream: true, partial_images: 2 }));
  },
  async streamEdit() {
    const image = await file("0.png");
    return events(await client.images.edit({ ...asked, image, stream: true, partial_images: 1 }));
  },
  async withResponse() {
    const { data, response, request_id } = await client.images.generate(asked).withResponse();
    return { ...told(data), status: response.status, header: response.headers.get("x-request-id"), request_id };
  },
  async refused() {
    try {
      return await client.images.generate({ ...asked, size: "1x1" });
    } catch (error) {
      return { name: error.constructor.name, status: error.status, code: error.code, param: error.param, id: error.requestID };
    }
  },
};

console.log(JSON.stringify(await steps[process.argv[2]]()));
