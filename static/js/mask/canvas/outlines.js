import { toWindow } from "./viewport.js";

const NAMESPACE = "http://www.w3.org/2000/svg";

/** SVG lines over the picture: outlines of the shape being drawn, and the brush's ring. */
export class Outlines {
  #shapes = [];
  #size = 0;

  constructor(stage, screen) {
    this.screen = screen;
    this.svg = stage.querySelector('[data-layer="lines"]');
    this.ring = stage.querySelector("[data-ring]");
  }

  /** Show shapes, in pixels of the picture: {kind: path|rectangle|ellipse|dot, …}. */
  show(...shapes) {
    this.#shapes = shapes;
    this.draw();
  }

  hide() {
    if (this.#shapes.length) this.show();
  }

  draw() {
    const { view } = this.screen;
    this.svg.replaceChildren(...this.#shapes.flatMap((shape) => this.#elements(shape, view)));
  }

  /** Show a circle of `diameter` picture pixels around a place of the window. */
  moveRing(place, diameter) {
    // A smaller ring could not be seen beside the pointer.
    const size = Math.max(4, diameter * this.screen.view.scale);
    // A new width costs a layout; moving by the transform below costs none.
    if (size !== this.#size) {
      this.#size = size;
      this.ring.style.width = this.ring.style.height = `${size}px`;
      this.ring.classList.toggle("tiny", size < 12);
    }
    this.ring.hidden = false;
    this.ring.style.transform = `translate(${place.x - size / 2}px, ${place.y - size / 2}px)`;
  }

  hideRing() {
    this.ring.hidden = true;
  }

  #elements(shape, view) {
    const attributes = drawers[shape.kind](shape, view);
    const tag = { path: "path", rectangle: "rect", ellipse: "ellipse", dot: "circle" }[shape.kind];
    // A dark line with a light one in it shows on any picture.
    return ["under", "over"].map((name) => {
      const element = document.createElementNS(NAMESPACE, tag);
      element.setAttribute("class", `${name} ${shape.kind}${shape.isSubtracting ? " taking" : ""}`);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    });
  }
}

const corner = ({ left, top }, view) => toWindow(view, { x: left, y: top });

const drawers = {
  rectangle: (shape, view) => {
    const { x, y } = corner(shape, view);
    return { x, y, width: (shape.right - shape.left) * view.scale, height: (shape.bottom - shape.top) * view.scale };
  },
  ellipse: (shape, view) => {
    const [rx, ry] = [((shape.right - shape.left) * view.scale) / 2, ((shape.bottom - shape.top) * view.scale) / 2];
    const { x, y } = corner(shape, view);
    return { cx: x + rx, cy: y + ry, rx, ry };
  },
  dot: (shape, view) => {
    const { x, y } = toWindow(view, shape);
    // The first corner grows while a press on it would close the outline.
    return { cx: x, cy: y, r: shape.isTarget ? 7 : 4 };
  },
  path: ({ points, isClosed }, view) => {
    let path = "";
    for (let index = 0; index < points.length; index += 2) {
      const { x, y } = toWindow(view, { x: points[index], y: points[index + 1] });
      // A tenth of a pixel cannot be seen, and long lassos would make very long attributes.
      path += `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    return { d: isClosed ? `${path}Z` : path };
  },
};
