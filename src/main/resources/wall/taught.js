// The pictures that are taught, by label: they can go under another one, or be deleted.

import {ask, pictureAddress} from "./api.js";
import {count, element, moment, setText} from "./format.js";
import {PictureGrid} from "./picture-grid.js";
import {isSure} from "./question.js";

/** Pictures of a label that are shown at first, and how many more each time. */
const STEP = 120;

export class TaughtPictures {
  /**
   * @param place the camera and the region
   * @param root the element with the remark
   * @param listen as a grid's, and `deleted(pictures)`
   */
  constructor(place, root, listen) {
    this.place = place;
    this.root = root;
    this.listen = listen;
    this.empty = root.querySelector(".empty");
    this.sections = new Map();
    this.pictures = [];
    root.addEventListener("keydown", (event) => {
      if (event.key === "Delete") {
        this.remove();
      }
    });
    root.querySelector(".delete").addEventListener("click", () => this.remove());
    root.querySelector(".none").addEventListener("click", () => this.chooseNone());
  }

  async refresh() {
    try {
      this.pictures = (await ask("/taught", this.place)).pictures;
      this.show();
      this.say(this.pictures.length === 0 ? "Nothing is taught yet: put pictures under labels first." : "");
    } catch (refused) {
      this.say(refused.message);
    }
  }

  say(sentence) {
    this.empty.hidden = sentence === "";
    setText(this.empty, sentence);
  }

  show() {
    const byLabel = new Map();
    for (const picture of [...this.pictures].sort((one, other) => other.at - one.at)) {
      byLabel.set(picture.label, [...byLabel.get(picture.label) ?? [], picture]);
    }
    for (const [label, section] of this.sections) {
      if (!byLabel.has(label)) {
        section.root.remove();
        this.sections.delete(label);
      }
    }
    for (const label of [...byLabel.keys()].sort()) {
      const section = this.sections.get(label) ?? this.section(label);
      this.sections.set(label, section);
      section.pictures = byLabel.get(label);
      this.root.append(section.root);
      this.showSection(section);
    }
  }

  section(label) {
    const root = element("section");
    const heading = element("h3");
    heading.append(element("bdi", "", label), " ", element("span", "count"));
    const grid = new PictureGrid(`Pictures of ${label}`, ({id}) => pictureAddress(this.place, id),
      ({at}) => [element("time", "", moment(at))], this.listen);
    const more = element("button", "", "Show more");
    more.type = "button";
    root.append(heading, grid.root, more);
    const section = {root, heading, grid, more, shown: STEP, pictures: []};
    more.addEventListener("click", () => {
      section.shown += STEP;
      this.showSection(section);
    });
    return section;
  }

  showSection({heading, grid, more, shown, pictures}) {
    setText(heading.lastChild, `(${count(pictures.length)})`);
    grid.show(pictures.slice(0, shown));
    more.hidden = pictures.length <= shown;
  }

  get meant() {
    const grids = [...this.sections.values()].map(({grid}) => grid);
    const chosen = grids.filter((grid) => grid.chosen.size > 0);
    return (chosen.length > 0 ? chosen : grids).flatMap((grid) => grid.meant);
  }

  chooseNone() {
    this.sections.forEach(({grid}) => grid.chooseNone());
  }

  async remove() {
    const pictures = this.meant;
    const some = pictures.length === 1 ? "this picture" : `these ${count(pictures.length)} pictures`;
    if (pictures.length > 0
      && await isSure(`Delete ${some}? The files and what was computed from them are deleted.`, "Delete")) {
      this.listen.deleted(pictures);
    }
  }

  /** Pictures went under another label, or away; those that came are read from the server when they are needed. */
  moved(pictures, label) {
    const ids = new Set(pictures.map(({id}) => id));
    this.pictures = label === "" ? this.pictures.filter(({id}) => !ids.has(id))
      : this.pictures.map((picture) => ids.has(picture.id) ? {...picture, label} : picture);
    this.chooseNone();
    this.show();
  }
}
