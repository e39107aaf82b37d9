import { endOfRun, asWords } from "./pixel-runs.js";

/* Run-length coding: masks are flat, so runs are long. A token with the lowest bit set is a run. */

/** Pack a rectangle of `data`, whose rows are `stride` long. */
export function pack(data, stride, rect) {
  const [writer, words] = [new Writer(), asWords(data)];
  for (let y = rect.top; y < rect.bottom; y++) {
    packRow(data, words, y * stride + rect.left, y * stride + rect.right, writer);
  }
  return writer.bytes();
}

/** Unpack into the same rectangle. */
export function unpack(packed, data, stride, rect) {
  let offset = 0;
  for (let y = rect.top; y < rect.bottom; y++) {
    const end = y * stride + rect.right;
    for (let to = y * stride + rect.left; to < end; ) {
      let token = 0;
      for (let shift = 0, more = true; more; shift += 7) {
        const byte = packed[offset++];
        token |= (byte & 127) << shift;
        more = byte > 127;
      }
      const length = token >>> 1;
      if (token & 1) data.fill(packed[offset++], to, to + length);
      else {
        data.set(packed.subarray(offset, offset + length), to);
        offset += length;
      }
      to += length;
    }
  }
}

// A run takes two bytes and ends the literal, whose rest needs a token of its own: three pixels save nothing.
const SHORTEST_RUN = 4;

function packRow(data, words, from, end, writer) {
  let literal = from;
  for (let offset = from; offset < end; ) {
    const next = endOfRun(data, words, offset, end);
    if (next - offset >= SHORTEST_RUN) {
      if (offset > literal) writer.writeLiteral(data, literal, offset);
      writer.writeRun(data[offset], next - offset);
      literal = next;
    }
    offset = next;
  }
  if (end > literal) writer.writeLiteral(data, literal, end);
}

class Writer {
  #buffer = new Uint8Array(1024);
  #length = 0;

  writeRun(value, length) {
    this.#writeToken((length << 1) | 1, 1);
    this.#buffer[this.#length++] = value;
  }

  writeLiteral(data, from, to) {
    this.#writeToken((to - from) << 1, to - from);
    this.#buffer.set(data.subarray(from, to), this.#length);
    this.#length += to - from;
  }

  bytes() {
    return this.#buffer.slice(0, this.#length);
  }

  #writeToken(token, extraBytes) {
    // A token has up to 32 bits, seven in each byte.
    const needed = this.#length + extraBytes + 5;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    for (; token > 127; token >>>= 7) this.#buffer[this.#length++] = (token & 127) | 128;
    this.#buffer[this.#length++] = token;
  }
}
