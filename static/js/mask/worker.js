import { bitmapFromOperations, pngFromBitmap } from "./png/mask-png.js";
import { findProblems } from "./model/findings.js";
import { applyOperation } from "./model/apply-operation.js";
import { findSubject } from "./model/subject.js";

/* Three kinds of work: the PNG and the report of a mask, an operation that takes long, and the search for a subject. */
self.addEventListener("message", ({ data: { turn, bitmap, work, operation, pixels, subject } }) => {
  if (operation) {
    const dirty = applyOperation(operation, bitmap, pixels);
    // Hand the buffer over: a copy would take up to 8 MB more.
    self.postMessage({ turn, dirty, data: bitmap.data }, [bitmap.data.buffer]);
    return;
  }
  if (subject) {
    searchSubject(turn, subject, pixels).catch(() => self.postMessage({ turn, packed: null }));
    return;
  }
  const full = bitmap ?? bitmapFromOperations(...work);
  const png = pngFromBitmap(full);
  self.postMessage({ turn, png, report: findProblems(full) }, [png.buffer]);
});

async function searchSubject(turn, { part, rect, box, size, mode }, pixels) {
  const picture = pixels instanceof Blob ? await decodePart(pixels, rect, part) : pixels;
  const packed = findSubject(picture, part, box, size, (progress) => self.postMessage({ turn, progress }));
  self.postMessage({ turn, mode, packed });
}

/** Return the RGBA of a rectangle of an image file, as large as `part`. */
async function decodePart(file, rect, part) {
  const bitmap = await createImageBitmap(file);
  const [width, height] = [part.right - part.left, part.bottom - part.top];
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(bitmap, rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}
