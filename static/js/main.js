/* What every page needs; anything else comes with the element that needs it. */
const elements = {
  "brief-form": () => import("./elements/brief-form.js"),
  "run-follower": () => import("./elements/run-follower.js"),
  "run-progress": () => import("./elements/run-progress.js"),
  "notify-switch": () => import("./elements/notify-switch.js"),
  "copy-button": () => import("./elements/copy-button.js"),
  "source-list": () => import("./elements/source-list.js"),
  "picture-compare": () => import("./elements/picture-compare.js"),
  "picture-lightbox": () => import("./elements/picture-lightbox.js"),
  "reference-search": () => import("./elements/reference-search.js"),
  "mask-editor": () => import("./elements/mask-editor.js"),
};
const root = document.documentElement;

/** Load a module; one that is lost on its way is asked for again. When even the help is lost, the page says so. */
const bring = (load) => load().catch(() => import("./recovery.js").then(({ recover }) => recover(load), sayLost));

function sayLost() {
  root.dataset.lost = "";
  return new Promise(() => {});
}
// The question mark of Latin, Arabic and full-width keyboards.
const HELP = ["?", "؟", "？"];

// At the end of parsing htmx goes through the whole page. A slow machine does that in a task of its own.
addEventListener("DOMContentLoaded", (event) => {
  event.stopImmediatePropagation();
  setTimeout(() => document.dispatchEvent(new Event("DOMContentLoaded", { bubbles: true })));
}, { capture: true, once: true });

// What is closed takes part again when the page stands: the search in the page looks there as well.
addEventListener("load", () => setTimeout(() => root.setAttribute("data-loaded", "")), { once: true });

const icon = document.getElementById("favicon");
const idle = icon?.href;

// The code panel is opened by few: what it needs comes then.
document.addEventListener("toggle", ({ target }) => target.id === "code" && openedCode(target), true);

function openedCode(panel) {
  sessionStorage.setItem("code", panel.open ? "open" : "");
  if (panel.open) bring(() => import("./elements/code-panel.js"));
}

// A button of it that is pressed sooner is pressed again when it can do something.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("code-panel:not(:defined) button");
  if (!button) return;
  await customElements.whenDefined("code-panel");
  button.click();
});

/** A link may bring a brief along. */
async function openShared() {
  if (!location.hash.startsWith("#brief=")) return;
  await customElements.whenDefined("brief-form");
  (await bring(() => import("./share.js"))).open();
}
window.addEventListener("hashchange", openShared);

function loadElements() {
  const code = document.getElementById("code");
  if (code && sessionStorage.getItem("code")) code.open = true;

  for (const [tag, load] of Object.entries(elements)) {
    if (!customElements.get(tag) && document.querySelector(tag)) bring(load);
  }
}

/** The tab's icon: running, ready while nobody has looked, idle. */
function showState() {
  if (!icon) return;
  const running = document.querySelector('[data-state="queued"], [data-state="running"]');
  const wasRunning = icon.href === icon.dataset.running;
  const isUnseen = document.hidden && (wasRunning || icon.href === icon.dataset.ready);
  icon.href = running ? icon.dataset.running : isUnseen ? icon.dataset.ready : idle;
}

/** Open what hides the element of that hash, and go there. */
function reveal(hash) {
  const element = hash.length > 1 && document.getElementById(hash.slice(1));
  if (!element) return false;
  const fold = element.closest("details");
  if (fold) fold.open = true;
  element.scrollIntoView({ block: "nearest" });
  element.focus();
  return true;
}

function focusWhatMatters(isSwap) {
  // A run that failed tells its story first; its button leads to the field.
  const told = document.querySelector(".run .failure");
  const wrong = !told && (document.querySelector('[aria-invalid="true"]') ?? document.querySelector("[data-field-error]"));
  const title = isSwap && document.querySelector(".run .state");
  if (wrong) {
    (wrong.matches("input, textarea, select") ? wrong : (wrong.querySelector("input:checked, input") ?? wrong)).focus();
  } else if (title) {
    // On a phone the picture stands above its words: show it from its top.
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

function remember(name, value) {
  const isSecure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${isSecure}`;
}

function chooseTheme(link) {
  const theme = link.dataset.themeChoice;
  root.dataset.theme = theme;
  remember("theme", theme);
  for (const other of link.parentElement.children) other.toggleAttribute("aria-current", false);
  link.setAttribute("aria-current", "true");
}

// The second press of a human double click meets what came in place of the button: there it does nothing.
const INERT_MS = 1000;
const GUARDED = "#submit, [data-run]";
let pressed = null;

/** A button was pressed, and nothing is in its place yet; `goneAt` says since when something is. */
function rememberPress({ target, detail }) {
  const button = target.closest("button");
  pressed = button && detail > 0 ? { button, box: button.getBoundingClientRect(), goneAt: null } : null;
}

function isWithin({ left, right, top, bottom }, { clientX, clientY }) {
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

function noteReplacement() {
  if (pressed && pressed.goneAt === null && !pressed.button?.isConnected) pressed.goneAt = performance.now();
}

function isSecondPress(event) {
  const isEarly = pressed && pressed.goneAt !== null && performance.now() - pressed.goneAt < INERT_MS;
  return isEarly && event.detail > 0 && isWithin(pressed.box, event) && event.target.closest(GUARDED);
}

addEventListener("click", (event) => {
  if (!isSecondPress(event)) return rememberPress(event);
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });
// Whoever left the place of the button, or went on with the form, presses on purpose.
const forget = (event) => pressed && !isWithin(pressed.box, event) && (pressed = null);
for (const name of ["pointermove", "pointerdown"]) addEventListener(name, forget, { capture: true, passive: true });
addEventListener("input", () => (pressed = null), { capture: true });
for (const name of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(name, noteReplacement);
// A whole page may come as well.
addEventListener("pagehide", () => {
  if (pressed && pressed.goneAt === null) sessionStorage.setItem("pressed", JSON.stringify(pressed.box));
});
if (sessionStorage.getItem("pressed")) {
  pressed = { button: null, box: JSON.parse(sessionStorage.getItem("pressed")), goneAt: performance.now() };
  sessionStorage.removeItem("pressed");
}

document.addEventListener("click", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const theme = event.target.closest("[data-theme-choice]");
  const place = event.target.closest("a[href*='#']");
  if (theme && plain) {
    event.preventDefault();
    chooseTheme(theme);
  } else if (place && plain && !place.closest(".reference") && place.pathname === location.pathname && reveal(place.hash)) {
    event.preventDefault();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

const shortcuts = document.getElementById("shortcuts");
const singleKeys = document.getElementById("single-keys");
if (shortcuts) {
  singleKeys.checked = localStorage.getItem("single-keys") !== "off";
  singleKeys.addEventListener("change", () => localStorage.setItem("single-keys", singleKeys.checked ? "on" : "off"));
  document.getElementById("help").addEventListener("click", () => shortcuts.showModal());
} else {
  document.getElementById("help")?.remove();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const isTyping = event.target.matches?.("input:not([type=radio], [type=checkbox]), textarea, select");
  if (HELP.includes(event.key) && !isTyping && singleKeys?.checked && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    shortcuts.showModal();
  }
});

// htmx tells the server the page's address, and with it what stands after the #: a shared brief.
document.addEventListener("htmx:configRequest", ({ detail }) => (detail.headers["HX-Current-URL"] = location.href.split("#")[0]));

// An answer that is not a page of its own must not become a step in the browser's history.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status >= 400) event.detail.etc.push = "false";
});
// An error page that holds the whole studio (an expired form, kept with what was typed) replaces it as usual.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const studio = document.getElementById("studio");
  if (detail.xhr.status < 400 || !studio || !detail.serverResponse.includes('id="studio"')) return;
  Object.assign(detail, { target: studio, selectOverride: "#studio", swapOverride: "outerHTML", isError: false });
});
/** A key that was kept or forgotten is said in the bar too, which stays when the form below it comes anew. */
function showAccount() {
  for (const name of ["api", "key"]) {
    const [shown, here] = [".bar", "#api-picker"].map((place) => document.querySelector(`${place} [data-chosen-${name}]`));
    if (shown && here) shown.textContent = here.textContent;
  }
}
document.addEventListener("htmx:afterSettle", (event) => {
  loadElements();
  showAccount();
  showState();
  if (event.target.id === "studio") focusWhatMatters(true);
  if (event.target.id === "api-picker") reveal("#id_key");
});
document.addEventListener("visibilitychange", showState);
// Parts that an element put into the page by itself may hold other elements.
document.addEventListener("new-parts", loadElements);

loadElements();
if (!window.htmx && document.querySelector('script[src*="htmx"]')) import("./recovery.js").then(({ loadAgain }) => loadAgain(), sayLost);
showState();
openShared();
if (!reveal(location.hash)) focusWhatMatters(false);

// On a phone the places to go do not all fit beside each other.
if (matchMedia("(max-width: 820px)").matches) {
  document.querySelector(".bar nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

// Times on the next pages are in the visitor's own zone. Asking for it takes a slow machine long: not while it loads.
const whenIdle = window.requestIdleCallback ?? setTimeout;
const knowZone = () => whenIdle(() => remember("timezone", Intl.DateTimeFormat().resolvedOptions().timeZone));
for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, knowZone, { once: true });
