// Where in a picture a head looked: the brighter, the more the answer hangs on that place.

/** Red, green and blue of the strongest places; the others are the same with less of it. */
const COLOUR = [255, 80, 0];
const MAX_OPACITY = 0.7;

/**
 * Draws over a picture.
 *
 * @param canvas as large as the picture; it gets one pixel per place, which the browser smooths
 * @param rows of numbers, of which those below 0 count as 0
 */
export function drawHeat(canvas, rows) {
  const [height, width] = [rows.length, rows[0]?.length ?? 0];
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  const most = Math.max(...rows.flat(), Number.MIN_VALUE);
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
  if (values.length === 0 || Math.max(...values) <= 0) {
    return "nowhere in particular";
  }
  const place = values.indexOf(Math.max(...values));
  const [row, column] = [Math.floor(place / rows[0].length), place % rows[0].length];
  const third = (at, size, names) => names[Math.min(2, Math.floor(3 * at / size))];
  const words = [third(row, rows.length, ["top", "middle", "bottom"]),
    third(column, rows[0].length, ["left", "centre", "right"])];
  return words.join(" ") === "middle centre" ? "the centre" : `the ${words.join(" ")}`;
}
