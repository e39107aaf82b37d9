/* Recovery from a module that fails to load: retry the import, then reload the page. */
const PAUSES = [500, 2000, 5000];
const RELOAD_MS = 2000;
// Avoid an endless loop of reloads: reload twice in a row only while a run is shown, and then slowly.
const REPEATED_RELOAD_MS = 30_000;
const RELOADED_KEY = "loaded-again";
const USER_INPUT_SELECTOR = "brief-form:not(:defined) :is(textarea, input:not([type=hidden])), source-list:not(:defined) [type=file]";

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Retry an import with growing pauses. Reject when every attempt fails. */
export async function retryLoad(load, pauses = PAUSES) {
  let lastError;
  for (const milliseconds of pauses) {
    await wait(milliseconds);
    try {
      return await load();
    } catch (error) {
      lastError = error;
    }
  }
  throw lastError;
}

/** Retry an import; reload the page when every attempt fails. The promise then never settles. */
export const retryLoadOrReload = (load) => retryLoad(load).catch(() => reloadPage().then(() => new Promise(() => {})));

/** Show that a part of the page is missing, and reload the page unless input would be lost. */
export async function reloadPage() {
  const root = document.documentElement;
  if ("lost" in root.dataset) return;
  root.dataset.lost = "";
  document.getElementById("announcer").textContent = document.getElementById("lost").innerText;
  const isAgain = Date.now() - Number(sessionStorage.getItem(RELOADED_KEY)) < 2 * REPEATED_RELOAD_MS;
  if (isAgain && !document.querySelector("run-follower")) return;
  await wait(isAgain ? REPEATED_RELOAD_MS : RELOAD_MS);
  while (!(await isServerReachable())) await wait(RELOAD_MS);
  if ([...document.querySelectorAll(USER_INPUT_SELECTOR)].some(isChanged)) return;
  sessionStorage.setItem(RELOADED_KEY, Date.now());
  location.reload();
}

/** Check that the server answers: otherwise a reload would replace the page by the browser's error page. */
const isServerReachable = () => fetch(location.href, { method: "HEAD" }).then((response) => response.ok, () => false);

const isChanged = (field) =>
  field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
