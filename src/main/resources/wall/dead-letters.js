// The last dead letters: what came, why it got no label, and the picture where it can be shown.

import {announce, count, date, element, setText} from "./format.js";
import {follow} from "./stream.js";

const REFRESH_MILLIS = 1000;

const byId = (id) => document.getElementById(id);
const list = byId("letters");
const items = new Map();
let total = -1;
let stale = true;
let asking = false;

function build(letter) {
  const item = element("li");
  const article = element("article", "letter");
  const picture = element("div", "picture");
  const code = element("h2", "code", letter.code || "no code");
  const message = element("p", "message");
  message.append(element("bdi", "", letter.message || "no message"));
  const facts = element("dl", "facts");
  for (const [name, value] of [
    ["Key", letter.key ?? "none"],
    ["Source", letter.source ?? "unknown"],
    ["Time", date(letter.at)],
  ]) {
    const pair = element("div");
    const text = element("dd");
    text.append(element("bdi", "", value));
    pair.append(element("dt", "", name), text);
    facts.append(pair);
  }
  const words = element("div", "words");
  words.append(code, message, facts);
  article.append(picture, words);
  item.append(article);
  return {item, picture, state: "", text: `${letter.code} ${letter.message} ${letter.key ?? ""}`.toLowerCase()};
}

function showPicture(entry, letter) {
  if (entry.state === letter.picture) {
    return;
  }
  entry.state = letter.picture;
  if (letter.picture === "shown") {
    const image = element("img");
    image.alt = "The picture, as far as it can be shown";
    image.loading = "lazy";
    image.src = `/api/dead-letters/${letter.number}/picture?v=${letter.at}`;
    entry.picture.replaceChildren(image);
  } else {
    entry.picture.replaceChildren(element("p", "blank",
      letter.picture === "none" ? "no picture can be shown" : "not read yet"));
  }
}

function show(letters) {
  const known = new Set(letters.map((letter) => letter.number));
  for (const [number, entry] of items) {
    if (!known.has(number)) {
      entry.item.remove();
      items.delete(number);
    }
  }
  // The newest one first, so that each goes in front of those that were there before it.
  for (const letter of [...letters].reverse()) {
    let entry = items.get(letter.number);
    if (!entry) {
      entry = build(letter);
      items.set(letter.number, entry);
      list.prepend(entry.item);
    }
    showPicture(entry, letter);
  }
  search();
}

function search() {
  const text = byId("find").value.trim().toLowerCase();
  let found = 0;
  for (const entry of items.values()) {
    entry.item.hidden = !entry.text.includes(text);
    found += entry.item.hidden ? 0 : 1;
  }
  byId("empty").hidden = found > 0;
  setText(byId("empty"), text ? "Nothing like that is among them." : "There are none.");
  setText(byId("found"), items.size === 0 ? ""
    : text ? `${count(found)} of the last ${count(items.size)}` : `the last ${count(items.size)} of ${count(total)}`);
}

async function refresh() {
  if (!stale || asking || document.hidden) {
    return;
  }
  asking = true;
  stale = false;
  try {
    const answer = await fetch("/api/dead-letters");
    if (answer.ok) {
      const {deadLetters, count: all} = await answer.json();
      total = all;
      show(deadLetters);
      stale = deadLetters.some((letter) => letter.picture === "unknown");
    }
  } catch {
    // The server is away, which the connection says already.
    stale = true;
  } finally {
    asking = false;
  }
}

byId("find").addEventListener("input", () => {
  announce(byId("found"));
  search();
});

let startedAt = 0;
follow("none", (message) => {
  if (startedAt !== 0 && message.startedAt !== startedAt) {
    // Another server counts anew.
    items.clear();
    list.replaceChildren();
    stale = true;
  }
  startedAt = message.startedAt;
  stale = stale || message.deadLetters !== total;
});

setInterval(refresh, REFRESH_MILLIS);
refresh();
