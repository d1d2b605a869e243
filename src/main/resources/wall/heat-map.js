// Where in a picture a head looked: the brighter, the more the answer hangs on that place.

/** Red, green and blue of the strongest places; the others are the same with less of it. */
const COLOUR = [255, 80, 0];
const MAX_OPACITY = 0.7;

/** Covering a place that matters lowers the probability by at least this. */
const MIN_FALL = 0.02;

/**
 * Draws over a picture.
 *
 * @param canvas as large as the picture; it gets one pixel per place, which the browser smooths
 * @param rows by how much the probability falls where each place is covered; what rises counts as 0
 */
export function drawHeat(canvas, rows) {
  const [height, width] = [rows.length, rows[0]?.length ?? 0];
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  const most = Math.max(...rows.flat(), MIN_FALL);
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(canvas.width, canvas.height);
  rows.flat().forEach((value, i) => {
    pixels.data.set([...COLOUR, 255 * MAX_OPACITY * Math.max(0, value) / most], 4 * i);
  });
  context.putImageData(pixels, 0, 0);
}

/** Where it is strongest, in words: for those who cannot see it. */
export function strongest(rows) {
  const values = rows.flat();
  if (values.length === 0 || Math.max(...values) < MIN_FALL) {
    return "No single place decides it.";
  }
  const place = values.indexOf(Math.max(...values));
  const [row, column] = [Math.floor(place / rows[0].length), place % rows[0].length];
  const third = (at, size, names) => names[Math.min(2, Math.floor(3 * at / size))];
  const words = [third(row, rows.length, ["top", "middle", "bottom"]),
    third(column, rows[0].length, ["left", "centre", "right"])];
  return `It looked most at the ${words.join(" ") === "middle centre" ? "centre" : words.join(" ")}.`;
}
