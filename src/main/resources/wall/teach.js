// One region: collect pictures, look through the taught ones, teach and publish.

import {ask} from "./api.js";
import {Collect} from "./collect.js";
import {age, element, score, setText} from "./format.js";
import {Labelling} from "./labelling.js";
import {follow, now} from "./stream.js";
import {Tabs} from "./tabs.js";
import {TaughtPictures} from "./taught.js";
import {TeachingPanel} from "./teaching.js";
import {Why} from "./why.js";

const TICK_MILLIS = 500;

const byId = (id) => document.getElementById(id);
const parameters = new URL(location.href).searchParams;
const place = {camera: parameters.get("id") ?? "", region: parameters.get("region") ?? ""};
let shownAnswer = null;
let looked = null;

const labelling = new Labelling(place, byId("labels"), {
  meant: () => panel().meant,
  moved(pictures, label) {
    collect.moved(pictures, label);
    taught.moved(pictures, label);
    teaching.moved(pictures);
  },
  failed(pictures) {
    collect.bringBack(pictures);
    taught.refresh();
  },
  done: () => refresh(tabs.shown),
});
const why = new Why(place, byId("why"), labelling);
const listen = {
  looked(picture) {
    looked = picture;
  },
  opened: (picture) => why.open(picture),
  changed: () => showChosen(),
  deleted: (pictures) => labelling.put(pictures, ""),
  published: () => readRegion().catch((refused) => labelling.say(refused.message, true)),
};
const collect = new Collect(place, byId("collect"), listen);
const taught = new TaughtPictures(place, byId("taught"), listen);
const teaching = new TeachingPanel(place, byId("teaching"), listen);
const tabs = new Tabs(document.querySelector("[role=tablist]"), refresh);

function refresh(id) {
  if (id === "collect") {
    collect.refresh();
  } else if (id === "taught") {
    taught.refresh();
  }
}

/** What the shown panel has: `meant`, the pictures that an order is for. */
function panel() {
  return {collect: collect.grid, taught, teaching}[tabs.shown];
}

function showChosen() {
  const chosen = document.querySelectorAll(".grid [aria-selected=true]").length;
  document.title = `${chosen > 0 ? `(${chosen}) ` : ""}${place.region} · flink-vision`;
}

/** Reads what the server knows of the region: its labels, and whether there is a head from before. */
async function readRegion() {
  const {regions} = await ask("/regions", {camera: place.camera});
  const region = regions.find(({name}) => name === place.region);
  if (region === undefined) {
    throw new Error(`This camera has no region ${place.region}: draw it on the camera's page first.`);
  }
  labelling.take(region.labels);
  teaching.setPrevious(region.previous);
}

function showAnswer() {
  if (shownAnswer !== null) {
    const {label, score: probability, unknown, at} = shownAnswer;
    byId("answer").replaceChildren("The job says ", element("bdi", "", label),
      ` ${score(probability)}${unknown ? ", unknown" : ""}, ${age(now() - at)}`);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.target.matches("input[type=text], input[type=search]") || document.querySelector("dialog[open]")) {
    return;
  }
  const label = event.target.closest(".grid") ? labelling.labelOf(event) : undefined;
  if (label !== undefined) {
    event.preventDefault();
    labelling.put(panel().meant, label);
  } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
    event.preventDefault();
    labelling.undo();
  }
});

for (const button of document.querySelectorAll("button.why")) {
  button.addEventListener("click", () => {
    if (looked === null) {
      labelling.say("Choose a picture first.");
    } else {
      why.open(looked);
    }
  });
}

byId("why").addEventListener("close", () => {
  // The picture that had the focus may have gone under a label. Until the next frame the focus seems to be in the dialog.
  const {activeElement} = document;
  if (activeElement === document.body || byId("why").contains(activeElement)) {
    document.querySelector(`#${tabs.shown} .grid [tabindex="0"]`)?.focus();
  }
});

setText(byId("name"), place.region);
byId("camera").href = `/camera?id=${encodeURIComponent(place.camera)}`;
byId("review").href = `/review?${new URLSearchParams({id: place.camera, region: place.region})}`;

follow(place.camera, (message) => {
  const camera = message.cameras.find(({id}) => id === place.camera);
  if (camera !== undefined) {
    setText(byId("camera"), camera.name);
    const answer = camera.regions.find(({name}) => name === place.region);
    if (answer !== undefined) {
      shownAnswer = answer;
      showAnswer();
      teaching.takeAnswer(answer);
    }
  }
});
setInterval(showAnswer, TICK_MILLIS);

try {
  await readRegion();
  byId("content").hidden = false;
  tabs.showAddress();
  teaching.poll();
} catch (refused) {
  byId("refused").hidden = false;
  setText(byId("refused"), refused.message);
}
