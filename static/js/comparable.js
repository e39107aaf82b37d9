import { distinct } from "./compare.js";

/** What can be compared on this page: the run's sources and results, then one result of each earlier run. */
export function comparable(page) {
  const run = page.querySelector(".stage [data-run]");
  const own = [...(run?.querySelectorAll("[data-compare-item]") ?? [])];
  const earlier = [...page.querySelectorAll("[data-strip][data-picture-url]")].filter((link) => link.dataset.strip !== run?.dataset.run);
  return distinct([
    ...own.map((link) => item(link, link.href, link.dataset.label)),
    ...earlier.map((link) => item(link, new URL(link.dataset.pictureUrl, page.baseURI).href, link.textContent.trim(), true)),
  ]);
}

/** The choices of a select; earlier results stand in a group of that name. */
export function options(items, earlier) {
  const group = document.createElement("optgroup");
  group.label = earlier;
  group.append(...items.filter(({ isEarlier }) => isEarlier).map(option));
  const own = items.filter(({ isEarlier }) => !isEarlier).map(option);
  return group.children.length ? [...own, group] : own;
}

const option = ({ label, url }) => new Option(label, url);

/** What is known of a picture from the link to it. */
function item(link, url, label, isEarlier = false) {
  const { width, height } = link.dataset;
  const isSource = link.closest(".went-in") !== null;
  return { url, label, isEarlier, isSource, width: Number(width), height: Number(height) };
}
