// All cameras, a tile each, in the order of their names.

import {Comparison} from "./comparison.js";
import {EventList} from "./events.js";
import {announce, count, element, setText} from "./format.js";
import {Regions} from "./regions.js";
import {follow} from "./stream.js";
import {Tile} from "./tile.js";

const LABELS = 3;
const REGIONS = 4;
const EVENTS = 6;
const TICK_MILLIS = 500;

const list = document.getElementById("tiles");
const find = document.getElementById("find");
const names = new Intl.Collator("en", {numeric: true});
const tiles = new Map();
const events = new EventList(document.getElementById("events"), EVENTS, true);

const comparison = new Comparison(document.getElementById("comparison"));

const observer = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    tiles.get(entry.target.dataset.id)?.tile.setSeen(entry.isIntersecting);
  }
}, {rootMargin: "200px"});

function add(camera) {
  const link = element("a", "", camera.name);
  link.href = `/camera?id=${camera.id}`;
  const heading = element("h2");
  const name = element("bdi");
  name.append(link);
  heading.append(name);
  const item = element("li");
  item.dataset.id = camera.id;
  const tile = new Tile(camera.id, LABELS, new Regions(REGIONS, false), heading);
  item.append(tile.root);
  const entry = {tile, item, name: camera.name};
  const after = [...list.children].find((other) => before(entry, tiles.get(other.dataset.id)));
  list.insertBefore(item, after ?? null);
  tiles.set(camera.id, entry);
  observer.observe(item);
  return entry;
}

function before(one, other) {
  return (names.compare(one.name, other.name) || one.tile.id.localeCompare(other.tile.id)) < 0;
}

function remove(id) {
  const entry = tiles.get(id);
  if (entry) {
    observer.unobserve(entry.item);
    entry.item.remove();
    tiles.delete(id);
  }
}

function search() {
  const text = find.value.trim().toLowerCase();
  const has = (words) => words.toLowerCase().includes(text);
  let found = 0;
  for (const {tile, item, name} of tiles.values()) {
    const hit = !text || has(name) || tile.camera.labels.some(([label]) => has(label))
      || tile.camera.regions.some((region) => has(region.name) || has(region.label))
      || has(tile.present.list.textContent);
    item.hidden = !hit;
    found += hit ? 1 : 0;
  }
  setText(document.getElementById("found"), text ? `${count(found)} of ${count(tiles.size)}` : "");
}

find.addEventListener("input", () => {
  announce(document.getElementById("found"));
  search();
});

follow("all", (message) => {
  events.take(message);
  comparison.take(message);
  if (message.whole) {
    const known = new Set(message.cameras.map((camera) => camera.id));
    [...tiles.keys()].filter((id) => !known.has(id)).forEach(remove);
  }
  message.gone.forEach(remove);
  for (const camera of message.cameras) {
    const entry = tiles.get(camera.id) ?? add(camera);
    if (message.whole) {
      entry.tile.shownPicture = 0;
    }
    entry.tile.take(camera);
  }
  document.getElementById("empty").hidden = tiles.size > 0;
  if (find.value.trim()) {
    search();
  }
});

setInterval(() => {
  for (const {tile} of tiles.values()) {
    tile.tick();
  }
}, TICK_MILLIS);
