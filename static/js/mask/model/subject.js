import { maxSpeckArea } from "./findings.js";
import { tidy } from "../pixels/components.js";
import { refineEdge, shrinkPicture } from "../pixels/edge-refine.js";
import { grabCut } from "../pixels/grab-cut.js";
import { clip, rectangleArea, whole, widen } from "../pixels/rectangles.js";
import { pack } from "../pixels/run-length.js";

/** Pixels on which the subject is searched: more take longer, and the outline is refined anyway. */
const MAX_PIXELS = 90_000;
const SURROUNDINGS = 0.25;
const LEAST_SHARE = 0.01;
const SPECK_SHARE = 0.02;

/** Return the part of the bitmap that the search for the subject in `box` looks at: some of what is around it, too. */
export function subjectPart(box, bitmap) {
  const inside = clip(box, bitmap);
  if (!inside) return null;
  const around = SURROUNDINGS * Math.max(inside.right - inside.left, inside.bottom - inside.top);
  return clip(widen(inside, Math.max(8, around)), bitmap);
}

/**
 * Find the subject in `box`. `picture` is the RGBA of `part` of the bitmap {width, height}. Return its marks, packed at
 * the bitmap's size; null when nothing stands out.
 */
export function findSubject(picture, part, box, bitmap, onProgress) {
  const scale = Math.min(1, Math.sqrt(MAX_PIXELS / (picture.width * picture.height)));
  const size = { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) };
  const small = shrinkPicture(picture, size.width, size.height);
  const inner = clip(
    { left: (box.left - part.left) * scale, top: (box.top - part.top) * scale, right: (box.right - part.left) * scale, bottom: (box.bottom - part.top) * scale },
    size,
  );
  const subject = grabCut(small, inner, (share) => onProgress(0.9 * share));
  const marks = subject.map((value) => value * 255);
  tidy(marks, size.width, size.height, SPECK_SHARE * rectangleArea(inner));
  const found = marks.map((value) => (value ? 1 : 0));
  if (found.reduce((sum, value) => sum + value, 0) < LEAST_SHARE * rectangleArea(inner)) return null;
  const cover = refineEdge(picture, small, found);
  // Hairs and grain at the outline leave pinholes, which the page would ask to fill.
  tidy(cover, picture.width, picture.height, maxSpeckArea(bitmap));
  const data = new Uint8Array(bitmap.width * bitmap.height);
  for (let y = 0; y < picture.height; y++) {
    data.set(cover.subarray(y * picture.width, (y + 1) * picture.width), (part.top + y) * bitmap.width + part.left);
  }
  onProgress(1);
  return pack(data, bitmap.width, whole(bitmap));
}
