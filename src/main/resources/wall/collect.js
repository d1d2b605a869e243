// Pictures that are worth a label: the server proposes them, and the next ones move up.

import {ask, pictureAddress} from "./api.js";
import {element, moment, score, setText} from "./format.js";
import {PictureGrid} from "./picture-grid.js";

const COUNT = 60;
const REFRESH_MILLIS = 5000;
const MINUTE_MILLIS = 60_000;

export class Collect {
  /**
   * @param place the camera and the region
   * @param root the element with the sliders, the buttons and the remark
   * @param listen as a grid's
   */
  constructor(place, root, listen) {
    this.place = place;
    this.root = root;
    this.pictures = [];
    this.away = new Map();
    this.isAsking = false;
    this.isStale = false;
    this.empty = root.querySelector(".empty");
    this.from = root.querySelector("#from");
    this.until = root.querySelector("#until");
    this.grid = new PictureGrid("Proposed pictures", ({id}) => pictureAddress(place, id), caption, listen);
    root.append(this.grid.root);
    for (const slider of [this.from, this.until]) {
      slider.addEventListener("input", () => this.writeRange());
      slider.addEventListener("change", () => this.startAnew());
    }
    root.querySelector(".all").addEventListener("click", () => this.grid.chooseAll());
    root.querySelector(".none").addEventListener("click", () => this.grid.chooseNone());
    setInterval(() => this.pictures.length < COUNT && !root.hidden && !document.hidden && this.refresh(),
      REFRESH_MILLIS);
  }

  startAnew() {
    this.pictures = [];
    return this.refresh();
  }

  /** Asks for as many as are missing; those that are there keep their places. */
  async refresh() {
    if (this.isAsking) {
      this.isStale = true;
      return;
    }
    this.isAsking = true;
    this.isStale = false;
    try {
      const answer = await ask("/proposals", {...this.place, ...this.range(), count: COUNT});
      this.writeEarliest(answer.earliest);
      const known = new Set(this.pictures.map(({id}) => id));
      const fresh = answer.pictures.filter(({id}) => !known.has(id) && !this.away.has(id));
      this.pictures = [...this.pictures, ...fresh].slice(0, COUNT);
      this.grid.show(this.pictures);
      this.say(this.pictures.length > 0 ? ""
        : "No pictures of this region are waiting. Each one that comes is looked at.");
    } catch (refused) {
      this.say(refused.message);
    } finally {
      this.isAsking = false;
    }
    if (this.isStale) {
      await this.refresh();
    }
  }

  say(sentence) {
    this.empty.hidden = sentence === "";
    setText(this.empty, sentence);
  }

  /** The ends of the sliders mean all that there is, and what comes. */
  range() {
    const {from, until} = this;
    return {
      from: Number(from.value) > Number(from.min) ? from.value : undefined,
      until: Number(until.value) < Number(until.max) ? until.value : undefined,
    };
  }

  writeEarliest(earliest) {
    const latest = Math.ceil(Date.now() / MINUTE_MILLIS) * MINUTE_MILLIS;
    const first = Math.floor((earliest ?? latest) / MINUTE_MILLIS) * MINUTE_MILLIS;
    const {from, until} = this.range();
    for (const [slider, value] of [[this.from, from ?? first], [this.until, until ?? latest]]) {
      slider.min = first;
      slider.max = latest;
      slider.value = value;
    }
    this.writeRange();
  }

  writeRange() {
    const {from, until} = this.range();
    for (const [slider, text] of [
      [this.from, from ? moment(Number(from)) : "the earliest"],
      [this.until, until ? moment(Number(until)) : "now"],
    ]) {
      setText(slider.parentElement.querySelector("output"), text);
      slider.setAttribute("aria-valuetext", text);
    }
  }

  /** Pictures went under a label, or came back from there. */
  moved(pictures, label) {
    if (label === "") {
      this.bringBack(pictures);
      return;
    }
    const ids = new Set(pictures.map(({id}) => id));
    this.pictures.forEach((picture, i) => ids.has(picture.id) && this.away.set(picture.id, {picture, place: i}));
    this.pictures = this.pictures.filter(({id}) => !ids.has(id));
    this.grid.show(this.pictures);
    this.grid.chooseNone();
  }

  bringBack(pictures) {
    const known = pictures.map(({id}) => this.away.get(id)).filter((entry) => entry !== undefined);
    for (const {picture, place} of known.sort((one, other) => one.place - other.place)) {
      this.away.delete(picture.id);
      this.pictures.splice(Math.min(place, this.pictures.length), 0, picture);
    }
    this.grid.show(this.pictures);
  }
}

function caption(picture) {
  const parts = [element("time", "", moment(picture.at))];
  if (picture.label !== undefined) {
    const label = element("span", "what");
    label.append(element("bdi", "", picture.label), ` ${score(picture.score)}`);
    parts.push(label);
  }
  parts.push(...picture.marks.map((mark) => {
    const word = element("span", "mark-word", mark);
    word.dataset.mark = mark;
    return word;
  }));
  return parts;
}
