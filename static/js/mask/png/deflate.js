/* A deflate stream (RFC 1951) from tokens that are already known: literals, and matches of one distance. */
const MAX_LENGTH = 258;
const END = 256;
// The order in which RFC 1951 (3.2.7) wants the sizes of the code for code sizes.
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Collect tokens: a byte, or a repetition of the last `distance` (1 to 4) bytes for `length` bytes. */
export class Tokens {
  #buffer = new Uint16Array(65536);
  #count = 0;

  literal(byte) {
    if (this.#count === this.#buffer.length) this.#widen();
    this.#buffer[this.#count++] = byte;
  }

  /** Repeat for `length` bytes, at least 3. */
  repeat(distance, length) {
    while (length > 0) {
      // The rest must not be shorter than the shortest match, 3 bytes.
      const part = length <= MAX_LENGTH ? length : Math.min(MAX_LENGTH, length - 3);
      if (this.#count === this.#buffer.length) this.#widen();
      // 16 bits for a match: a flag, its distance in two bits, its length in nine.
      this.#buffer[this.#count++] = 0x8000 | ((distance - 1) << 9) | part;
      length -= part;
    }
  }

  /** Return one compressed block, the last one of its stream. */
  deflate() {
    const tokens = this.#buffer.subarray(0, this.#count);
    const [lengths, distances] = [huffmanCodes(countLengths(tokens), 15), huffmanCodes(countDistances(tokens), 15)];
    const bits = new Bits(tokens.length);
    // The last block, and (2) with Huffman codes of its own.
    bits.put(1, 1);
    bits.put(2, 2);
    writeTrees(bits, lengths.sizes, distances.sizes);
    for (const token of tokens) {
      if (token < 0x8000) {
        bits.put(lengths.codes[token], lengths.sizes[token]);
        continue;
      }
      const length = LENGTHS[token & 511];
      const distance = (token >> 9) & 3;
      bits.put(lengths.codes[length.symbol], lengths.sizes[length.symbol]);
      bits.put(length.extra, length.bits);
      bits.put(distances.codes[distance], distances.sizes[distance]);
    }
    bits.put(lengths.codes[END], lengths.sizes[END]);
    return bits.bytes();
  }

  #widen() {
    const larger = new Uint16Array(this.#buffer.length * 2);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}

function countLengths(tokens) {
  const counts = new Uint32Array(286);
  counts[END] = 1;
  for (const token of tokens) counts[token < 0x8000 ? token : LENGTHS[token & 511].symbol]++;
  return counts;
}

function countDistances(tokens) {
  const counts = new Uint32Array(4);
  for (const token of tokens) if (token >= 0x8000) counts[(token >> 9) & 3]++;
  // A block without distance codes is legal, but so rare that not every decoder may take it.
  if (!counts.some(Boolean)) counts[0] = 1;
  return counts;
}

/** Symbol, further bits and their value for every length of a match. */
const LENGTHS = Array.from({ length: MAX_LENGTH + 1 }, (_, length) => {
  if (length < 3) return null;
  // 258 has a symbol of its own, without further bits (RFC 1951, 3.2.5).
  if (length === MAX_LENGTH) return { symbol: 285, bits: 0, extra: 0 };
  if (length < 11) return { symbol: 254 + length, bits: 0, extra: 0 };
  const bits = Math.floor(Math.log2(length - 3)) - 2;
  const [group, rest] = [(length - 3) >> bits, (length - 3) & ((1 << bits) - 1)];
  return { symbol: 257 + 4 * bits + group, bits, extra: rest };
});

/** Return codes of a Huffman tree of at most `maxBits` bits: `sizes` in bits, `codes` with their bits reversed. */
function huffmanCodes(counts, maxBits) {
  const sizes = codeSizes(counts, maxBits);
  const codes = new Uint16Array(counts.length);
  for (let size = 1, code = 0; size <= maxBits; size++, code <<= 1) {
    for (let symbol = 0; symbol < sizes.length; symbol++) {
      // Huffman codes are written from their highest bit on, all other numbers from their lowest.
      if (sizes[symbol] === size) codes[symbol] = reverseBits(code++, size);
    }
  }
  return { sizes, codes };
}

function codeSizes(counts, maxBits) {
  const sizes = new Uint8Array(counts.length);
  let trees = [];
  counts.forEach((count, symbol) => count && trees.push({ count, symbols: [symbol] }));
  // A tree of one symbol has no branches, but its code needs a bit.
  if (trees.length === 1) sizes[trees[0].symbols[0]] = 1;
  while (trees.length > 1) {
    // A heap is not worth it: there are at most 286 trees.
    trees.sort((first, second) => second.count - first.count);
    const [rarest, nextRarest] = [trees.pop(), trees.pop()];
    const symbols = [...rarest.symbols, ...nextRarest.symbols];
    for (const symbol of symbols) sizes[symbol]++;
    trees.push({ count: rarest.count + nextRarest.count, symbols });
  }
  // A tree that grew too deep becomes shallower when rare symbols count for more.
  if (sizes.some((size) => size > maxBits)) return codeSizes(counts.map((count) => count && (count >> 2) + 1), maxBits);
  return sizes;
}

function reverseBits(code, size) {
  let result = 0;
  for (let bit = 0; bit < size; bit++) result |= ((code >> bit) & 1) << (size - 1 - bit);
  return result;
}

function writeTrees(bits, lengths, distances) {
  const sizes = [...lengths, ...distances];
  const counts = new Uint32Array(19);
  for (const size of sizes) counts[size]++;
  const codes = huffmanCodes(counts, 7);
  bits.put(lengths.length - 257, 5);
  bits.put(distances.length - 1, 5);
  bits.put(ORDER.length - 4, 4);
  for (const size of ORDER) bits.put(codes.sizes[size], 3);
  // One by one: the repeat codes 16 to 18 would make a file less than 100 bytes smaller.
  for (const size of sizes) bits.put(codes.codes[size], codes.sizes[size]);
}

class Bits {
  #value = 0;
  #held = 0;
  #length = 0;

  constructor(tokens) {
    // A match takes at most 15 + 5 + 15 bits.
    this.buffer = new Uint8Array(tokens * 5 + 1024);
  }

  put(value, count) {
    // At most 7 bits are held and 15 are added, which never reaches the sign bit.
    this.#value |= value << this.#held;
    this.#held += count;
    while (this.#held >= 8) {
      this.buffer[this.#length++] = this.#value & 255;
      this.#value >>>= 8;
      this.#held -= 8;
    }
  }

  bytes() {
    if (this.#held) this.buffer[this.#length++] = this.#value & 255;
    return this.buffer.subarray(0, this.#length);
  }
}
