// Numbers, times and elements. Whatever comes from Kafka becomes text here, never markup.

const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});
const tenth = new Intl.NumberFormat("en", {minimumFractionDigits: 1, maximumFractionDigits: 1});
const time = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 1,
});
const second = new Intl.DateTimeFormat("en-GB", {hour: "2-digit", minute: "2-digit", second: "2-digit"});
const dayAndMinute = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
});
const dateAndTime = new Intl.DateTimeFormat("en-GB", {dateStyle: "medium", timeStyle: "medium"});

export const count = (number) => whole.format(number);
export const rate = (number) => `${number < 10 ? tenth.format(number) : whole.format(number)}/s`;
export const score = (number) => `${tenth.format(100 * number)} %`;
export const clock = (millis) => time.format(millis);
export const date = (millis) => dateAndTime.format(millis);

/** A number of things: 1 picture, 2 pictures. */
export const counted = (number, thing) => `${count(number)} ${thing}${number === 1 ? "" : "s"}`;

/** So many of so many, in one line. */
export const ratio = (part, all) => `${count(part)}\u00a0of\u00a0${count(all)}`;

/** A share with its 95 % confidence interval. */
export const share = ({estimate, low, high}) =>
  `${score(estimate)} (${tenth.format(100 * low)} to ${tenth.format(100 * high)} %)`;

/** The time of day, or the day too where it is another. */
export const moment = (millis) => new Date(millis).toDateString() === new Date().toDateString()
  ? second.format(millis) : dayAndMinute.format(millis);

export function duration(millis) {
  if (millis < 1000) {
    return `${whole.format(millis)} ms`;
  }
  const seconds = millis / 1000;
  if (seconds < 60) {
    return `${seconds < 10 ? tenth.format(seconds) : whole.format(seconds)} s`;
  }
  return seconds < 3600 ? `${whole.format(seconds / 60)} min` : `${tenth.format(seconds / 3600)} h`;
}

/** How long ago, in steps that a person can read while they change. */
export function age(millis) {
  const seconds = Math.max(0, millis) / 1000;
  if (seconds < 10) {
    return `${tenth.format(seconds)} s ago`;
  }
  return `${duration(Math.floor(seconds) * 1000)} ago`;
}

/** An element with a class and, perhaps, a text. */
export function element(name, className = "", text = "") {
  const result = document.createElement(name);
  if (className) {
    result.className = className;
  }
  if (text) {
    result.textContent = text;
  }
  return result;
}

/** Sets a text only where it differs: what is left alone costs nothing, and disturbs no screen reader. */
export function setText(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

/** Lets a screen reader say what a person's own search has found, and not what changes by itself later. */
export function announce(output) {
  output.setAttribute("aria-live", "polite");
  setTimeout(() => output.setAttribute("aria-live", "off"), 2000);
}
