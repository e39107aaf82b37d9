import { moveItem, targetIndex } from "./source-files.js";

// Screen pixels; a press that moves less is a click of an unsteady hand.
const SLACK = 5;

/** Drag a list item by its grip; call `onMoved(item)` when its position changed. */
export function startDrag(down, grip, item, onMoved) {
  const ends = new AbortController();
  const row = item.parentElement;
  const ids = () => [...row.querySelectorAll("[data-source]")].map((element) => element.dataset.source);
  const before = ids();
  const start = { x: down.clientX, y: down.clientY };
  let home = item.getBoundingClientRect();

  const move = ({ clientX, clientY }) => {
    if (!("dragging" in item.dataset) && Math.hypot(clientX - start.x, clientY - start.y) < SLACK) return;
    item.dataset.dragging = "";
    const others = [...row.querySelectorAll("[data-source]")].filter((element) => element !== item);
    const boxes = others.map((element) => element.getBoundingClientRect());
    const now = ids();
    const next = moveItem(now, item.dataset.source, targetIndex(clientX, clientY, boxes, now.indexOf(item.dataset.source)));
    if (next.join() !== now.join()) {
      item.style.translate = "";
      const held = { x: start.x - home.left, y: start.y - home.top };
      layOut(row, next, item);
      home = item.getBoundingClientRect();
      // The item stands elsewhere now: keep the pointer on the same spot of it.
      Object.assign(start, { x: home.left + held.x, y: home.top + held.y });
    }
    item.style.translate = `${clientX - start.x}px ${clientY - start.y}px`;
  };
  const finish = (isAccepted) => {
    ends.abort();
    item.style.translate = "";
    item.removeAttribute("data-dragging");
    if (!isAccepted) layOut(row, before, item);
    else if (ids().join() !== before.join()) onMoved(item);
  };
  const on = (name, act) => grip.addEventListener(name, act, { signal: ends.signal });
  grip.setPointerCapture(down.pointerId);
  on("pointermove", move);
  on("pointerup", () => finish(true));
  on("pointercancel", () => finish(false));
  // Touch captures the pointer on the first target implicitly; losing that capture does not end the drag.
  on("lostpointercapture", (lost) => lost.target === grip && finish(true));
}

/** Reorder the other items: moving the dragged element in the DOM would lose its pointer capture. */
function layOut(row, ids, dragged) {
  const place = ids.indexOf(dragged.dataset.source);
  const more = row.querySelector(".source-more");
  ids.forEach((id, index) => {
    if (index !== place) row.insertBefore(document.getElementById(`source-${id}`), index < place ? dragged : more);
  });
}
