import { redraw, toPng } from "./export.js";
import { lint } from "./lint.js";
import { apply } from "./raster.js";

/* Two kinds of work: the PNG and the report of a mask, and an operation that takes long. */
self.addEventListener("message", ({ data: { turn, bitmap, work, operation, pixels } }) => {
  if (operation) {
    const dirty = apply(operation, bitmap, pixels);
    self.postMessage({ turn, dirty, data: bitmap.data }, [bitmap.data.buffer]);
    return;
  }
  const full = bitmap ?? redraw(...work);
  const png = toPng(full);
  self.postMessage({ turn, png, report: lint(full) }, [png.buffer]);
});
