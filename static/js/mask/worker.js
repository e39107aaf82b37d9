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
    const packed = findSubject(pixels, subject.part, subject.box, subject.size, (progress) => self.postMessage({ turn, progress }));
    self.postMessage({ turn, mode: subject.mode, packed });
    return;
  }
  const full = bitmap ?? bitmapFromOperations(...work);
  const png = pngFromBitmap(full);
  self.postMessage({ turn, png, report: findProblems(full) }, [png.buffer]);
});
