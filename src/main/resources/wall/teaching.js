// Teaches a head from the labelled pictures, shows how good it is, publishes it, and goes back to the one before.

import {ask, order, pictureAddress} from "./api.js";
import {clock, count, element, score, setText} from "./format.js";
import {PictureGrid} from "./picture-grid.js";
import {isSure} from "./question.js";
import {mistakes, reportOf} from "./report.js";
import {now} from "./stream.js";

const BUSY_MILLIS = 500;
const IDLE_MILLIS = 5000;
const FIRST_LABELS = 5;
const MAX_MISTAKES = 60;

export class TeachingPanel {
  /**
   * @param place the camera and the region
   * @param root the element with the buttons, the progress, the report and the first labels
   * @param listen as a grid's, and `published()`, when another head answers
   */
  constructor(place, root, listen) {
    this.place = place;
    this.listen = listen;
    this.shown = "";
    this.published = undefined;
    this.lastAt = 0;
    const part = (selector) => root.querySelector(selector);
    this.buttons = {teach: part(".teach"), publish: part(".publish"), back: part(".back")};
    this.progress = part("progress");
    this.remark = part("[role=status]");
    this.report = part(".report");
    this.first = part(".first");
    this.grids = [["Wrong", "wrong"], ["Perhaps under the wrong label", "suspects"]].map(([title, name]) => {
      const section = element("section");
      const grid = new PictureGrid(title, ({id}) => pictureAddress(place, id), mistakeCaption, listen);
      section.append(element("h3", "", title), grid.root);
      section.hidden = true;
      return {name, title, section, grid};
    });
    root.append(...this.grids.map(({section}) => section));
    this.buttons.teach.addEventListener("click", () => this.teach());
    this.buttons.publish.addEventListener("click", () => this.publish());
    this.buttons.back.addEventListener("click", () => this.back());
    this.buttons.publish.hidden = true;
    this.buttons.back.hidden = true;
  }

  say(sentence, isBad = false) {
    this.remark.classList.toggle("bad", isBad);
    setText(this.remark, sentence);
  }

  /** Whether there is a head from before the one that runs. */
  setPrevious(hasPrevious) {
    this.buttons.back.hidden = !hasPrevious;
  }

  /** Asks the server how far it is, and again for as long as the page is open. */
  async poll() {
    clearTimeout(this.timer);
    let isBusy = false;
    try {
      if (!document.hidden) {
        isBusy = this.show(await ask("/state", this.place));
      }
    } catch (refused) {
      this.say(refused.message, true);
    }
    this.timer = setTimeout(() => this.poll(), isBusy ? BUSY_MILLIS : IDLE_MILLIS);
  }

  show(state) {
    const isBusy = state.state === "reading" || state.state === "teaching";
    this.buttons.teach.disabled = isBusy;
    this.progress.hidden = !isBusy;
    if (isBusy) {
      this.showProgress(state);
    } else if (state.state === "failed" && this.shown !== `failed ${state.message}`) {
      this.shown = `failed ${state.message}`;
      this.say(state.message, true);
    } else if (state.state === "done") {
      this.showReport(state);
    }
    this.candidate = isBusy ? undefined : state.candidate;
    this.buttons.publish.hidden = this.candidate === undefined;
    return isBusy;
  }

  showProgress({state, done, total}) {
    if (state === "reading" && total > 0) {
      this.progress.max = total;
      this.progress.value = done;
      // Read out once: a screen reader asks the bar for more.
      this.say("Reading the pictures …");
    } else {
      this.progress.removeAttribute("value");
      this.say("Teaching …");
    }
    this.progress.setAttribute("aria-valuetext", `${count(done ?? 0)} of ${count(total ?? 0)}`);
    this.shown = "";
  }

  showReport({report, running, candidate}) {
    const shown = JSON.stringify([report.digest, running, candidate]);
    if (this.shown === shown) {
      return;
    }
    if (this.shown === "") {
      const accuracy = report.measured?.accuracy.estimate;
      this.say(accuracy === undefined ? "Taught." : `Taught: ${score(accuracy)} of the pictures that were held out`
        + ` are recognised.${candidate === undefined ? "" : " It runs once it is published."}`);
    }
    this.shown = shown;
    this.report.replaceChildren(...reportOf(report, running));
    for (const {name, title, section, grid} of this.grids) {
      const list = mistakes(report.measured?.[name] ?? []);
      section.hidden = list.length === 0;
      setText(section.firstChild, list.length > MAX_MISTAKES
        ? `${title}: the first ${MAX_MISTAKES} of ${count(list.length)}` : `${title} (${count(list.length)})`);
      grid.show(list.slice(0, MAX_MISTAKES));
    }
  }

  get meant() {
    const grids = this.grids.map(({grid}) => grid);
    const chosen = grids.filter((grid) => grid.chosen.size > 0);
    return (chosen.length > 0 ? chosen : grids).flatMap((grid) => grid.meant);
  }

  /** Mistakes that were corrected need no more attention. */
  moved(pictures) {
    const ids = new Set(pictures.map(({id}) => id));
    for (const {grid} of this.grids) {
      const left = grid.order().filter((id) => !ids.has(id)).map((id) => grid.items.get(id).picture);
      grid.show(left);
    }
  }

  async teach() {
    this.buttons.teach.disabled = true;
    this.shown = "";
    this.first.hidden = true;
    try {
      await order("/teach", this.place);
    } catch (refused) {
      this.say(refused.message, true);
      this.buttons.teach.disabled = false;
      if (refused.status !== 409) {
        return;
      }
    }
    await this.poll();
  }

  async publish() {
    const digest = this.candidate;
    if (await isSure("Publish this head? The job answers with it from its next picture on.", "Publish")) {
      await this.change("/publish", {...this.place, digest}, "Published.");
    }
  }

  async back() {
    if (await isSure("Publish the head from before again?", "Go back")) {
      await this.change("/back", this.place, "The head from before is published again.");
    }
  }

  async change(path, body, sentence) {
    try {
      const {head} = await order(path, body);
      this.published = head.digest;
      // The head from before has answered already, which is not meant.
      this.lastAt = now();
      this.first.querySelector("ol").replaceChildren();
      this.first.hidden = false;
      this.say(sentence);
      this.listen.published();
    } catch (refused) {
      this.say(refused.message, true);
    }
    await this.poll();
  }

  /** The first labels after a publication, as they come on the stream. */
  takeAnswer(region) {
    const list = this.first.querySelector("ol");
    if (this.published === undefined || region.head === undefined || !this.published.startsWith(region.head)
      || region.at <= this.lastAt || list.children.length >= FIRST_LABELS) {
      return;
    }
    this.lastAt = region.at;
    const item = element("li");
    const label = element("bdi", "label", region.label);
    item.append(element("time", "", clock(region.at)), label, element("span", "", score(region.score)),
      element("span", "quiet", region.unknown ? "unknown" : ""));
    list.append(item);
  }
}

function mistakeCaption({label, taken, probability}) {
  const is = element("span", "what", "is ");
  is.append(element("bdi", "", label));
  const takenFor = element("span", "quiet", "taken for ");
  takenFor.append(element("bdi", "", taken), ` ${score(probability)}`);
  return [is, takenFor];
}
