// The regions of a camera: boxes over its picture, and the same as a list, which needs no eyes.

import {age, count, element, score, setText} from "./format.js";
import {colour} from "./strip.js";
import {now} from "./stream.js";

/** What is to be known of an answer besides its label. */
export const marks = (region) =>
  [region.unknown ? "unknown" : "", region.small ? "small" : ""].filter((mark) => mark).join(", ");

export class Regions {
  /**
   * @param most how many are listed; boxes are drawn of all
   * @param withAge whether the list tells how old each answer is
   */
  constructor(most, withAge) {
    this.most = most;
    this.withAge = withAge;
    this.regions = [];
    this.boxes = element("div", "boxes");
    this.boxes.setAttribute("aria-hidden", "true");
    this.list = element("ul", "regions");
    this.list.setAttribute("aria-label", "Regions");
    this.list.hidden = true;
    this.rest = element("li", "rest");
  }

  /** Lists a camera's regions. */
  take(camera) {
    this.regions = camera.regions;
    const listed = this.regions.slice(0, this.most);
    this.rest.remove();
    resize(this.list, listed.length, () => this.item());
    listed.forEach((region, i) => {
      const [mark, name, label, remarks, number] = this.list.children[i].children;
      mark.style.setProperty("--label", colour(region.label));
      setText(name, `${region.name}:`);
      setText(label, region.label);
      setText(remarks, marks(region));
      setText(number, score(region.score));
    });
    const more = camera.regionCount - listed.length;
    if (more > 0) {
      setText(this.rest, `and ${count(more)} more`);
      this.list.append(this.rest);
    }
    this.list.hidden = camera.regionCount === 0;
    this.tick();
  }

  item() {
    const item = element("li");
    item.append(element("span", "mark"), element("bdi", "region"), element("bdi", "label"), element("span", "remarks"),
      element("span", "score"));
    if (this.withAge) {
      item.append(element("span", "age"));
    }
    return item;
  }

  /** Brings the ages to date. */
  tick() {
    if (this.withAge) {
      const time = now();
      this.regions.slice(0, this.most).forEach((region, i) =>
        setText(this.list.children[i].lastChild, age(time - region.at)));
    }
  }

  /**
   * Draws the boxes over the picture, which is as large as its place, of 4:3, allows.
   *
   * @param camera whose regions and size of picture are drawn
   */
  draw(camera) {
    place(this.boxes, extent(camera));
    resize(this.boxes, camera.regions.length, () => {
      const box = element("div", "box");
      box.append(element("span"));
      return box;
    });
    camera.regions.forEach((region, i) => {
      const box = this.boxes.children[i];
      place(box, region.box);
      box.style.setProperty("--label", colour(region.label));
      box.classList.toggle("unknown", region.unknown === true);
      const remarks = marks(region);
      const text = `${region.name}: ${region.label} ${Math.round(100 * region.score)} %`
        + (remarks ? ` (${remarks})` : "");
      setText(box.firstChild, text);
      if (box.title !== text) {
        box.title = text;
      }
    });
  }
}

/** Adds or removes children of an element until it has so many. */
function resize(parent, size, make) {
  while (parent.children.length > size) {
    parent.lastChild.remove();
  }
  while (parent.children.length < size) {
    parent.append(make());
  }
}

/** The part of its place, of 4:3, that a camera's picture takes. */
export function extent(camera) {
  const shape = camera.width > 0 && camera.height > 0 ? camera.width / camera.height / (4 / 3) : 1;
  return [(1 - Math.min(1, shape)) / 2, (1 - Math.min(1, 1 / shape)) / 2,
    Math.min(1, shape), Math.min(1, 1 / shape)];
}

/** Places an element: x, y, width and height in parts of the element around it. */
export function place(target, box) {
  ["left", "top", "width", "height"].forEach((side, i) => {
    target.style.setProperty(side, `${100 * box[i]}%`);
  });
}
