// One camera: what it shows now, and its last records, by label where somebody looks for one.

import {EventList} from "./events.js";
import {announce, clock, count, element, score, setText} from "./format.js";
import {colour, draw, summary} from "./strip.js";
import {Regions, marks} from "./regions.js";
import {follow} from "./stream.js";
import {Tile} from "./tile.js";

const LABELS = 5;
const REGIONS = 128;
const EVENTS = 30;
const MOST_ROWS = 200;
const REFRESH_MILLIS = 1000;
const TICK_MILLIS = 500;

const byId = (id) => document.getElementById(id);
const id = new URL(location.href).searchParams.get("id") ?? "";
const tile = new Tile(id, LABELS, new Regions(REGIONS, true));
const events = new EventList(byId("events"), EVENTS, false);
let editor = null;
let stale = true;
let asking = false;

tile.setSeen(true);
byId("tile").append(tile.root);

function show(camera) {
  byId("empty").hidden = true;
  byId("camera").hidden = false;
  setText(byId("name"), camera.name);
  document.title = `${camera.name} · flink-vision`;
  tile.take(camera);
  editor?.take(camera);
  const labelled = camera.at > 0;
  showFacts([
    ["Picture", labelled ? `${camera.width} × ${camera.height}, ${camera.format}` : "–"],
    ["Model", labelled ? camera.model : "–"],
    ["Offset", labelled ? count(camera.offset) : "–"],
  ]);
}

function showFacts(facts) {
  const list = byId("facts");
  if (list.children.length === 0) {
    for (const [name] of facts) {
      const pair = element("div");
      pair.append(element("dt", "", name), element("dd"));
      list.append(pair);
    }
  }
  facts.forEach(([, value], i) => setText(list.children[i].lastChild, value));
}

async function refresh() {
  if (!stale || asking || document.hidden) {
    return;
  }
  asking = true;
  stale = false;
  try {
    const label = byId("find").value.trim();
    const answer = await fetch(`/api/cameras/${encodeURIComponent(id)}/time-line?label=${encodeURIComponent(label)}`);
    if (answer.ok) {
      showTimeLine(await answer.json(), label);
    }
  } catch {
    // The server is away, which the connection says already.
    stale = true;
  } finally {
    asking = false;
  }
}

function showTimeLine({records, kept}, label) {
  const labels = records.filter((record) => record.region === undefined).map((record) => record.label).reverse();
  const hasRegions = records.some((record) => record.region !== undefined);
  byId("line").hidden = labels.length === 0;
  byId("region-heading").hidden = !hasRegions;
  draw(byId("line"), labels);
  byId("line").setAttribute("aria-label", `These records: ${summary(labels)}`);
  const rows = records.slice(0, MOST_ROWS).map((record) => {
    const row = element("tr");
    const name = element("td");
    const mark = element("span", "mark");
    mark.style.setProperty("--label", colour(record.label));
    name.append(mark, element("bdi", "", record.label));
    if (record.unknown) {
      name.append(` (${marks(record)})`);
    }
    const region = element("td");
    region.hidden = !hasRegions;
    region.append(element("bdi", "", record.region ?? ""));
    row.append(element("td", "", clock(record.at)), region, name, element("td", "number", score(record.score)),
      element("td", "number", String(record.offset)));
    return row;
  });
  byId("rows").replaceChildren(...rows);
  const found = records.length === 1 ? "1 record" : `${count(records.length)} records`;
  setText(byId("found"), `${found}${label ? " found" : ""} among the last ${count(kept)}`
    + (records.length > MOST_ROWS ? `, ${MOST_ROWS} listed` : ""));
}

/** The editor and its style are there only where the wall teaches. */
async function startEditor() {
  if ((await fetch("/api/teach")).ok) {
    const style = element("link");
    style.rel = "stylesheet";
    style.href = "/teach.css";
    document.head.append(style);
    const {RegionEditor} = await import("./region-editor.js");
    byId("editor").hidden = false;
    byId("camera").classList.add("teaches");
    editor = new RegionEditor(id, byId("editor"), tile.picture);
    if (tile.camera) {
      editor.take(tile.camera);
    }
  }
}

byId("find").addEventListener("input", () => {
  announce(byId("found"));
  stale = true;
  refresh();
});
byId("follow").addEventListener("change", refresh);

follow(id, (message) => {
  events.take(message);
  for (const camera of message.cameras) {
    if (message.whole) {
      tile.shownPicture = 0;
    }
    show(camera);
    stale = true;
  }
});

setInterval(() => byId("follow").checked && refresh(), REFRESH_MILLIS);
setInterval(() => tile.camera && tile.tick(), TICK_MILLIS);
startEditor();
