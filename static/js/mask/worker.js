import { bitmapFromOperations, pngFromBitmap } from "./png/mask-png.js";
import { findProblems } from "./model/findings.js";
import { applyOperation } from "./model/apply-operation.js";

/* Two kinds of work: the PNG and the report of a mask, and an operation that takes long. */
self.addEventListener("message", ({ data: { turn, bitmap, work, operation, pixels } }) => {
  if (operation) {
    const dirty = applyOperation(operation, bitmap, pixels);
    // Hand the buffer over: a copy would take up to 8 MB more.
    self.postMessage({ turn, dirty, data: bitmap.data }, [bitmap.data.buffer]);
    return;
  }
  const full = bitmap ?? bitmapFromOperations(...work);
  const png = pngFromBitmap(full);
  self.postMessage({ turn, png, report: findProblems(full) }, [png.buffer]);
});
