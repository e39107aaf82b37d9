import { redraw, toPng } from "./export.js";
import { lint } from "./lint.js";

self.addEventListener("message", ({ data: { turn, bitmap, work } }) => {
  const full = bitmap ?? redraw(...work);
  const png = toPng(full);
  self.postMessage({ turn, png, report: lint(full) }, [png.buffer]);
});
