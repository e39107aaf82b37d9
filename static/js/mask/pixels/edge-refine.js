/* The outline of a subject that was found on a smaller copy, drawn again in the pixels of the picture itself. */

const REACH = 4;
const LEAST_CONTRAST = 30 ** 2;
const FULL_CONTRAST = 55 ** 2;

/** Return the picture {width, height, data: RGBA}, averaged down to a size. */
export function shrinkPicture(picture, width, height) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, to = 0; y < height; y++) {
    const [top, bottom] = span(y, height, picture.height);
    for (let x = 0; x < width; x++, to += 4) {
      const [left, right] = span(x, width, picture.width);
      const sum = [0, 0, 0, 0];
      for (let row = top; row < bottom; row++) {
        for (let from = (row * picture.width + left) * 4, end = (row * picture.width + right) * 4; from < end; from += 4) {
          for (let channel = 0; channel < 4; channel++) sum[channel] += picture.data[from + channel];
        }
      }
      for (let channel = 0; channel < 4; channel++) data[to + channel] = sum[channel] / ((bottom - top) * (right - left));
    }
  }
  return { width, height, data };
}

/** Return a part of a picture whose pixels are `scale` for each of the rectangle. */
export function cutOut(picture, rect, scale) {
  const [left, top] = [Math.floor(rect.left * scale), Math.floor(rect.top * scale)];
  const width = Math.max(1, Math.min(picture.width, Math.ceil(rect.right * scale)) - left);
  const height = Math.max(1, Math.min(picture.height, Math.ceil(rect.bottom * scale)) - top);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * 4;
    data.set(picture.data.subarray(from, from + width * 4), y * width * 4);
  }
  return { width, height, data };
}

function span(index, count, length) {
  const from = Math.floor((index * length) / count);
  return [from, Math.max(from + 1, Math.floor(((index + 1) * length) / count))];
}

/**
 * Return the coverage (0 to 255) of each pixel of `picture`, from the `subject` (0 or 1) on the copy `small`. At the
 * outline a pixel's colour says how much of it belongs to the subject.
 */
export function refineEdge(picture, small, subject) {
  const soft = means(subject, small, 1).share;
  const own = means(subject, small, REACH);
  const other = means(subject.map((value) => 1 - value), small, REACH);
  const cover = new Uint8Array(picture.width * picture.height);
  const [across, down] = [small.width / picture.width, small.height / picture.height];
  for (let y = 0, index = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++, index++) {
      const share = bilinear(soft, small, (x + 0.5) * across - 0.5, (y + 0.5) * down - 0.5);
      if (share < 0.04) continue;
      const place = Math.floor((y + 0.5) * down) * small.width + Math.floor((x + 0.5) * across);
      cover[index] = Math.round(255 * (share > 0.96 ? 1 : shareByColour(picture.data, index * 4, share, own.colour, other.colour, place * 3)));
    }
  }
  return cover;
}

/** Return where a colour lies between that of the surroundings and that of the subject; `share` where both are alike. */
function shareByColour(data, offset, share, own, other, place) {
  let [contrast, along] = [0, 0];
  for (let channel = 0; channel < 3; channel++) {
    const apart = own[place + channel] - other[place + channel];
    contrast += apart * apart;
    along += (data[offset + channel] - other[place + channel]) * apart;
  }
  const byPlace = Math.min(1, Math.max(0, (share - 0.5) * 3 + 0.5));
  if (contrast <= LEAST_CONTRAST) return byPlace;
  const byColour = Math.min(1, Math.max(0, (along / contrast - 0.2) / 0.6));
  const trust = Math.min(1, (contrast - LEAST_CONTRAST) / (FULL_CONTRAST - LEAST_CONTRAST));
  return byPlace + (byColour - byPlace) * trust;
}

/** Return around each pixel the share that is marked, and the mean colour of the marked ones. */
function means(marks, { width, height, data }, reach) {
  const share = new Float32Array(width * height);
  const colour = new Float32Array(width * height * 3);
  const sums = [0, 1, 2, 3].map((channel) => boxSums(width, height, reach, (index) => marks[index] * (channel < 3 ? data[index * 4 + channel] : 1)));
  const all = boxSums(width, height, reach, () => 1);
  for (let index = 0; index < share.length; index++) {
    share[index] = sums[3][index] / all[index];
    for (let channel = 0; channel < 3; channel++) colour[index * 3 + channel] = sums[channel][index] / (sums[3][index] || 1);
  }
  return { share, colour };
}

function boxSums(width, height, reach, value) {
  const table = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0, row = 0; x < width; x++) {
      row += value(y * width + x);
      table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1] + row;
    }
  }
  const sums = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - reach) * (width + 1), Math.min(height, y + reach + 1) * (width + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      sums[y * width + x] = table[bottom + right] - table[bottom + left] - table[top + right] + table[top + left];
    }
  }
  return sums;
}

function bilinear(values, { width, height }, x, y) {
  const [left, top] = [Math.min(width - 1, Math.max(0, Math.floor(x))), Math.min(height - 1, Math.max(0, Math.floor(y)))];
  const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  const [far, low] = [Math.min(1, Math.max(0, x - left)), Math.min(1, Math.max(0, y - top))];
  const upper = values[top * width + left] * (1 - far) + values[top * width + right] * far;
  const lower = values[bottom * width + left] * (1 - far) + values[bottom * width + right] * far;
  return upper * (1 - low) + lower * low;
}
