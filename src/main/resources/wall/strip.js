// Labels as colours, one after another.

const hues = new Map();

/** The colour of a label: those that come first are furthest apart. */
export function colour(label) {
  if (!hues.has(label)) {
    if (hues.size > 5000) {
      hues.clear();
    }
    hues.set(label, Math.round((212 + hues.size * 137.5) % 360));
  }
  return `hsl(${hues.get(label)} 62% 50%)`;
}

/** Draws one column for each label; null leaves it empty, and so does a label that is not meant. */
export function draw(canvas, labels, isMeant = () => true) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  const width = canvas.width / labels.length;
  labels.forEach((label, i) => {
    if (label !== null && isMeant(label)) {
      context.fillStyle = colour(label);
      const left = Math.round(i * width);
      context.fillRect(left, 0, Math.round((i + 1) * width) - left, canvas.height);
    }
  });
}

/** What a strip shows, in words: the share of each label, the largest first. */
export function summary(labels) {
  const counts = new Map();
  for (const label of labels) {
    if (label !== null) {
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  const known = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts.entries()]
    .sort((one, other) => other[1] - one[1])
    .slice(0, 5)
    .map(([label, count]) => `${label} ${Math.round(100 * count / known)} %`)
    .join(", ") || "nothing";
}

/** The top label of each of the last sixty seconds, kept on from what the server said at first. */
export class Minute {
  constructor() {
    this.seconds = new Array(60).fill(null);
    this.last = 0;
  }

  /** Takes what the server knows of the minute before a time. */
  replace(minute, now) {
    this.seconds = minute.seconds.map((label) => label < 0 ? null : minute.labels[label]);
    this.last = Math.floor(now / 1000);
  }

  /** Moves on to a time. */
  advance(now) {
    const second = Math.floor(now / 1000);
    for (let missing = Math.min(60, second - this.last); missing > 0; missing--) {
      this.seconds.shift();
      this.seconds.push(null);
    }
    this.last = Math.max(this.last, second);
  }

  /** Takes the top label of a record that was written at a time. */
  add(label, at, now) {
    this.advance(now);
    const place = 59 - (this.last - Math.floor(at / 1000));
    if (place >= 0 && place < 60) {
      this.seconds[place] = label;
    }
  }
}
