// Why a picture gets its label: the taught pictures that are most like it, and where in the picture the head looked.

import {ask, pictureAddress} from "./api.js";
import {element, score, setText} from "./format.js";
import {drawHeat, strongest} from "./heat-map.js";

const distance = new Intl.NumberFormat("en", {minimumFractionDigits: 3, maximumFractionDigits: 3});

export class Why {
  /**
   * @param place the camera and the region
   * @param dialog the element
   * @param labelling which corrects
   */
  constructor(place, dialog, labelling) {
    this.place = place;
    this.dialog = dialog;
    this.labelling = labelling;
    this.picture = null;
    this.image = dialog.querySelector(".picture img");
    this.canvas = dialog.querySelector("canvas");
    this.answer = dialog.querySelector(".answer");
    this.neighbours = dialog.querySelector(".neighbours");
    this.chips = dialog.querySelector(".chips");
    this.remark = dialog.querySelector("[role=status]");
    this.heat = dialog.querySelector("input");
    this.heat.addEventListener("change", () => this.showHeat());
    dialog.querySelector(".close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("keydown", (event) => {
      const label = labelling.labelOf(event);
      if (label !== undefined) {
        event.preventDefault();
        this.correct(label);
      }
      event.stopPropagation();
    });
  }

  async open(picture) {
    this.picture = picture;
    this.answer.replaceChildren("Looking …");
    this.neighbours.replaceChildren();
    this.canvas.hidden = true;
    setText(this.remark, "");
    this.image.src = pictureAddress(this.place, picture.id);
    this.showChips();
    this.dialog.showModal();
    try {
      const why = await ask("/why", {...this.place, id: picture.id});
      if (this.picture === picture) {
        this.show(why);
      }
    } catch (refused) {
      this.answer.replaceChildren(refused.message);
    }
  }

  show(why) {
    const label = element("strong");
    label.append(element("bdi", "", why.label));
    this.answer.replaceChildren(label, ` ${score(why.score)}, at a distance of ${distance.format(why.distance)} from what was`
      + ` taught${why.unknown ? ", so it counts as unknown" : ""}. ${strongest(why.heat)}`);
    this.neighbours.replaceChildren(...why.neighbours.map((neighbour) => {
      const item = element("li");
      const image = element("img");
      image.alt = "";
      image.src = pictureAddress(this.place, neighbour.id);
      const words = element("div", "caption");
      words.append(element("bdi", "", neighbour.label),
        element("span", "quiet", `distance ${distance.format(neighbour.distance)}`));
      item.append(image, words);
      return item;
    }));
    drawHeat(this.canvas, why.heat);
    this.showHeat();
  }

  showHeat() {
    this.canvas.hidden = !this.heat.checked;
  }

  showChips() {
    this.chips.replaceChildren(...this.labelling.labels.slice(0, 9).map(({label}, i) => {
      const item = element("li");
      const button = element("button", "chip");
      button.type = "button";
      button.append(element("kbd", "", String(i + 1)), element("bdi", "", label));
      button.addEventListener("click", () => this.correct(label));
      item.append(button);
      return item;
    }));
  }

  async correct(label) {
    const picture = this.picture;
    const isDone = await this.labelling.put([picture], label);
    if (this.picture === picture) {
      setText(this.remark, isDone ? `It is under ${label} now. Teaching again would help.`
        : this.labelling.remark.textContent);
    }
  }
}
