const COMPONENTS = 5;
const ROUNDS = 6;
const MAX_SAMPLES = 20_000;
const LEAST_VARIANCE = 12;

/** A mixture of normal distributions of colours: how unlikely is a colour among these pixels? */
export class ColourModel {
  #components;

  /** `data` is RGBA, `pixels` are the indices to learn from. */
  constructor(data, pixels) {
    const step = Math.max(1, Math.ceil(pixels.length / MAX_SAMPLES));
    const samples = pixels.filter((_, index) => index % step === 0);
    this.#components = clusters(data, samples).map((members) => component(data, members, samples.length));
  }

  /** Return the negative logarithm of a colour's likelihood. */
  cost(red, green, blue) {
    let likelihood = 1e-30;
    for (const { weight, mean, inverse, scale } of this.#components) {
      const [r, g, b] = [red - mean[0], green - mean[1], blue - mean[2]];
      const square =
        r * r * inverse[0] + g * g * inverse[3] + b * b * inverse[5] + 2 * (r * g * inverse[1] + r * b * inverse[2] + g * b * inverse[4]);
      likelihood += weight * scale * Math.exp(-0.5 * square);
    }
    return -Math.log(likelihood);
  }
}

/** Divide samples into groups of similar colours (k-means, begun at even steps of brightness, so always alike). */
function clusters(data, samples) {
  const brightness = (pixel) => 2 * data[pixel * 4] + 5 * data[pixel * 4 + 1] + data[pixel * 4 + 2];
  const sorted = samples.toSorted((first, second) => brightness(first) - brightness(second));
  const count = Math.min(COMPONENTS, sorted.length);
  let means = Array.from({ length: count }, (_, index) => colourAt(data, sorted[Math.floor(((index + 0.5) * sorted.length) / count)]));
  let groups = [];
  for (let round = 0; round < ROUNDS; round++) {
    groups = means.map(() => []);
    for (const pixel of samples) groups[nearest(means, data, pixel * 4)].push(pixel);
    means = groups.map((members, index) => (members.length ? meanOf(data, members) : means[index]));
  }
  return groups.filter((members) => members.length);
}

const colourAt = (data, pixel) => [data[pixel * 4], data[pixel * 4 + 1], data[pixel * 4 + 2]];

function nearest(means, data, offset) {
  let [best, least] = [0, Infinity];
  for (let index = 0; index < means.length; index++) {
    const [r, g, b] = means[index];
    const apart = (data[offset] - r) ** 2 + (data[offset + 1] - g) ** 2 + (data[offset + 2] - b) ** 2;
    if (apart < least) [best, least] = [index, apart];
  }
  return best;
}

function meanOf(data, pixels) {
  const sum = [0, 0, 0];
  for (const pixel of pixels) for (let channel = 0; channel < 3; channel++) sum[channel] += data[pixel * 4 + channel];
  return sum.map((value) => value / pixels.length);
}

function component(data, members, total) {
  const mean = meanOf(data, members);
  const spread = [0, 0, 0, 0, 0, 0];
  for (const pixel of members) {
    const [r, g, b] = colourAt(data, pixel).map((value, channel) => value - mean[channel]);
    [r * r, r * g, r * b, g * g, g * b, b * b].forEach((value, index) => (spread[index] += value));
  }
  // Flat colours have no spread: neighbouring shades must stay likely.
  const [rr, rg, rb, gg, gb, bb] = spread.map((value, index) => value / members.length + ([0, 3, 5].includes(index) ? LEAST_VARIANCE : 0));
  const determinant = rr * (gg * bb - gb * gb) - rg * (rg * bb - gb * rb) + rb * (rg * gb - gg * rb);
  const inverse = [gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg, rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg];
  return { weight: members.length / total, mean, inverse: inverse.map((value) => value / determinant), scale: determinant ** -0.5 };
}
