// Right or wrong: random and uncertain answers of a week, and the precision that they measure.

import {ask, order, pictureAddress} from "./api.js";
import {count, element, moment, ratio, score, setText, share} from "./format.js";
import {follow} from "./stream.js";

const byId = (id) => document.getElementById(id);
const parameters = new URL(location.href).searchParams;
const place = {camera: parameters.get("id") ?? "", region: parameters.get("region") ?? ""};
const buttons = {r: byId("right"), w: byId("wrong"), b: byId("before")};
let pictures = [];
let at = 0;
let pending = null;
let timer = 0;

/** A judgement can be taken back for so long. */
const UNDO_MILLIS = 5000;

/** As much of a head's digest as tells it from others. */
const DIGEST_LENGTH = 8;

const KINDS = [
  ["random", "Random pictures", "No random pictures were reviewed yet."],
  ["uncertain", "Uncertain pictures", "No uncertain pictures were reviewed yet."],
];

function showPicture() {
  const picture = pictures[at];
  byId("judge").hidden = pictures.length === 0;
  byId("empty").hidden = pictures.length > 0;
  buttons.b.disabled = pending === null;
  buttons.r.disabled = picture === undefined;
  buttons.w.disabled = picture === undefined;
  if (picture === undefined) {
    setText(byId("said"), `All ${count(pictures.length)} are reviewed.`);
    setText(byId("progress"), "");
    return;
  }
  byId("picture").src = pictureAddress(place, picture.id);
  byId("said").replaceChildren(element("bdi", "", picture.label), ` ${score(picture.score)}`);
  setText(byId("progress"), `${at + 1} of ${pictures.length}, ${picture.kind}, ${moment(picture.at)}`);
  if (pictures[at + 1]) {
    // So that the next one is there at once.
    new Image().src = pictureAddress(place, pictures[at + 1].id);
  }
}

/** Keeps a judgement back until the next one, so that it can be taken back. */
function judge(right) {
  send();
  const {id, kind} = pictures[at];
  pending = {id, kind, right};
  timer = setTimeout(send, UNDO_MILLIS);
  at++;
  showPicture();
  if (pictures[at] === undefined) {
    buttons.b.focus();
  }
}

async function send(options = {}) {
  clearTimeout(timer);
  if (pending === null) {
    return;
  }
  const judgement = pending;
  pending = null;
  buttons.b.disabled = true;
  try {
    const {measured} = await order("/review", {...place, ...judgement}, options);
    setText(byId("remark"), "");
    showMeasured(measured);
  } catch (refused) {
    setText(byId("remark"), refused.message);
  }
}

function before() {
  clearTimeout(timer);
  pending = null;
  at--;
  showPicture();
  buttons.r.focus();
}

function showMeasured(measured) {
  byId("measured").replaceChildren(...KINDS.map(([kind, title, none]) =>
    kindOf(title, none, measured.filter((figure) => figure.kind === kind))));
}

function kindOf(title, none, figures) {
  const section = element("section");
  section.append(element("h3", "", title));
  if (figures.length === 0) {
    section.append(element("p", "quiet", none));
    return section;
  }
  const table = element("table");
  const head = element("tr");
  head.append(...["Week", "Head", "Right", "Precision"].map((text, i) => {
    const cell = element("th", i > 1 ? "number" : "", text);
    cell.scope = "col";
    return cell;
  }));
  const top = element("thead");
  top.append(head);
  const body = element("tbody");
  body.append(...figures.map(row));
  table.append(top, body);
  section.append(table);
  return section;
}

function row({week, head, right, count: all, low, high}) {
  const result = element("tr");
  const name = element("td");
  name.append(element("bdi", "", head.slice(0, DIGEST_LENGTH)));
  name.title = head;
  const precision = element("td", "number");
  precision.append(share({estimate: right / all, low, high}), range(right / all, low, high));
  result.append(element("td", "", week), name, element("td", "number", ratio(right, all)), precision);
  return result;
}

/** The interval as a bar from 0 to 100 %, with the share in it; the text beside it says the same. */
function range(estimate, low, high) {
  const bar = element("div", "range");
  bar.setAttribute("aria-hidden", "true");
  const interval = element("span", "interval");
  interval.style.setProperty("left", `${100 * low}%`);
  interval.style.setProperty("width", `${100 * (high - low)}%`);
  const point = element("span", "point");
  point.style.setProperty("left", `${100 * estimate}%`);
  bar.append(interval, point);
  return bar;
}

buttons.r.addEventListener("click", () => judge(true));
buttons.w.addEventListener("click", () => judge(false));
buttons.b.addEventListener("click", before);
byId("judge").addEventListener("keydown", (event) => {
  const button = buttons[event.key.toLowerCase()];
  if (button && !button.disabled && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat) {
    event.preventDefault();
    button.click();
  }
});

// What was judged is not lost where the page is left; a request of keepalive outlives it.
window.addEventListener("pagehide", () => send({keepalive: true}));

setText(byId("name"), place.region);
byId("camera").href = `/camera?${new URLSearchParams({id: place.camera})}`;
byId("teach").href = `/teach?${new URLSearchParams({id: place.camera, region: place.region})}`;
follow(place.camera, (message) => {
  const camera = message.cameras.find(({id}) => id === place.camera);
  if (camera !== undefined) {
    setText(byId("camera"), camera.name);
  }
});

try {
  const answer = await ask("/review", place);
  pictures = answer.pictures;
  showPicture();
  showMeasured(answer.measured);
  buttons.r.focus();
} catch (refused) {
  byId("refused").hidden = false;
  setText(byId("refused"), refused.message);
}
