// The regions of a camera, drawn over its last picture and listed beside it. All that the mouse does, keys do too.

import {ask, order} from "./api.js";
import {counted, element, score, setText} from "./format.js";
import {isSure} from "./question.js";
import {between, fitted, MIN_SIDE, moved, resized, words} from "./region-box.js";
import {extent, place as placeAt} from "./regions.js";

const STEP = 0.01;
const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const KEYS = {ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP]};
const SIDES = ["left", "top", "width", "height"];
const FIRST_BOX = [0.35, 0.35, 0.3, 0.3];

export class RegionEditor {
  /**
   * @param camera the camera's id
   * @param root the element with the list, the form and the remark
   * @param picture the element with the camera's picture, which gets a layer above it
   */
  constructor(camera, root, picture) {
    this.camera = camera;
    this.regions = [];
    this.draft = null;
    this.drag = null;
    this.list = root.querySelector("ul");
    this.form = root.querySelector("form");
    this.remark = root.querySelector("[role=status]");
    this.buildLayer(picture);
    this.listenToForm(root);
    this.refresh();
  }

  /** The layer holds the boxes; it lies over the picture, however that is loaded anew. */
  buildLayer(picture) {
    const stage = element("div", "stage");
    picture.replaceWith(stage);
    this.layer = element("div", "layer");
    stage.append(picture, this.layer);
    this.stage = stage;
    this.box = element("div", "draft");
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "application");
    this.box.setAttribute("aria-roledescription", "box of a region");
    this.box.setAttribute("aria-describedby", "box-keys");
    this.box.append(...HANDLES.map((sides) => {
      const handle = element("span", "handle");
      handle.dataset.sides = sides;
      return handle;
    }));
    this.box.addEventListener("keydown", (event) => this.press(event));
    this.layer.addEventListener("pointerdown", (event) => this.down(event));
    this.layer.addEventListener("pointermove", (event) => this.drag?.move(this.pointOf(event)));
    this.layer.addEventListener("pointerup", () => this.up());
    this.layer.addEventListener("pointercancel", () => this.cancelDrag());
  }

  listenToForm(root) {
    root.querySelector(".new").addEventListener("click", () => this.edit({name: "", box: FIRST_BOX}));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.preventDefault();
        this.cancel();
      }
    });
    this.form.querySelector(".cancel").addEventListener("click", () => this.cancel());
    this.form.querySelector(".remove").addEventListener("click", () => this.remove(this.draft.was));
    this.form.elements.name.addEventListener("input", () => {
      this.draft.name = this.form.elements.name.value;
      this.describe();
    });
    for (const side of SIDES) {
      this.form.elements[side].addEventListener("change", () => {
        const box = SIDES.map((name) => Number(this.form.elements[name].value) / 100);
        this.setBox(fitted(box.map((part) => Number.isFinite(part) ? part : 0)));
      });
    }
  }

  say(sentence, isBad = false) {
    this.remark.classList.toggle("bad", isBad);
    setText(this.remark, sentence);
  }

  /** Takes what the stream says of the camera: the size of its picture. */
  take(camera) {
    placeAt(this.layer, extent(camera));
  }

  async refresh() {
    try {
      this.showAnswer(await ask("/regions", {camera: this.camera}));
    } catch (refused) {
      this.say(refused.message, true);
    }
  }

  showAnswer({regions}) {
    this.regions = regions;
    this.show();
  }

  show() {
    this.list.replaceChildren(...this.regions.map((region) => this.item(region)));
    this.showBoxes();
  }

  showBoxes() {
    const others = this.regions.filter(({name}) => name !== this.draft?.was);
    this.layer.replaceChildren(...others.map((region) => {
      const box = element("div", "outline");
      box.append(element("span", "", region.name));
      box.dataset.name = region.name;
      placeAt(box, region.box);
      return box;
    }), ...this.draft === null ? [] : [this.box]);
    this.layer.setAttribute("aria-hidden", String(this.draft === null));
    this.stage.classList.toggle("editing", this.draft !== null);
  }

  item(region) {
    const item = element("li");
    item.dataset.name = region.name;
    const buttons = element("p", "buttons");
    const edit = button("Move or rename", `Move or rename ${region.name}`, () => this.edit({...region,
      was: region.name}));
    const remove = region.declared ? button("Remove …", `Remove ${region.name}`, () => this.remove(region.name))
      : button("Delete its pictures …", `Delete the pictures of ${region.name}`, () => this.remove(region.name));
    buttons.append(link("/teach", "Teach", region, this.camera), link("/review", "Review", region, this.camera),
      edit, remove);
    const name = element("h3");
    name.append(element("bdi", "", region.name));
    item.append(name, ...remarks(region).map((text) => element("p", "quiet", text)), buttons);
    return item;
  }

  /** Starts to change a region, or to make one. */
  edit({name, box, was}, takesFocus = true) {
    this.draft = {name, was};
    this.form.hidden = false;
    this.form.elements.name.value = name;
    this.form.querySelector(".remove").hidden = was === undefined;
    this.showBoxes();
    this.setBox(box);
    this.say(was === undefined ? "Draw the region: drag over the picture, or use the arrow keys." : "");
    if (takesFocus) {
      this.box.focus();
    }
  }

  setBox(box) {
    this.draft.box = box;
    placeAt(this.box, box);
    SIDES.forEach((side, i) => {
      this.form.elements[side].value = Math.round(1000 * box[i]) / 10;
    });
    this.describe();
  }

  describe() {
    this.box.setAttribute("aria-label", `${this.draft.name || "New region"}: ${words(this.draft.box)}`);
  }

  cancel() {
    const {was} = this.draft;
    this.close();
    this.say("Nothing was changed.");
    this.focusOn(was);
  }

  close() {
    this.draft = null;
    this.drag = null;
    this.form.hidden = true;
    this.showBoxes();
  }

  /** Moves the focus to a region of the list, or to the button for a new one. */
  focusOn(name) {
    const item = [...this.list.children].find(({dataset}) => dataset.name === name);
    (item?.querySelector("button") ?? this.list.parentElement.querySelector(".new")).focus();
  }

  async save() {
    const {box, was} = this.draft;
    const name = this.draft.name.trim();
    if (name === "") {
      this.form.elements.name.focus();
      this.say("Give the region a name.");
      return;
    }
    try {
      const answer = await order("/regions", {camera: this.camera, name, box, ...was === undefined ? {} : {was}});
      this.close();
      this.showAnswer(answer);
      this.say(`${name} is saved. ${this.regions.find((region) => region.name === name)?.remark ?? ""}`);
      this.focusOn(name);
    } catch (refused) {
      this.say(refused.message, true);
    }
  }

  /** Removes a region from the job, and one that the job does not have with its pictures. */
  async remove(name) {
    const isDeclared = this.regions.find((region) => region.name === name).declared;
    if (!await isSure(isDeclared
      ? `Remove ${name}? The job stops answering for it. Its pictures stay until they are deleted.`
      : `Delete the pictures and heads of ${name}? They cannot be brought back.`, isDeclared ? "Remove" : "Delete")) {
      return;
    }
    try {
      const answer = await order("/remove", {camera: this.camera, region: name, ...isDeclared ? {} : {pictures: true}});
      if (this.draft !== null) {
        this.close();
      }
      this.showAnswer(answer);
      this.say(isDeclared ? `${name} is removed.` : `The pictures of ${name} are deleted.`);
      this.focusOn(undefined);
    } catch (refused) {
      this.say(refused.message, true);
    }
  }

  press(event) {
    const step = KEYS[event.key];
    if (step !== undefined) {
      this.setBox(event.shiftKey ? resized(this.draft.box, "se", ...step) : moved(this.draft.box, ...step));
      this.say(words(this.draft.box));
    } else if (event.key === "Enter") {
      this.save();
    } else if (event.key === "Escape") {
      this.cancel();
    } else if (event.key === "Delete" && this.draft.was !== undefined) {
      this.remove(this.draft.was);
    } else {
      return;
    }
    event.preventDefault();
  }

  pointOf({clientX, clientY}) {
    const {left, top, width, height} = this.layer.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  }

  /** A press takes a handle, the box, another region, or starts to draw. A finger draws only where it was asked to. */
  down(event) {
    const other = event.target.closest(".outline");
    if (event.button !== 0 || !event.isPrimary) {
      return;
    }
    if (this.draft === null) {
      if (other !== null) {
        const region = this.regions.find(({name}) => name === other.dataset.name);
        this.edit({...region, was: region.name});
        event.preventDefault();
        return;
      }
      if (event.pointerType === "touch") {
        return;
      }
    }
    event.preventDefault();
    this.layer.setPointerCapture(event.pointerId);
    this.drag = this.startDrag(event);
  }

  startDrag(event) {
    const start = this.pointOf(event);
    const before = this.draft?.box;
    const sides = event.target.dataset.sides;
    const by = (point) => [point[0] - start[0], point[1] - start[1]];
    if (sides !== undefined) {
      return {before, move: (point) => this.setBox(resized(before, sides, ...by(point)))};
    }
    if (event.target === this.box) {
      return {before, move: (point) => this.setBox(moved(before, ...by(point)))};
    }
    return {before, move: (point) => this.drawTo(between(start, point))};
  }

  /** A press that hardly moves draws nothing. */
  drawTo(box) {
    if (box[2] >= MIN_SIDE && box[3] >= MIN_SIDE) {
      if (this.draft === null) {
        this.edit({name: "", box}, false);
      } else {
        this.setBox(box);
      }
    }
  }

  up() {
    if (this.drag !== null) {
      this.drag = null;
      if (this.draft !== null) {
        const {name} = this.form.elements;
        (this.draft.name === "" ? name : this.box).focus({preventScroll: true});
        this.say(this.draft.name === "" ? "Give the region a name, and save it." : words(this.draft.box));
      }
    }
  }

  cancelDrag() {
    if (this.drag?.before !== undefined) {
      this.setBox(this.drag.before);
    }
    this.drag = null;
  }
}

/** What is to be known of a region: its head, its labelled pictures, and what the server remarks. */
function remarks({head, labels, remark}) {
  const labelled = labels.reduce((sum, label) => sum + label.pictures, 0);
  return [
    head === undefined ? "" : `${head.labels.join(", ")}: taught on ${counted(head.pictures, "picture")}`
      + (head.accuracy === undefined ? "" : `, ${score(head.accuracy)} right`),
    labelled === 0 ? "" : `${counted(labelled, "picture")} labelled`,
    remark ?? "",
  ].filter((text) => text !== "");
}

function button(text, name, act) {
  const result = element("button", "", text);
  result.type = "button";
  result.setAttribute("aria-label", name);
  result.addEventListener("click", act);
  return result;
}

function link(path, text, region, camera) {
  const result = element("a", "", text);
  result.href = `${path}?${new URLSearchParams({id: camera, region: region.name})}`;
  result.setAttribute("aria-label", `${text} ${region.name}`);
  return result;
}
