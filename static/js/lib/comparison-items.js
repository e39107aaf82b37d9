import { uniqueByUrl } from "./comparison-frame.js";

/** List the pictures to compare: sources and results of the run, then one result of each earlier run. */
export function comparisonItems(page) {
  const run = page.querySelector(".stage [data-run]");
  const own = [...(run?.querySelectorAll("[data-compare-item]") ?? [])];
  const earlier = [...page.querySelectorAll("[data-strip][data-picture-url]")].filter((link) => link.dataset.strip !== run?.dataset.run);
  return uniqueByUrl([
    ...own.map((link) => item(link, link.href, link.dataset.label)),
    ...earlier.map((link) => item(link, new URL(link.dataset.pictureUrl, page.baseURI).href, link.textContent.trim(), true)),
  ]);
}

/** List the pictures that a comparison on a page of its own offers for its panes. */
export function offeredItems(comparison) {
  return [...comparison.querySelectorAll("[data-compare-item]")].map((link) => ({ ...item(link, link.href, link.dataset.label), tag: link.dataset.tag }));
}

/** List the pictures that panes show. */
export function paneItems(panes) {
  return panes.map((pane) => {
    const [image, tag] = [pane.querySelector("img"), pane.querySelector(".compare-tag").textContent];
    return { url: image.src, label: image.alt, tag, width: Number(image.getAttribute("width")), height: Number(image.getAttribute("height")) };
  });
}

/** Return the options of a select; results of earlier runs are in an optgroup with the label `earlier`. */
export function comparisonOptions(items, earlier) {
  const group = document.createElement("optgroup");
  group.label = earlier;
  group.append(...items.filter(({ isEarlier }) => isEarlier).map(option));
  const own = items.filter(({ isEarlier }) => !isEarlier).map(option);
  return group.children.length ? [...own, group] : own;
}

const option = ({ label, url }) => new Option(label, url);

/** Read the data of a picture from its link. */
function item(link, url, label, isEarlier = false) {
  const { width, height } = link.dataset;
  const isSource = link.closest(".run-inputs") !== null;
  return { url, label, isEarlier, isSource, width: Number(width), height: Number(height) };
}
