/* Loaded by every page. Custom elements are imported when the page contains one. */
const elements = {
  "brief-form": () => import("./elements/brief-form.js"),
  "run-follower": () => import("./elements/run-follower.js"),
  "run-progress": () => import("./elements/run-progress.js"),
  "copy-button": () => import("./elements/copy-button.js"),
  "source-list": () => import("./elements/source-list.js"),
  "picture-compare": () => import("./elements/picture-compare.js"),
  "picture-lightbox": () => import("./elements/run-page.js"),
  "reference-search": () => import("./elements/reference-search.js"),
  "language-tabs": () => import("./elements/language-tabs.js"),
  "mask-editor": () => import("./elements/mask-editor.js"),
  "frame-editor": () => import("./elements/frame-editor.js"),
  "edit-modes": () => import("./elements/edit-modes.js"),
};
const root = document.documentElement;

/** Import a module. Retry when the request fails; show a message when the retry module cannot be loaded either. */
const loadModule = (load) => load().catch(() => import("./lib/module-recovery.js").then(({ retryLoadOrReload }) => retryLoadOrReload(load), showLost));

function showLost() {
  root.dataset.lost = "";
  return new Promise(() => {});
}
// The question mark of Latin, Arabic and full-width keyboards.
const HELP = ["?", "؟", "？"];

// htmx processes the whole page on DOMContentLoaded: run that in a task of its own, or slow devices block parsing.
addEventListener("DOMContentLoaded", (event) => {
  event.stopImmediatePropagation();
  setTimeout(() => document.dispatchEvent(new Event("DOMContentLoaded", { bubbles: true })));
}, { capture: true, once: true });

// Closed <details> are rendered after load, so that the browser's find-in-page searches them too.
addEventListener("load", () => setTimeout(() => root.setAttribute("data-loaded", "")), { once: true });

const icon = document.getElementById("favicon");
const idle = icon?.href;

// Few visitors open the code panel, so its module is loaded on the first opening.
document.addEventListener("toggle", ({ target }) => target.id === "code" && openedCode(target), true);

function openedCode(panel) {
  sessionStorage.setItem("code", panel.open ? "open" : "");
  if (panel.open) loadModule(() => import("./elements/code-panel.js"));
}

// Repeat a click on a button or tab of the panel that came before the module was loaded.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("code-panel:not(:defined) :is(button, [role=tab])");
  if (!button) return;
  event.preventDefault();
  await customElements.whenDefined("code-panel");
  button.click();
});

/** Fill the form from a shared link (#brief=…). */
async function openShared() {
  if (!location.hash.startsWith("#brief=")) return;
  await customElements.whenDefined("brief-form");
  (await loadModule(() => import("./lib/share-link.js"))).openSharedBrief();
}
window.addEventListener("hashchange", openShared);

function loadElements() {
  const code = document.getElementById("code");
  // On a phone it would cover the page.
  if (code && sessionStorage.getItem("code") && !matchMedia("(max-width: 820px)").matches) code.open = true;

  for (const [tag, load] of Object.entries(elements)) {
    if (!customElements.get(tag) && document.querySelector(tag)) loadModule(load);
  }
}

/** Set the tab's icon: running, ready (until the visitor returns to the tab) or idle. */
function showState() {
  if (!icon) return;
  const running = document.querySelector('[data-state="queued"], [data-state="running"]');
  const wasRunning = icon.href === icon.dataset.running;
  const isUnseen = document.hidden && (wasRunning || icon.href === icon.dataset.ready);
  icon.href = running ? icon.dataset.running : isUnseen ? icon.dataset.ready : idle;
}

/** Open the <details> around the element that the hash names, and focus the element. */
function reveal(hash) {
  const element = hash.length > 1 && document.getElementById(hash.slice(1));
  if (!element) return false;
  const fold = element.closest("details");
  if (fold) fold.open = true;
  element.scrollIntoView({ block: "nearest" });
  element.focus();
  return true;
}

function focusMainResult(isSwap) {
  // A failed run shows its error first; the button in it leads to the field.
  const failure = document.querySelector(".run .failure");
  const invalid = !failure && (document.querySelector('[aria-invalid="true"]') ?? document.querySelector("[data-field-error]"));
  const title = isSwap && document.querySelector(".run .state");
  if (invalid) {
    (invalid.matches("input, textarea, select") ? invalid : (invalid.querySelector("input:checked, input") ?? invalid)).focus();
  } else if (title) {
    // On a phone the picture is above its text: scroll to the top of the picture.
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

function setCookie(name, value) {
  const isSecure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${isSecure}`;
}

function chooseTheme(link) {
  const theme = link.dataset.themeChoice;
  root.dataset.theme = theme;
  setCookie("theme", theme);
  for (const other of link.parentElement.children) other.toggleAttribute("aria-current", false);
  link.setAttribute("aria-current", "true");
}

// The second click of a double click hits the element that replaced the button. Ignore it: it could start a paid run.
const INERT_MS = 1000;
const GUARDED = "#submit, [data-run]";
let pressed = null;

/** Remember the pressed button; `replacedAt` is set when another element takes its place. */
function rememberPress({ target, detail }) {
  const button = target.closest("button");
  pressed = button && detail > 0 ? { button, box: button.getBoundingClientRect(), replacedAt: null } : null;
}

function isWithin({ left, right, top, bottom }, { clientX, clientY }) {
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

function recordReplacement() {
  if (pressed && pressed.replacedAt === null && !pressed.button?.isConnected) pressed.replacedAt = performance.now();
}

function isSecondPress(event) {
  const isEarly = pressed && pressed.replacedAt !== null && performance.now() - pressed.replacedAt < INERT_MS;
  return isEarly && event.detail > 0 && isWithin(pressed.box, event) && event.target.closest(GUARDED);
}

addEventListener("click", (event) => {
  if (!isSecondPress(event)) return rememberPress(event);
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });
// After the pointer left the button, or after input in the form, the next click is intended.
const forget = (event) => pressed && !isWithin(pressed.box, event) && (pressed = null);
for (const name of ["pointermove", "pointerdown"]) addEventListener(name, forget, { capture: true, passive: true });
addEventListener("input", () => (pressed = null), { capture: true });
for (const name of ["htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(name, recordReplacement);
// The answer may also be a whole page: keep the press for it.
addEventListener("pagehide", () => {
  if (pressed && pressed.replacedAt === null) sessionStorage.setItem("pressed", JSON.stringify(pressed.box));
});
if (sessionStorage.getItem("pressed")) {
  pressed = { button: null, box: JSON.parse(sessionStorage.getItem("pressed")), replacedAt: performance.now() };
  sessionStorage.removeItem("pressed");
}

document.addEventListener("click", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const theme = event.target.closest("[data-theme-choice]");
  const help = event.target.closest("a.ref");
  const place = event.target.closest("a[href*='#']");
  if (theme && plain) {
    event.preventDefault();
    chooseTheme(theme);
  } else if (plain && event.target.closest("#commands")) {
    openCommands(event);
  } else if (help && plain) {
    event.preventDefault();
    loadModule(() => import("./lib/parameter-help.js")).then(({ showHelp }) => showHelp(help));
  } else if (place && plain && !event.defaultPrevented && !place.closest(".reference, .code-page") && place.pathname === location.pathname && reveal(place.hash)) {
    event.preventDefault();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

const commands = document.getElementById("commands");
/** Open the command palette instead of its page. */
function openCommands(event) {
  event.preventDefault();
  const showOffline = () => document.getElementById("gone")?.replaceChildren(commands.dataset.lost);
  import("./lib/command-palette.js").then(({ openPalette }) => openPalette(commands), showOffline);
}
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
  const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  // By letter, and on layouts of other scripts by place, as in shortcut-key.js: loading that would be one more request.
  if (commands && isCommand && (event.key.toLowerCase() === "k" || (event.key > "z" && event.code === "KeyK"))) openCommands(event);
  const isTyping = event.target.matches?.("input:not([type=radio], [type=checkbox]), textarea, select");
  if (HELP.includes(event.key) && !isTyping && singleKeys?.checked && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    shortcuts.showModal();
  }
});

// htmx sends the page's address to the server. Cut the part after #: a shared brief must not leave the browser.
document.addEventListener("htmx:configRequest", ({ detail }) => (detail.headers["HX-Current-URL"] = location.href.split("#")[0]));

// An error response must not become an entry in the browser's history.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status >= 400) event.detail.etc.push = "false";
});
// An error page with the whole #studio (an expired form with the typed values) replaces the studio as usual.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const studio = document.getElementById("studio");
  if (detail.xhr.status < 400 || !studio || !detail.serverResponse.includes('id="studio"')) return;
  Object.assign(detail, { target: studio, selectOverride: "#studio", swapOverride: "outerHTML", isError: false });
});
/** Copy API and key state to the header, which is not replaced together with the form. */
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
  if (event.target.id === "studio") focusMainResult(true);
  if (event.target.id === "api-picker") reveal("#id_key");
});
document.addEventListener("visibilitychange", showState);
// An element that inserts HTML itself fires this event; the HTML may contain other custom elements.
document.addEventListener("new-parts", loadElements);

loadElements();
if (!window.htmx && document.querySelector('script[src*="htmx"]')) import("./lib/module-recovery.js").then(({ reloadPage }) => reloadPage(), showLost);
showState();
openShared();
if (!reveal(location.hash)) focusMainResult(false);

// On a phone the navigation scrolls: bring the current page into view.
if (matchMedia("(max-width: 820px)").matches) {
  document.querySelector(".bar nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}

// The server shows times in the visitor's zone. Intl is slow on weak devices, so read the zone after the first input.
const whenIdle = window.requestIdleCallback ?? setTimeout;
const rememberTimeZone = () => whenIdle(() => setCookie("timezone", Intl.DateTimeFormat().resolvedOptions().timeZone));
for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, rememberTimeZone, { once: true });
