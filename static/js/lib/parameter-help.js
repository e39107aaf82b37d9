const EDGE = 8;

/** Show what a parameter does in a popover below its question mark; without an answer, open the reference. */
export async function showHelp(link) {
  const response = await fetch(`${link.pathname}parameters/${link.hash.slice(1)}/`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok) return void location.assign(link.href);
  document.getElementById("parameter-help")?.remove();
  // After the link, so that Tab leads from it into the popover.
  link.insertAdjacentHTML("afterend", await response.text());
  const popover = document.getElementById("parameter-help");
  popover.addEventListener("toggle", ({ newState }) => newState === "closed" && popover.remove());
  popover.showPopover();
  // Its style sheet may still be on its way, and gives it its width.
  await Promise.all([...popover.querySelectorAll("link")].map((sheet) => sheet.sheet ?? new Promise((done) => sheet.addEventListener("load", done, { once: true }))));
  place(popover, link.getBoundingClientRect());
  popover.focus();
}

/** Put the popover below the link, or above it where there is no room, and within the window. */
function place(popover, { left, top, bottom }) {
  const { offsetWidth: width, offsetHeight: height } = popover;
  popover.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  popover.style.top = `${bottom + height + EDGE > innerHeight ? Math.max(EDGE, top - height - EDGE) : bottom + EDGE}px`;
}
