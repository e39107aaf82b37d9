import assert from "node:assert/strict";
import { test } from "node:test";
import { findSubject, subjectPart } from "../../static/js/mask/model/subject.js";
import { findProblems } from "../../static/js/mask/model/findings.js";
import { GridGraph } from "../../static/js/mask/pixels/max-flow.js";
import { unpack } from "../../static/js/mask/pixels/run-length.js";
import { whole } from "../../static/js/mask/pixels/rectangles.js";

/* A red disc on a wooden table before a grey wall, with grain: nothing is one flat colour. */
function photo(width, height, isSubject) {
  const data = new Uint8ClampedArray(width * height * 4);
  let seed = 7;
  const grain = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648 - 0.5) * 24;
  for (let y = 0, offset = 0; y < height; y++) {
    for (let x = 0; x < width; x++, offset += 4) {
      const ground = y > 0.7 * height ? [120, 90, 60] : [150 + (60 * x) / width, 160 + (40 * y) / height, 175];
      const colour = isSubject(x + 0.5, y + 0.5) ? [190 + (40 * y) / height, 55, 50] : ground;
      colour.forEach((value, channel) => (data[offset + channel] = value + grain()));
      data[offset + 3] = 255;
    }
  }
  return { width, height, data };
}

function partOf(picture, { left, top, right, bottom }) {
  const part = { width: right - left, height: bottom - top, data: new Uint8ClampedArray((right - left) * (bottom - top) * 4) };
  for (let y = top; y < bottom; y++) {
    const row = picture.data.subarray((y * picture.width + left) * 4, (y * picture.width + right) * 4);
    part.data.set(row, (y - top) * part.width * 4);
  }
  return part;
}

function find(picture, box, onProgress = () => {}) {
  const part = subjectPart(box, picture);
  const packed = findSubject(partOf(picture, part), part, box, picture, onProgress);
  if (!packed) return null;
  const marks = new Uint8Array(picture.width * picture.height);
  unpack(packed, marks, picture.width, whole(picture));
  return marks;
}

/* Intersection over union of marks and a shape. */
function likeness({ width, height }, marks, isSubject) {
  let [both, either] = [0, 0];
  for (let y = 0, index = 0; y < height; y++) {
    for (let x = 0; x < width; x++, index++) {
      const [marked, meant] = [marks[index] > 127, isSubject(x + 0.5, y + 0.5)];
      if (marked && meant) both++;
      if (marked || meant) either++;
    }
  }
  return both / either;
}

const disc = (x, y) => Math.hypot(x - 200, y - 160) < 80;

test("the cheapest cut runs through the weakest edges", () => {
  const graph = new GridGraph(4, 1);
  [9, 2, 7].forEach((cost, x) => graph.setEdge(graph.node(x, 0), 0, cost));
  graph.setTerminal(graph.node(0, 0), 100);
  graph.setTerminal(graph.node(3, 0), -100);
  assert.deepEqual([...graph.cut()], [1, 1, 0, 0]);
});
test("no other division of a grid costs less than the cut", () => {
  const [width, height] = [4, 3];
  for (let seed = 1; seed <= 40; seed++) {
    let state = seed;
    const random = (most) => (state = (state * 1103515245 + 12345) % 2147483648) % most;
    const graph = new GridGraph(width, height);
    const [terminals, edges] = [[], []];
    for (let index = 0; index < width * height; index++) {
      const [x, y] = [index % width, Math.floor(index / width)];
      terminals.push(random(41) - 20);
      graph.setTerminal(graph.node(x, y), terminals[index]);
      for (const [direction, right, down] of [[0, 1, 0], [2, 0, 1], [4, 1, 1], [6, -1, 1]]) {
        if (x + right < 0 || x + right >= width || y + down >= height) continue;
        const cost = random(12);
        edges.push([index, index + down * width + right, cost]);
        graph.setEdge(graph.node(x, y), direction, cost);
      }
    }
    const price = (isSource) =>
      terminals.reduce((sum, value, index) => sum + (isSource(index) ? Math.max(0, -value) : Math.max(0, value)), 0) +
      edges.reduce((sum, [from, to, cost]) => sum + (isSource(from) === isSource(to) ? 0 : cost), 0);
    let least = Infinity;
    for (let bits = 0; bits < 1 << (width * height); bits++) least = Math.min(least, price((index) => Boolean(bits & (1 << index))));
    const side = graph.cut();
    assert.equal(price((index) => side[index] === 1), least);
  }
});
test("a box around a thing becomes its outline", () => {
  const picture = photo(400, 300, disc);
  const marks = find(picture, { left: 105, top: 65, right: 300, bottom: 255 });
  assert.ok(likeness(picture, marks, disc) > 0.97);
});
test("fine lines across the outline leave neither specks nor pinholes", () => {
  const picture = photo(400, 300, disc);
  for (let turn = 0; turn < 40; turn++) {
    for (let radius = 60; radius < 100; radius++) {
      const [x, y] = [Math.floor(200 + radius * Math.cos(turn)), Math.floor(160 + radius * Math.sin(turn))];
      picture.data.set([240, 235, 220], (y * 400 + x) * 4);
    }
  }
  const marks = find(picture, { left: 95, top: 55, right: 305, bottom: 265 });
  const { findings } = findProblems({ width: 400, height: 300, data: marks });
  assert.deepEqual(findings, []);
});
test("a thing with a handle and a hole keeps both", () => {
  const cup = (x, y) => (Math.abs(x - 180) < 60 && Math.abs(y - 150) < 70) || (x > 180 && Math.abs(Math.hypot(x - 240, y - 150) - 40) < 10);
  const picture = photo(400, 300, cup);
  const marks = find(picture, { left: 105, top: 65, right: 310, bottom: 235 });
  assert.ok(likeness(picture, marks, cup) > 0.95);
  assert.equal(marks[150 * 400 + 262], 0);
});
test("a large picture is searched on a small copy, and its outline is exact to a few pixels", () => {
  const large = (x, y) => Math.hypot(x - 900, y - 700) < 420;
  const picture = photo(1800, 1400, large);
  const shares = [];
  const marks = find(picture, { left: 420, top: 230, right: 1400, bottom: 1180 }, (share) => shares.push(share));
  assert.ok(likeness(picture, marks, large) > 0.985);
  let apart = 0;
  for (let turn = 0; turn < 360; turn++) {
    const [x, y] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
    const at = (radius) => marks[Math.floor(700 + y * radius) * 1800 + Math.floor(900 + x * radius)];
    if (at(414) < 128 || at(426) > 127) apart++;
  }
  assert.ok(apart < 18, `${apart} of 360 places are off`);
  assert.deepEqual(shares, shares.toSorted((first, second) => first - second));
  assert.equal(shares.at(-1), 1);
});
test("the same box gives the same marks", () => {
  const picture = photo(200, 150, (x, y) => Math.hypot(x - 100, y - 75) < 35);
  const box = { left: 55, top: 30, right: 145, bottom: 120 };
  assert.deepEqual(find(picture, box), find(picture, box));
});
test("where nothing stands out nothing is marked, or no more than the box", () => {
  const picture = photo(200, 150, () => false);
  const box = { left: 60, top: 20, right: 140, bottom: 90 };
  const marks = find(picture, box);
  const outside = marks?.some((value, index) => value > 127 && !(index % 200 >= 58 && index % 200 < 142 && index / 200 >= 18 && index / 200 < 92));
  assert.ok(!outside);
});
test("a box that holds the whole picture works too", () => {
  const picture = photo(240, 180, (x, y) => Math.hypot(x - 120, y - 80) < 45);
  const marks = find(picture, { left: 0, top: 0, right: 240, bottom: 180 });
  assert.equal(marks[80 * 240 + 120], 255);
  assert.equal(marks[5 * 240 + 5], 0);
});
