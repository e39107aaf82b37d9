/* Annotations as SVG, with the geometry that the server draws them with. */
const NAMESPACE = "http://www.w3.org/2000/svg";

const element = (tag, attributes) => {
  const node = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
};

/** Draw annotations into an SVG group; `colours` are [line, edge] by name, `geometry` multiples of the width. */
export class Drawing {
  constructor(group, colours, geometry) {
    Object.assign(this, { group, colours, geometry });
  }

  show(annotations) {
    this.group.replaceChildren(...annotations.map((annotation) => this.#draw(annotation)));
  }

  #draw(annotation) {
    const [line, edge] = this.colours[annotation.colour] ?? Object.values(this.colours)[0];
    const group = element("g", { "data-kind": annotation.kind });
    if (annotation.kind === "note") this.#drawNote(group, annotation, line, edge);
    else {
      for (const [colour, extra] of [[edge, Math.max(1, this.geometry.edge * annotation.width)], [line, 0]]) {
        group.append(...this.#drawLines(annotation, colour, extra));
      }
    }
    return group;
  }

  #drawLines(annotation, colour, extra) {
    const { kind, width } = annotation;
    const stroke = { fill: "none", stroke: colour, "stroke-width": width + 2 * extra, "stroke-linejoin": "round", "stroke-linecap": "round" };
    if (kind === "arrow") {
      const [tip, left, right] = arrowHead(annotation, this.geometry);
      const shaft = `M${annotation.x1} ${annotation.y1}L${(left[0] + right[0]) / 2} ${(left[1] + right[1]) / 2}`;
      const head = `M${tip}L${left}L${right}Z`;
      return [element("path", { ...stroke, d: shaft }), element("path", { ...stroke, d: head, fill: colour, "stroke-width": 2 * extra })];
    }
    if (kind === "pen") return strokePieces(annotation, extra).map((d) => element("path", { d, fill: colour }));
    const { left, top, right, bottom } = annotation;
    const [x, y, across, down] = [Math.min(left, right), Math.min(top, bottom), Math.abs(right - left), Math.abs(bottom - top)];
    if (kind === "box") return [element("rect", { ...stroke, x, y, width: across, height: down })];
    return [element("ellipse", { ...stroke, cx: x + across / 2, cy: y + down / 2, rx: across / 2, ry: down / 2 })];
  }

  #drawNote(group, { x, y, width, text }, line, edge) {
    const { letters, leading, padding, corner } = this.geometry;
    const lines = (text || " ").split("\n");
    const words = element("text", { fill: edge, "font-size": letters * width });
    lines.forEach((content, row) => {
      const span = element("tspan", { x: x + padding * width, y: y + padding * width + leading * width * (row + 0.78) });
      span.textContent = content;
      words.append(span);
    });
    const box = element("rect", { x, y, rx: corner * width, fill: line, stroke: edge, "stroke-width": Math.max(1, this.geometry.edge * width) });
    group.append(box, words);
    this.group.append(group);
    // Measured once it is in the page.
    const longest = Math.max(...[...words.children].map((span) => span.getComputedTextLength()));
    box.setAttribute("width", longest + 2 * padding * width);
    box.setAttribute("height", lines.length * leading * width + 2 * padding * width);
  }
}

/** Return the tip and the two corners behind it; the head of a short arrow is smaller. */
export function arrowHead({ x1, y1, x2, y2, width }, { headLength, headWidth }) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [dx, dy] = length ? [(x2 - x1) / length, (y2 - y1) / length] : [1, 0];
  const back = Math.min(headLength * width, Math.max(length, width));
  const half = (headWidth * back) / headLength;
  const [x, y] = [x2 - dx * back, y2 - dy * back];
  return [[x2, y2], [x - dy * half, y + dx * half], [x + dy * half, y - dx * half]];
}

/**
 * Return the outline of a stroke as round dots joined by straight pieces. perfect-freehand's single outline would need
 * its code here, and the server would have to draw the same curve; dots and pieces are the same in both.
 */
function strokePieces({ points, width }, extra) {
  const dots = [];
  for (let index = 0; index < points.length; index += 3) {
    dots.push([points[index], points[index + 1], (width / 2) * (points[index + 2] / 100) + extra]);
  }
  let path = "";
  dots.forEach(([x, y, radius], index) => {
    path += `M${x - radius} ${y}a${radius} ${radius} 0 1 1 ${2 * radius} 0a${radius} ${radius} 0 1 1 ${-2 * radius} 0Z`;
    if (!index) return;
    const [fromX, fromY, fromRadius] = dots[index - 1];
    const length = Math.hypot(x - fromX, y - fromY);
    if (!length) return;
    const [ax, ay] = [(fromY - y) / length, (x - fromX) / length];
    path += `M${fromX + ax * fromRadius} ${fromY + ay * fromRadius}L${fromX - ax * fromRadius} ${fromY - ay * fromRadius}L${x - ax * radius} ${y - ay * radius}L${x + ax * radius} ${y + ay * radius}Z`;
  });
  return [path];
}
