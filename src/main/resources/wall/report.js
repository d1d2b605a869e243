// How good a head is, by the pictures that were held out.

import {count, counted, element, ratio, score, share} from "./format.js";

/** The report of a head, as elements; `running` is the head that answers now, on the same pictures. */
export function reportOf(report, running) {
  const {measured} = report;
  const parts = [summary(report)];
  if (measured === undefined) {
    parts.push(element("p", "", "Its accuracy is not known: each label's pictures are alike, so that none could be"
      + " held out."));
  } else {
    parts.push(compared(report, running));
    if (measured.flatters) {
      parts.push(element("p", "remark", "On another camera or another day expect less, perhaps 20 points:"
        + ` ${score(measured.twins)} of the pictures have a near twin among those that they were compared with.`));
    }
  }
  parts.push(ofLabels(report));
  if (report.imbalanced) {
    parts.push(element("p", "remark", `The largest label has ${report.imbalance.toFixed(1)} times as many pictures as`
      + " the smallest: the small ones are taught too little."));
  }
  if (measured !== undefined) {
    parts.push(confusion(report));
  }
  if (report.leftOut.length > 0) {
    parts.push(leftOut(report.leftOut));
  }
  return parts;
}

function summary(report) {
  return element("p", "", `${counted(report.pictures, "picture")}, ${count(report.different)} different, under`
    + ` ${counted(report.labels.length, "label")}.`);
}

/** A table of which all columns hold numbers but the first, and the last where it holds words. */
function table(title, heads, rows, hasWords = false) {
  const result = element("table");
  result.append(element("caption", "", title));
  const head = element("thead");
  head.append(row("th", heads.map((text, i) => ({text, isNumber: i > 0 && !(hasWords && i === heads.length - 1)}))));
  head.querySelectorAll("th").forEach((cell) => cell.setAttribute("scope", "col"));
  const body = element("tbody");
  body.append(...rows);
  result.append(head, body);
  const place = element("div", "wide");
  place.tabIndex = 0;
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", title);
  place.append(result);
  return place;
}

function row(first, cells) {
  const result = element("tr");
  result.append(...cells.map(({text, isNumber = true, className = ""}, i) => {
    const cell = element(i === 0 ? "th" : first, `${isNumber ? "number" : ""} ${className}`.trim());
    if (i === 0) {
      cell.setAttribute("scope", "row");
      cell.append(element("bdi", "", text));
    } else {
      cell.textContent = text;
    }
    return cell;
  }));
  return result;
}

function compared(report, running) {
  const {accuracy, balancedAccuracy, confusion: counts} = report.measured;
  const all = counts.flat().reduce((sum, number) => sum + number, 0);
  const right = counts.reduce((sum, numbers, i) => sum + numbers[i], 0);
  const rows = [row("td", [{text: "The new head", isNumber: false}, {text: ratio(right, all)},
    {text: share(accuracy)}, {text: share(balancedAccuracy)}])];
  const place = table("Right answers to pictures that were held out, with 95 % confidence intervals",
    ["Head", "Right", "Accuracy", "Balanced accuracy"], rows);
  if (running !== undefined) {
    place.querySelector("tbody").append(row("td", [
      {text: "The head that runs now", isNumber: false},
      {text: ratio(running.right, running.count)},
      {text: running.count > 0 ? score(running.right / running.count) : "–"},
      {text: "–"}]));
    const remark = running.taughtOn === undefined ? "It is not known which of these pictures the head that runs now was"
      + " taught on." : running.taughtOn > 0
      ? `The head that runs now was taught on ${count(running.taughtOn)} of these pictures, so its figure flatters.`
      : "The head that runs now was taught on none of these pictures.";
    place.append(element("p", "quiet", remark));
  }
  return place;
}

const NEEDS = {FEW_PICTURES: "more pictures: fewer than 10 different ones",
  LOW_RECALL: "more pictures: recognised less often than others"};

function ofLabels({labels}) {
  return table("Labels", ["Label", "Pictures", "Different", "Recognised", "Needs"], labels.map((label) => row("td", [
    {text: label.label, isNumber: false},
    {text: count(label.pictures)},
    {text: count(label.different)},
    {text: label.recall ? share(label.recall) : "not known"},
    {text: label.needs.map((need) => NEEDS[need] ?? need).join(", ") || "nothing", isNumber: false},
  ])), true);
}

function confusion({labels, measured}) {
  return table("A row per label, a column per answer", ["", ...labels.map(({label}) => label)],
    measured.confusion.map((counts, i) => row("td", [{text: labels[i].label, isNumber: false},
      ...counts.map((number, j) => ({
        text: count(number),
        className: i === j ? "right" : number > 0 ? "wrong" : "",
      }))])));
}

function leftOut(pictures) {
  const place = element("section");
  const list = element("ul", "plain");
  list.append(...pictures.slice(0, 20).map(({file, reason}) => {
    const item = element("li");
    item.append(element("bdi", "", file), `: ${reason}`);
    return item;
  }));
  if (pictures.length > 20) {
    list.append(element("li", "quiet", `and ${count(pictures.length - 20)} more`));
  }
  place.append(element("h3", "", `Left out (${count(pictures.length)})`), list);
  return place;
}

/** The pictures of mistakes: their ids, what they are, and what they were taken for. */
export const mistakes = (list) => list.map((mistake) => ({
  id: mistake.id ?? mistake.file.slice(mistake.file.lastIndexOf("/") + 1).replace(/\.[a-z]+$/, ""),
  label: mistake.label,
  taken: mistake.taken,
  probability: mistake.probability,
}));
