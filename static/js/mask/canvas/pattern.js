/* The pattern of marked areas: two tones of one colour, so that at least one is visible on any picture. */
const TILE = 12;

const drawers = {
  plain: () => {},
  stripes: (context) => {
    context.lineWidth = TILE * 0.24;
    // The neighbours' stripes too: the corners of the tile belong to them.
    for (const shift of [-TILE, 0, TILE]) {
      context.moveTo(shift - 2, TILE + 2);
      context.lineTo(shift + TILE + 2, -2);
    }
    context.stroke();
  },
  checks: (context) => {
    context.fillRect(0, 0, TILE / 2, TILE / 2);
    context.fillRect(TILE / 2, TILE / 2, TILE / 2, TILE / 2);
  },
};

/** Create a canvas pattern of `colour` whose tiles look equally large on every screen. */
export function makePattern(context, name, colour, density) {
  const tile = document.createElement("canvas");
  // Whole pixels, filled by scaling: a fraction would show as seams between the tiles.
  tile.width = tile.height = Math.round(TILE * density);
  const inside = tile.getContext("2d");
  inside.scale(tile.width / TILE, tile.height / TILE);
  inside.fillStyle = colour;
  inside.fillRect(0, 0, TILE, TILE);
  inside.strokeStyle = inside.fillStyle = contrastingColour(colour);
  drawers[name](inside);
  return context.createPattern(tile, "repeat");
}

/** Return light for a dark colour and dark for a light one. */
function contrastingColour(colour) {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
  // Rough luminance: eyes take green for the brightest channel and blue for the darkest.
  return red * 0.3 + green * 0.6 + blue * 0.1 > 150 ? "rgb(0 0 0 / 0.55)" : "rgb(255 255 255 / 0.75)";
}

/** Create the checkerboard behind transparent pictures, in the two colours of the style sheet. */
export function makeTransparencyPattern(context, stage, density) {
  const { color, backgroundColor } = getComputedStyle(stage.querySelector("[data-ground]"));
  const tile = document.createElement("canvas");
  tile.width = tile.height = Math.round(TILE * 2 * density);
  const inside = tile.getContext("2d");
  inside.scale(tile.width / 2, tile.height / 2);
  inside.fillStyle = backgroundColor;
  inside.fillRect(0, 0, 2, 2);
  inside.fillStyle = color;
  inside.fillRect(0, 0, 1, 1);
  inside.fillRect(1, 1, 1, 1);
  return context.createPattern(tile, "repeat");
}
