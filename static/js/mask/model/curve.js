/* A stroke's samples become a curve through them. Corners stay corners, and far samples are joined straight. */
// A turn of more than 60 degrees is a corner.
const SHARPEST = Math.cos(Math.PI / 3);
// Pixels of the bitmap by which a straight piece may leave the curve: less cannot be seen.
const FINENESS = 0.25;

/** Turn samples {x, y, radius} into straight pieces, one sample behind the newest. */
export class Curve {
  #reach;
  #emit;
  #last = null;
  #before = null;
  #tangent = null;

  /** Join gaps longer than `reach` straight; call `emit(from, to)` for each piece. */
  constructor(reach, emit) {
    this.#reach = reach;
    this.#emit = emit;
  }

  /** Return the last emitted sample and the newest one. */
  get pending() {
    return this.#last && [this.#before ?? this.#last, this.#last];
  }

  add(sample) {
    if (this.#before) {
      const tangent = tangentAt(this.#before, this.#last, sample);
      this.#bend(tangent);
      this.#tangent = tangent;
    }
    if (this.#last) this.#before = this.#last;
    this.#last = sample;
  }

  end() {
    if (this.#before) this.#bend(null);
    // A tap is a dot.
    else if (this.#last) this.#emit(this.#last, this.#last);
    this.#before = this.#last = this.#tangent = null;
  }

  #bend(leaving) {
    const [from, to] = [this.#before, this.#last];
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = Math.hypot(dx, dy);
    // A browser that was busy skips samples: a curve through far ones would be a guess.
    const isStraight = length > this.#reach || (!this.#tangent && !leaving);
    const start = isStraight ? null : this.#tangent;
    const [fromHandle, toHandle] = [handle(start, dx, dy, length), handle(isStraight ? null : leaving, dx, dy, length)];
    const bulge = Math.max(Math.abs(fromHandle.x * dy - fromHandle.y * dx), Math.abs(toHandle.x * dy - toHandle.y * dx)) / (length || 1);
    const pieces = Math.min(24, Math.ceil(Math.sqrt(bulge / FINENESS)) || 1);
    for (let piece = 1, last = from; piece <= pieces; piece++) {
      const next = piece === pieces ? to : along(from, fromHandle, toHandle, to, piece / pieces);
      this.#emit(last, next);
      last = next;
    }
  }
}

function handle(tangent, dx, dy, length) {
  return tangent ? { x: (tangent.x * length) / 3, y: (tangent.y * length) / 3 } : { x: dx / 3, y: dy / 3 };
}

/** Return the direction of the curve at the middle one of three samples; null at a corner. */
function tangentAt(before, middle, after) {
  const into = unit(middle.x - before.x, middle.y - before.y);
  const out = unit(after.x - middle.x, after.y - middle.y);
  if (!into || !out || into.x * out.x + into.y * out.y < SHARPEST) return null;
  return unit(into.x + out.x, into.y + out.y);
}

function unit(x, y) {
  const length = Math.hypot(x, y);
  return length ? { x: x / length, y: y / length } : null;
}

function along(from, fromHandle, toHandle, to, t) {
  const [s, a, b] = [1 - t, 3 * (1 - t) * (1 - t) * t, 3 * (1 - t) * t * t];
  const mix = (start, end, into, out) => s * s * s * start + a * (start + into) + b * (end - out) + t * t * t * end;
  return {
    x: mix(from.x, to.x, fromHandle.x, toHandle.x),
    y: mix(from.y, to.y, fromHandle.y, toHandle.y),
    radius: s * from.radius + t * to.radius,
  };
}
