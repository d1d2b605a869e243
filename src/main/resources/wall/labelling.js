// Puts pictures under labels, by keys and by buttons, and takes it back.

import {order} from "./api.js";
import {counted, element, setText} from "./format.js";

/** Labels that have a key of their own. */
const KEYS = 9;
const MAX_UNDO = 200;

export class Labelling {
  /**
   * @param place the camera and the region
   * @param root the element with the list, the form, the undo button and the remark
   * @param listen has `meant()`, the pictures that a key is for; `moved(pictures, label)`, when they go under a label,
   *     "" for none; `failed(pictures)`, when they stay where they were; and `done()`, when the server has done it
   */
  constructor(place, root, listen) {
    this.place = place;
    this.listen = listen;
    this.labels = [];
    this.undoable = [];
    this.queue = Promise.resolve();
    this.list = root.querySelector("ul");
    this.remark = root.querySelector("[role=status]");
    this.undoButton = root.querySelector(".undo");
    this.undoButton.addEventListener("click", () => this.undo());
    const form = root.querySelector("form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add(form.elements.label);
    });
    this.showUndo();
  }

  say(sentence, isBad = false) {
    this.remark.classList.toggle("bad", isBad);
    setText(this.remark, sentence);
  }

  /** Takes the server's counts. A label that was only typed stays, and each keeps its key. */
  take(labels) {
    const fresh = new Map(labels.map((label) => [label.label, label]));
    this.labels = this.labels.map((known) => fresh.get(known.label) ?? {label: known.label, pictures: 0, needs: []});
    const known = new Set(this.labels.map(({label}) => label));
    this.labels.push(...labels.filter(({label}) => !known.has(label)));
    this.show();
  }

  show() {
    while (this.list.children.length > this.labels.length) {
      this.list.lastChild.remove();
    }
    while (this.list.children.length < this.labels.length) {
      this.list.append(this.chip(this.list.children.length));
    }
    this.labels.forEach(({label, pictures, needs}, i) => {
      const [button, remark] = this.list.children[i].children;
      setText(button.querySelector("bdi"), label);
      setText(button.querySelector(".count"), counted(pictures, "picture"));
      setText(remark, needs.join(", ") || (pictures > 0 ? "enough" : "none yet"));
      remark.classList.toggle("enough", pictures > 0 && needs.length === 0);
    });
  }

  chip(place) {
    const item = element("li");
    const button = element("button", "chip");
    button.type = "button";
    if (place < KEYS) {
      button.append(element("kbd", "", String(place + 1)));
      button.setAttribute("aria-keyshortcuts", String(place + 1));
    }
    button.append(element("bdi"), " ", element("span", "count"));
    button.addEventListener("click", () => this.put(this.listen.meant(), this.labels[place].label));
    item.append(button, element("span", "needs"));
    return item;
  }

  /** A new label; pictures that are chosen go under it at once. */
  add(input) {
    const label = input.value.trim();
    if (label === "") {
      return;
    }
    input.value = "";
    if (!this.labels.some((known) => known.label === label)) {
      this.labels.push({label, pictures: 0, needs: []});
      this.show();
    }
    const pictures = this.listen.meant();
    if (pictures.length > 0) {
      this.put(pictures, label);
    } else {
      const place = this.labels.findIndex((known) => known.label === label);
      this.say(place < KEYS ? `${label} has the key ${place + 1}.` : `${label} is there.`);
    }
  }

  /** The label that a key stands for; undefined for another key. */
  labelOf(event) {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    return isPlain && /^[1-9]$/.test(event.key) ? this.labels[Number(event.key) - 1]?.label : undefined;
  }

  /**
   * Puts pictures under a label, or takes them away where it is "". The server hears of one order after the other.
   *
   * @return whether it was done
   */
  put(pictures, label) {
    if (pictures.length === 0) {
      this.say("Choose pictures first: click them, or press the space bar.");
      return Promise.resolve(false);
    }
    const ids = pictures.map(({id}) => id);
    this.listen.moved(pictures, label);
    return this.enqueue(async () => {
      try {
        const answer = await order("/label", {...this.place, ids, label});
        this.undoable.push(answer.undo ?? []);
        this.undoable.splice(0, this.undoable.length - MAX_UNDO);
        this.take(answer.labels);
        const {missing = []} = answer;
        this.say((label === "" ? `${counted(ids.length - missing.length, "picture")} deleted.`
          : `${counted(ids.length - missing.length, "picture")} under ${label}.`)
          + (missing.length > 0 ? ` Retention has deleted ${counted(missing.length, "picture")} from the topic.` : ""));
        this.listen.done();
        return true;
      } catch (refused) {
        this.listen.failed(pictures);
        this.say(refused.message, true);
        return false;
      }
    });
  }

  undo() {
    return this.enqueue(async () => {
      const steps = this.undoable.pop();
      if (steps === undefined) {
        this.say("There is nothing to undo.");
        return;
      }
      try {
        for (const {ids, label} of steps) {
          const {labels} = await order("/label", {...this.place, ids, label});
          this.take(labels);
          this.listen.moved(ids.map((id) => ({id})), label);
        }
        this.say("Undone.");
        this.listen.done();
      } catch (refused) {
        this.say(refused.message, true);
      }
    });
  }

  enqueue(task) {
    const done = this.queue.then(task);
    this.queue = done.then(() => this.showUndo());
    return done;
  }

  showUndo() {
    this.undoButton.disabled = this.undoable.length === 0;
  }
}
