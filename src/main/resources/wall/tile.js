// One camera: its last picture with its regions, its labels as bars, its age and rate, and its last minute.

import {age, element, rate, score, setText} from "./format.js";
import {Present} from "./present.js";
import {Regions} from "./regions.js";
import {Minute, colour, draw, summary} from "./strip.js";
import {now} from "./stream.js";

const SILENT_MILLIS = 10_000;
const WORDS_MILLIS = 5000;

export class Tile {
  /**
   * @param id the camera's
   * @param mostLabels how many labels are shown
   * @param regions how they are shown
   * @param heading the element that says the camera's name; none where the page says it already
   */
  constructor(id, mostLabels, regions, heading = null) {
    this.id = id;
    this.mostLabels = mostLabels;
    this.regions = regions;
    this.minute = new Minute();
    this.camera = null;
    this.seen = false;
    this.wordsAt = 0;
    this.loading = false;
    this.shownPicture = 0;
    this.build(heading);
  }

  build(heading) {
    this.root = element("article", "tile");
    this.picture = element("div", "picture");
    this.blank = element("p", "blank", "no picture yet");
    this.picture.append(this.blank, this.regions.boxes);
    this.present = new Present(this.regions.most);
    this.labels = element("ol", "labels");
    this.age = element("span", "age");
    this.rate = element("span", "rate");
    const state = element("p", "state");
    state.append(this.age, this.rate);
    this.strip = element("canvas", "strip");
    this.strip.width = 240;
    this.strip.height = 12;
    this.strip.setAttribute("role", "img");
    this.strip.setAttribute("aria-label", "The last minute");
    this.root.append(...[heading, this.picture, this.present.list, this.labels, this.regions.list, state, this.strip]
      .filter((part) => part !== null));
  }

  /** Takes what the server says of the camera. */
  take(camera) {
    this.camera = camera;
    if (camera.minute) {
      this.minute.replace(camera.minute, now());
    } else if (camera.labels.length > 0) {
      this.minute.add(camera.labels[0][0], camera.at, now());
    }
    if (camera.unpictured) {
      setText(this.blank, "no picture: the job reads this camera itself, and its file has no pictures.topic");
    }
    this.showLabels();
    this.present.take(camera);
    this.regions.take(camera);
    this.tick();
    if (this.seen) {
      this.regions.draw(camera);
    }
    this.loadPicture();
  }

  /** Whether somebody sees it: pictures are loaded only then. */
  setSeen(seen) {
    this.seen = seen;
    if (seen && this.camera !== null) {
      this.tick();
      this.regions.draw(this.camera);
      this.loadPicture();
    }
  }

  /** Brings to date what changes with time alone. */
  tick() {
    const time = now();
    const silentFor = time - this.camera.at;
    const labelled = this.camera.at > 0;
    const silent = labelled && silentFor > SILENT_MILLIS;
    this.root.classList.toggle("silent", silent);
    setText(this.age, labelled ? age(silentFor) : "no labels yet");
    setText(this.rate, rate(silent ? 0 : this.camera.rate));
    if (this.seen) {
      this.regions.tick();
      this.minute.advance(time);
      draw(this.strip, this.minute.seconds);
      if (time - this.wordsAt > WORDS_MILLIS) {
        this.wordsAt = time;
        this.strip.setAttribute("aria-label", `The last minute: ${summary(this.minute.seconds)}`);
      }
    }
  }

  showLabels() {
    const labels = this.camera.labels.slice(0, this.mostLabels);
    // A camera whose whole picture is not classified has regions instead.
    const isWhole = labels.length > 0 || this.camera.regionCount === 0;
    this.labels.hidden = !isWhole;
    this.strip.hidden = !isWhole;
    while (this.labels.children.length > labels.length) {
      this.labels.lastChild.remove();
    }
    while (this.labels.children.length < labels.length) {
      const item = element("li");
      const meter = element("meter");
      meter.setAttribute("aria-hidden", "true");
      item.append(element("span", "label"), element("span", "score"), meter);
      this.labels.append(item);
    }
    labels.forEach(([label, probability], i) => {
      const [name, number, meter] = this.labels.children[i].children;
      setText(name, label);
      setText(number, score(probability));
      meter.value = probability;
      meter.style.setProperty("--label", colour(label));
    });
  }

  /**
   * One picture at a time: when it is there, the one that is the newest by then. The one before stays until then, and
   * where the new one cannot be had.
   */
  loadPicture() {
    if (this.seen && !this.loading && this.camera.picture > this.shownPicture) {
      this.loading = true;
      this.shownPicture = this.camera.picture;
      const image = element("img");
      image.decoding = "async";
      image.onload = () => {
        image.alt = ["The last picture", ...this.camera.labels.slice(0, 1).map(([label]) => label)].join(": ");
        this.picture.replaceChildren(image, this.regions.boxes);
        this.pictureEnded();
      };
      image.onerror = () => this.pictureEnded();
      image.src = `/api/cameras/${this.id}/picture?v=${this.camera.picture}`;
    }
  }

  pictureEnded() {
    this.loading = false;
    this.loadPicture();
  }
}
