/* What to do when a module is lost on its way: ask again, at last for the whole page. */
const PAUSES = [500, 2000, 5000];
const SOON = 2000;
// A page that is lost again and again is not loaded again without end, unless a run waits to be seen.
const SELDOM = 30_000;
const NAME = "loaded-again";
const LOSABLE = "brief-form:not(:defined) :is(textarea, input:not([type=hidden])), source-list:not(:defined) [type=file]";

const pause = (wait) => new Promise((done) => setTimeout(done, wait));

/** Load what failed to load, a little later each time. Rejects when it never comes. */
export async function retry(load, pauses = PAUSES) {
  let lost;
  for (const wait of pauses) {
    await pause(wait);
    try {
      return await load();
    } catch (error) {
      lost = error;
    }
  }
  throw lost;
}

/** Load what failed to load, or, when it never comes, the page: what waits for it then waits in vain. */
export const recover = (load) => retry(load).catch(() => loadAgain().then(() => new Promise(() => {})));

/** Say that a part of the page is missing, and load the page again, unless something typed or chosen would be lost. */
export async function loadAgain() {
  const root = document.documentElement;
  if ("lost" in root.dataset) return;
  root.dataset.lost = "";
  document.getElementById("announcer").textContent = document.getElementById("lost").innerText;
  const isAgain = Date.now() - Number(sessionStorage.getItem(NAME)) < 2 * SELDOM;
  if (isAgain && !document.querySelector("run-follower")) return;
  await pause(isAgain ? SELDOM : SOON);
  while (!(await isAnswered())) await pause(SOON);
  if ([...document.querySelectorAll(LOSABLE)].some(isChanged)) return;
  sessionStorage.setItem(NAME, Date.now());
  location.reload();
}

/** Does the server answer? Without an answer the browser would show an error in the place of the page. */
const isAnswered = () => fetch(location.href, { method: "HEAD" }).then((answer) => answer.ok, () => false);

const isChanged = (field) =>
  field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
