// A box in parts of a picture, [left, top, width, height], that is moved and resized and never leaves the picture.

/** The least side, in parts of the picture's. */
export const MIN_SIDE = 0.02;

const DIGITS = 10_000;
const within = (value, low, high) => Math.min(Math.max(value, low), high);
const rounded = (box) => box.map((part) => Math.round(part * DIGITS) / DIGITS);

/** The nearest box within the picture. */
export function fitted([left, top, width, height]) {
  const [w, h] = [within(width, MIN_SIDE, 1), within(height, MIN_SIDE, 1)];
  return rounded([within(left, 0, 1 - w), within(top, 0, 1 - h), w, h]);
}

/** The box between two points. */
export function between(one, other) {
  const [a, b] = [one, other].map((point) => point.map((part) => within(part, 0, 1)));
  return rounded([Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])]);
}

export const moved = ([left, top, width, height], x, y) => fitted([left + x, top + y, width, height]);

/**
 * The box with its sides moved, as far as the picture and the least side allow.
 *
 * @param sides those that move: "n", "se" and so on
 */
export function resized([left, top, width, height], sides, x, y) {
  let [right, bottom] = [left + width, top + height];
  if (sides.includes("w")) {
    left = within(left + x, 0, right - MIN_SIDE);
  }
  if (sides.includes("e")) {
    right = within(right + x, left + MIN_SIDE, 1);
  }
  if (sides.includes("n")) {
    top = within(top + y, 0, bottom - MIN_SIDE);
  }
  if (sides.includes("s")) {
    bottom = within(bottom + y, top + MIN_SIDE, 1);
  }
  return rounded([left, top, right - left, bottom - top]);
}

/** In words. */
export function words(box) {
  const [left, top, width, height] = box.map((part) => `${Math.round(1000 * part) / 10} %`);
  return `left ${left}, top ${top}, width ${width}, height ${height}`;
}
